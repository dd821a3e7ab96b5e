#include "viewmodels/about_model.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QRegularExpression>
#include <QSysInfo>
#include <QUrl>

#include "bridge/program_build.h"
#include "services/memory_service.h"

namespace {

struct Document {
  const char* name;
  QStringList files;  // the first that is there
};

[[nodiscard]] const QList<Document>& knownDocuments() {
  static const QList<Document> all = {
      {"changelog", {QStringLiteral("CHANGELOG.md"), QStringLiteral("CHANGELOG.txt"), QStringLiteral("CHANGELOG")}},
      {"notices",
       {QStringLiteral("THIRD_PARTY_NOTICES.md"), QStringLiteral("THIRD_PARTY_NOTICES.txt"), QStringLiteral("THIRD_PARTY_NOTICES")}},
      {"licence", {QStringLiteral("LICENSE"), QStringLiteral("LICENSE.txt"), QStringLiteral("copyright")}},
  };
  return all;
}

/// Of packages, the portable archive and the folder of a Windows program.
[[nodiscard]] QStringList folders() {
  const QDir program(QCoreApplication::applicationDirPath());
  QStringList result;
  for (const char* place : {"../share/doc/hearth", "../doc", "..", "."}) {
    result.append(QDir::cleanPath(program.filePath(QLatin1String(place))));
  }
  return result;
}

[[nodiscard]] QString deviceLine(const DeviceFacts& device) {
  QString line = device.id + QLatin1String(": ") + device.name;
  if (device.totalBytes > 0)
    line += QLatin1String(", ") + QLocale::c().formattedDataSize(static_cast<qint64>(device.totalBytes), 1, QLocale::DataSizeSIFormat);
  if (!device.usable) line += QLatin1String(", not usable: ") + AboutModel::withoutPaths(device.reason);
  if (device.check == DeviceCheck::Failed) line += QLatin1String(", failed the self-test: ") + AboutModel::withoutPaths(device.checkReason);
  return line;
}

}  // namespace

AboutModel::AboutModel(const MemoryService* memory, QObject* parent) : QObject(parent), m_memory(memory) {}

QString AboutModel::version() const {
  return programVersion();
}

QString AboutModel::commit() const {
  return programCommit();
}

QString AboutModel::withoutPaths(const QString& text) {
  static const QRegularExpression paths(
      QStringLiteral(R"((?<![\w.)])(?:~|[A-Za-z]:|file:)?[/\\]{0,2}(?:[/\\][^\s/\\'",;:“”‘’«»()<>]+)+[/\\]?)"),
      QRegularExpression::UseUnicodePropertiesOption);
  QString result = text;
  result.replace(QDir::homePath(), QLatin1String("~"));
  return result.replace(paths, QStringLiteral("(path)"));
}

QString AboutModel::details() const {
  QStringList lines = programVersionText().split(u'\n');
  lines.append(QStringLiteral("system: %1, %2 %3, %4, %5")
                   .arg(QSysInfo::prettyProductName(), QSysInfo::kernelType(), QSysInfo::kernelVersion(),
                        QSysInfo::currentCpuArchitecture(), QGuiApplication::platformName()));
  if (m_memory) {
    for (const DeviceFacts& device : m_memory->devices()) lines.append(QLatin1String("device ") + deviceLine(device));
  }
  return lines.join(u'\n');
}

QString AboutModel::documentPath(const QString& name) const {
  for (const Document& document : knownDocuments()) {
    if (name != QLatin1String(document.name)) continue;
    for (const QString& folder : folders()) {
      for (const QString& file : document.files) {
        if (const QFileInfo found(folder + u'/' + file); found.isFile()) return found.filePath();
      }
    }
  }
  return {};
}

QStringList AboutModel::documents() const {
  QStringList result;
  for (const Document& document : knownDocuments()) {
    if (const QString name = QLatin1String(document.name); !documentPath(name).isEmpty()) result.append(name);
  }
  return result;
}

void AboutModel::openDocument(const QString& name) const {
  if (const QString path = documentPath(name); !path.isEmpty()) QDesktopServices::openUrl(QUrl::fromLocalFile(path));
}
