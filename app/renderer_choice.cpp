#include "renderer_choice.h"

#include <QCoreApplication>
#include <QDir>
#include <QQuickWindow>

bool hasGraphicsDevice(const QString& deviceFolder) {
#ifdef Q_OS_LINUX
  const QDir devices(deviceFolder);
  // NVIDIA's own driver, Windows below, ARM's; all others have a render node.
  for (const char* name : {"nvidiactl", "dxg", "mali0"})
    if (devices.exists(QLatin1String(name))) return true;
  return !QDir(devices.filePath(QStringLiteral("dri"))).entryList({QStringLiteral("renderD*")}, QDir::System | QDir::Files).isEmpty();
#else
  Q_UNUSED(deviceFolder);
  return true;
#endif
}

void chooseRenderer() {
  QCoreApplication::setAttribute(Qt::AA_DisableShaderDiskCache);
  if (qEnvironmentVariableIsSet("QT_QUICK_BACKEND") || qEnvironmentVariableIsSet("QSG_RHI_BACKEND")) return;
  if (!hasGraphicsDevice()) QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
}
