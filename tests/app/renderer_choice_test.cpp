#include "renderer_choice.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace {

void make(const QString& path) {
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
}

TEST(RendererChoice, KnowsTheDevicesThatDraw) {
  const QTemporaryDir empty;
  EXPECT_FALSE(hasGraphicsDevice(empty.path()));
  EXPECT_FALSE(hasGraphicsDevice(empty.filePath(QStringLiteral("nowhere"))));
  ASSERT_TRUE(QDir(empty.path()).mkdir(QStringLiteral("dri")));
  make(empty.filePath(QStringLiteral("dri/card0")));
  EXPECT_FALSE(hasGraphicsDevice(empty.path())) << "a display, but nothing that computes";
  make(empty.filePath(QStringLiteral("dri/renderD128")));
  EXPECT_TRUE(hasGraphicsDevice(empty.path()));
  for (const char* name : {"nvidiactl", "dxg", "mali0"}) {
    const QTemporaryDir other;
    make(other.filePath(QLatin1String(name)));
    EXPECT_TRUE(hasGraphicsDevice(other.path())) << name;
  }
}

}  // namespace
