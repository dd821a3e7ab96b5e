#include "services/data_folder.h"

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QStorageInfo>

#include "services/platform.h"

namespace {

constexpr const char* kFolderKey = "folder";
constexpr const char* kNextKey = "move_to";

[[nodiscard]] QByteArray hashOf(const QString& path) {
  QFile file(path);
  QCryptographicHash hash(QCryptographicHash::Sha256);
  if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file)) return {};
  return hash.result();
}

/// Files below `folder`, relative to it.
[[nodiscard]] QStringList filesOf(const QString& folder) {
  QStringList files;
  QDirIterator it(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (it.hasNext()) files += QDir(folder).relativeFilePath(it.next());
  return files;
}

/// Copies and compares; returns the first file that failed.
[[nodiscard]] QString copyAll(const QStringList& files, const QString& from, const QString& to) {
  for (const QString& file : files) {
    const QString target = QDir(to).filePath(file);
    const QString source = QDir(from).filePath(file);
    if (!QDir().mkpath(QFileInfo(target).path())) return target;
    const bool same =
        QFile::copy(source, target) && QFileInfo(target).size() == QFileInfo(source).size() && hashOf(target) == hashOf(source);
    if (!same) return target;
  }
  return {};
}

[[nodiscard]] bool isEmptyFolder(const QString& folder) {
  return QDir(folder).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
}

void removeAll(const QStringList& files, const QString& folder) {
  for (const QString& file : files) QFile::remove(QDir(folder).filePath(file));
  // Folders that are empty now, deepest first; others hold what is not ours.
  QStringList folders;
  QDirIterator it(folder, QDir::Dirs | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
  while (it.hasNext()) folders.prepend(it.next());
  for (const QString& empty : folders) QDir().rmdir(empty);
  QDir().rmdir(folder);
}

/// The folder as the user had made it: empty.
void takeBack(const QStringList& files, const QString& folder) {
  removeAll(files, folder);
  QDir().mkpath(folder);
}

}  // namespace

DataFolder::DataFolder() {
  const QString home = qEnvironmentVariable("HEARTH_HOME");
  m_fixed = !home.isEmpty();
  m_path = m_fixed ? QDir(home).absolutePath() : stored(kFolderKey);
  if (m_path.isEmpty()) m_path = platform::dataFolder();
  if (!m_fixed) platform::noteDataFolder(m_path);
}

QString DataFolder::configFile() {
  return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QLatin1String("/hearth/location.ini");
}

QString DataFolder::next() const {
  return m_fixed ? QString() : stored(kNextKey);
}

QString DataFolder::stored(const char* key) {
  return QSettings(configFile(), QSettings::IniFormat).value(QLatin1String(key)).toString();
}

void DataFolder::store(const char* key, const QString& value) {
  QSettings settings(configFile(), QSettings::IniFormat);
  if (value.isEmpty())
    settings.remove(QLatin1String(key));
  else
    settings.setValue(QLatin1String(key), value);
  settings.sync();
}

void DataFolder::forget() const {
  if (m_fixed) return;
  QFile::remove(configFile());
  QDir().rmdir(QFileInfo(configFile()).path());
}

Problem DataFolder::choose(const QString& folder) {
  const QString target = QDir::cleanPath(QDir(folder).absolutePath());
  const QString present = QDir::cleanPath(m_path);
  if (target == present) {
    store(kNextKey, {});
    return {};
  }
  const bool nested = target.startsWith(present + u'/') || present.startsWith(target + u'/');
  const QFileInfo info(target);
  if (m_fixed || nested || !info.isDir() || !info.isWritable() || !isEmptyFolder(target))
    return {ErrorId::FolderUnusable, {QDir::toNativeSeparators(target)}, {}};
  store(kNextKey, target);
  return {};
}

Problem DataFolder::move() {
  const QString target = next();
  if (target.isEmpty()) return {};
  store(kNextKey, {});  // tried once: a start must not fail for it again and again
  const QString shown = QDir::toNativeSeparators(target);
  if (!QDir().mkpath(target) || !isEmptyFolder(target)) return {ErrorId::FolderMoveFailed, {shown}, {}};
  const QStringList files = filesOf(m_path);
  if (const QString failed = copyAll(files, m_path, target); !failed.isEmpty()) {
    takeBack(files, target);
    return {ErrorId::FolderMoveFailed, {shown}, failed};
  }
  store(kFolderKey, target);
  if (stored(kFolderKey) != target) {
    takeBack(files, target);
    return {ErrorId::FolderMoveFailed, {shown}, configFile()};
  }
  removeAll(files, m_path);
  m_path = target;
  platform::noteDataFolder(m_path);
  return {ErrorId::FolderMoved, {shown}, {}};
}
