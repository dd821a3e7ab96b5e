// Unfinished files and their states, also when these are damaged.
#include "net/part_file.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <random>

#include "app/support/hub_server.h"
#include "app/support/small_disk.h"
#include "net/disk.h"
#include "net/hub_paths.h"

namespace {

using hearth_test::HubServer;
using hearth_test::SmallDisk;

class PartFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString target() const { return m_folder.filePath(QStringLiteral("a/b/model.gguf")); }
  [[nodiscard]] QString part() const { return target() + QStringLiteral(".part"); }
  [[nodiscard]] QString state() const { return part() + QStringLiteral(".json"); }
  [[nodiscard]] static FileIdentity identity(qint64 size = 1000) {
    return {QStringLiteral("o/n"), QStringLiteral("main"), QStringLiteral("model.gguf"), size, QString(64, u'a')};
  }
  static QByteArray content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  static void overwrite(const QString& path, const QByteArray& data) {
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(data);
  }
  /// A file of which the first and the third part have arrived.
  void begin() const {
    PartFile file(target());
    ASSERT_FALSE(file.open(identity(), 300));
    ASSERT_FALSE(file.write(0, HubServer::bytes(300)));
    ASSERT_FALSE(file.write(600, HubServer::bytes(100, 3)));
    file.setEtag(QStringLiteral("host"), "\"mark\"");
    ASSERT_FALSE(file.save());
  }

  QTemporaryDir m_folder;
};

TEST_F(PartFileTest, SpaceIsReservedFirst) {
  PartFile file(target());
  ASSERT_FALSE(file.open(identity(3'000'000), 1'000'000));
  struct stat facts {};
  ASSERT_EQ(stat(QFile::encodeName(part()).constData(), &facts), 0);
  EXPECT_EQ(facts.st_size, 3'000'000);
  EXPECT_GE(facts.st_blocks * 512, 3'000'000);
  EXPECT_EQ(file.parts(), 3);
  EXPECT_EQ(PartFile::reserved(target()), 3'000'000);
}

TEST_F(PartFileTest, WhatWasSavedIsThereAgain) {
  begin();
  PartFile file(target());
  ASSERT_FALSE(file.open(identity(), 300));
  EXPECT_EQ(file.received(), 400);
  EXPECT_EQ(file.parts(), 4);
  EXPECT_TRUE(file.isWhole(0));
  EXPECT_EQ(file.done(1), 0);
  EXPECT_EQ(file.done(2), 100);
  EXPECT_EQ(file.contiguous(), 300);
  EXPECT_EQ(file.etag(QStringLiteral("host")), QByteArray("\"mark\""));
  EXPECT_EQ(file.read(0, 300), HubServer::bytes(300));
}

TEST_F(PartFileTest, WritingGoesOnOverlapsAndLeavesNoGaps) {
  const QByteArray data = HubServer::bytes(1000);
  PartFile file(target());
  ASSERT_FALSE(file.open(identity(), 300));
  ASSERT_FALSE(file.write(350, data.mid(350, 50)));  // would leave a gap
  EXPECT_EQ(file.received(), 0);
  ASSERT_FALSE(file.write(300, data.mid(300, 100)));
  ASSERT_FALSE(file.write(0, data.left(650)));  // over three parts, one of them begun
  EXPECT_EQ(file.received(), 650);
  EXPECT_EQ(file.contiguous(), 650);
  ASSERT_FALSE(file.write(600, data.mid(600) + QByteArray(50, 'x')));  // more than the file has
  EXPECT_TRUE(file.isWhole());
  file.drop(1);
  EXPECT_EQ(file.contiguous(), 300);
  ASSERT_FALSE(file.write(300, data.mid(300, 300)));
  EXPECT_TRUE(file.isWhole());
  ASSERT_FALSE(file.save());
  ASSERT_FALSE(file.publish());
  EXPECT_EQ(content(target()), data);
  EXPECT_EQ(QDir(m_folder.filePath(QStringLiteral("a/b"))).entryList(QDir::Files).size(), 1);
}

TEST_F(PartFileTest, AnotherFileStartsAnew) {
  FileIdentity other = identity();
  other.sha256 = QString(64, u'b');
  for (const FileIdentity& one : {other, identity(1001)}) {
    begin();
    PartFile file(target());
    ASSERT_FALSE(file.open(one, 300));
    EXPECT_EQ(file.received(), 0);
  }
  begin();
  PartFile file(target());
  ASSERT_FALSE(file.open(identity(), 250));
  EXPECT_EQ(file.received(), 0) << "cut in other parts";
}

TEST_F(PartFileTest, DamagedAndHostileStatesAreNotBelieved) {
  begin();
  const QByteArray good = content(state());
  std::mt19937 random(5);
  QList<QByteArray> bad{
      "", "{}", "[]\n", good.left(good.size() / 2), QByteArray(5 << 20, 'x'), good + good, "\n\n", good.trimmed().chopped(1)};
  for (int i = 0; i < 60; ++i) {
    QByteArray flipped = good;
    const qsizetype at = qsizetype(random() % unsigned(good.size() - 1));
    flipped[at] = char(flipped[at] ^ (1 << random() % 8));
    bad.append(flipped);
  }
  for (const QByteArray& one : bad) {
    begin();
    overwrite(state(), one);
    PartFile file(target());
    ASSERT_FALSE(file.open(identity(), 300));
    const bool isBelieved = file.received() != 0;
    // Two lines are all that counts; what follows them changes nothing.
    EXPECT_TRUE(!isBelieved || one.startsWith(good.trimmed())) << one.left(200).constData();
    file.discard();
  }
}

TEST_F(PartFileTest, DataThatDoesNotFitTheStateIsNotBelieved) {
  begin();
  QFile::resize(part(), 999);
  {
    PartFile file(target());
    ASSERT_FALSE(file.open(identity(), 300));
    EXPECT_EQ(file.received(), 0);
  }
  begin();
  QFile::remove(part());
  {
    PartFile file(target());
    ASSERT_FALSE(file.open(identity(), 300));
    EXPECT_EQ(file.received(), 0);
  }
  begin();
  QFile::remove(part());
  overwrite(m_folder.filePath(QStringLiteral("elsewhere")), QByteArray(1000, 'e'));
  ASSERT_TRUE(QFile::link(m_folder.filePath(QStringLiteral("elsewhere")), part()));
  PartFile file(target());
  ASSERT_FALSE(file.open(identity(), 300));
  EXPECT_EQ(file.received(), 0);
  EXPECT_EQ(content(m_folder.filePath(QStringLiteral("elsewhere"))), QByteArray(1000, 'e')) << "a link is not followed";
}

TEST_F(PartFileTest, LongNamesHaveShortCompanions) {
  for (const QString& name : {QString(250, u'n') + QStringLiteral(".gguf"), QString(83, QChar(0x4e2d)) + QStringLiteral(".gguf"),
                              QString::fromUtf8("模型 😀 model.gguf")}) {
    const QString place = m_folder.filePath(QStringLiteral("names/")) + name;
    PartFile file(place);
    ASSERT_FALSE(file.open(identity(100), 100)) << qPrintable(name);
    ASSERT_FALSE(file.write(0, QByteArray(100, 'n')));
    ASSERT_FALSE(file.save());
    ASSERT_FALSE(file.publish());
    EXPECT_EQ(content(place), QByteArray(100, 'n')) << qPrintable(name);
  }
  EXPECT_EQ(QDir(m_folder.filePath(QStringLiteral("names"))).entryList(QDir::Files).size(), 3);
}

TEST_F(PartFileTest, AFullDiskIsSaidAndNothingIsLeft) {
  const QString disk = m_folder.filePath(QStringLiteral("disk"));
  const SmallDisk small(disk, "size=1m");
  if (!small.isMounted()) GTEST_SKIP() << "mounting a small file system is not allowed here";
  const qint64 before = disk::freeBytes(disk);
  PartFile file(disk + QStringLiteral("/m/model.gguf"));
  const Problem problem = file.open(identity(2'000'000), 300'000);
  EXPECT_EQ(problem.id, ErrorId::DownloadNoSpace);
  ASSERT_EQ(problem.arguments.size(), 2);
  EXPECT_TRUE(problem.arguments[0].startsWith(QStringLiteral("2.0 MB"))) << qPrintable(problem.arguments[0]);
  EXPECT_TRUE(QDir(disk + QStringLiteral("/m")).isEmpty());
  EXPECT_EQ(disk::freeBytes(disk), before - 0);
}

}  // namespace
