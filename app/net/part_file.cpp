#include "net/part_file.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <algorithm>
#include <numeric>

#include "net/disk.h"
#include "net/hub_paths.h"

namespace {

constexpr int kFormat = 1;
constexpr qint64 kMostState = 4 << 20;
constexpr qint64 kLeastFree = 1 << 20;  // for the state

[[nodiscard]] QByteArray checksum(const QByteArray& line) {
  return QCryptographicHash::hash(line, QCryptographicHash::Sha256).toHex();
}

[[nodiscard]] QString sizeText(qint64 bytes) {
  return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

[[nodiscard]] Problem noSpace(const QString& folder, qint64 needed) {
  return {ErrorId::DownloadNoSpace, {sizeText(needed), sizeText(std::max<qint64>(0, disk::freeBytes(folder)))}, folder};
}

/// The first line of a state file whose second line is its checksum.
[[nodiscard]] QJsonObject readState(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly) || file.size() > kMostState) return {};
  const QList<QByteArray> lines = file.readAll().split('\n');
  if (lines.size() < 2 || checksum(lines[0]) != lines[1]) return {};
  return QJsonDocument::fromJson(lines[0]).object();
}

}  // namespace

PartFile::PartFile(const QString& target)
    : m_target(target), m_dataPath(dataPath(target)), m_statePath(m_dataPath + QStringLiteral(".json")) {}

QString PartFile::dataPath(const QString& target) {
  const QFileInfo info(target);
  return info.absolutePath() + u'/' + unfinishedName(info.fileName()) + QStringLiteral(".part");
}

qint64 PartFile::reserved(const QString& target) {
  return QFileInfo(dataPath(target)).size();
}

qint64 PartFile::end(int part) const {
  return std::min(m_identity.size, (part + 1) * m_partBytes);
}

bool PartFile::isWhole() const {
  return m_received == m_identity.size;
}

qint64 PartFile::contiguous() const {
  int part = 0;
  while (part < parts() && isWhole(part)) ++part;
  return part == parts() ? m_identity.size : begin(part) + m_done[part];
}

Problem PartFile::diskProblem() const {
  return {ErrorId::DownloadDisk, {QFileInfo(m_target).fileName()}, m_data.fileName()};
}

Problem PartFile::open(const FileIdentity& identity, qint64 partBytes) {
  close();
  m_identity = identity;
  m_partBytes = partBytes;
  m_data.setFileName(m_dataPath);
  if (load(identity)) {
    m_received = std::accumulate(m_done.begin(), m_done.end(), qint64(0));
    return {};
  }
  return create();
}

bool PartFile::load(const FileIdentity& identity) {
  const QJsonObject state = readState(m_statePath);
  if (state.value(QLatin1String("format")).toInt() != kFormat) return false;
  const FileIdentity stored{state.value(QLatin1String("repository")).toString(), state.value(QLatin1String("revision")).toString(),
                            state.value(QLatin1String("path")).toString(), state.value(QLatin1String("size")).toInteger(-1),
                            state.value(QLatin1String("sha256")).toString()};
  const qint64 partBytes = state.value(QLatin1String("partBytes")).toInteger(0);
  const QJsonArray done = state.value(QLatin1String("done")).toArray();
  if (!(stored == identity) || partBytes != m_partBytes || partBytes <= 0) return false;
  if (done.size() != (identity.size + partBytes - 1) / partBytes) return false;
  QList<qint64> counts;
  for (const QJsonValue& value : done) {
    const qint64 count = value.toInteger(-1);
    const qint64 most = std::min(partBytes, identity.size - counts.size() * partBytes);
    if (count < 0 || count > most) return false;
    counts.append(count);
  }
  const QFileInfo data(m_dataPath);
  if (!data.isFile() || data.isSymLink() || data.size() != identity.size) return false;
  if (!m_data.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered)) return false;
  m_done = counts;
  m_etags.clear();
  const QJsonObject etags = state.value(QLatin1String("etags")).toObject();
  for (auto it = etags.begin(); it != etags.end(); ++it) m_etags.insert(it.key(), it.value().toString().toLatin1());
  m_dirty = false;
  return true;
}

Problem PartFile::create() {
  const QString folder = QFileInfo(m_target).absolutePath();
  discard();
  m_data.setFileName(m_dataPath);
  m_done = QList<qint64>((m_identity.size + m_partBytes - 1) / m_partBytes, 0);
  m_received = 0;
  m_etags.clear();
  if (!QDir().mkpath(folder) || !m_data.open(QIODevice::ReadWrite | QIODevice::Truncate | QIODevice::Unbuffered))
    return {ErrorId::DownloadFolder, {folder}, m_data.errorString()};
  const disk::Result reserved = disk::reserve(m_data, m_identity.size);
  Problem problem;
  if (reserved == disk::Result::Full) {
    m_data.resize(0);  // so that the free space is what there was
    problem = noSpace(folder, m_identity.size);
  } else if (reserved == disk::Result::Failed) {
    problem = diskProblem();
  } else {
    m_dirty = true;
    problem = save();
  }
  if (problem) discard();
  return problem;
}

Problem PartFile::restart() {
  std::fill(m_done.begin(), m_done.end(), 0);
  m_received = 0;
  m_etags.clear();
  m_dirty = true;
  return save();
}

void PartFile::close() {
  m_data.close();
}

Problem PartFile::write(qint64 offset, const QByteArray& data) {
  qint64 at = offset;
  const qint64 stop = std::min(offset + data.size(), m_identity.size);
  while (at < stop) {
    const int part = static_cast<int>(at / m_partBytes);
    const qint64 next = std::min(stop, end(part));
    const qint64 known = begin(part) + m_done[part];
    if (at <= known && next > known) {
      const disk::Result result = disk::writeAt(m_data, known, data.mid(known - offset, next - known));
      if (result == disk::Result::Full) return noSpace(QFileInfo(m_target).absolutePath(), m_identity.size - m_received);
      if (result == disk::Result::Failed) return diskProblem();
      m_done[part] = next - begin(part);
      m_received += next - known;
      m_dirty = true;
    }
    at = next;
  }
  return {};
}

void PartFile::drop(int part) {
  m_received -= m_done[part];
  m_done[part] = 0;
  m_dirty = true;
}

QByteArray PartFile::read(qint64 offset, qint64 bytes) {
  return m_data.seek(offset) ? m_data.read(bytes) : QByteArray();
}

Problem PartFile::save() {
  if (!m_dirty || !isOpen()) return {};
  QJsonArray done;
  for (const qint64 count : m_done) done.append(count);
  QJsonObject etags;
  for (auto it = m_etags.begin(); it != m_etags.end(); ++it) etags.insert(it.key(), QString::fromLatin1(it.value()));
  const QByteArray line = QJsonDocument(QJsonObject{{QStringLiteral("format"), kFormat},
                                                    {QStringLiteral("repository"), m_identity.repository},
                                                    {QStringLiteral("revision"), m_identity.revision},
                                                    {QStringLiteral("path"), m_identity.path},
                                                    {QStringLiteral("size"), m_identity.size},
                                                    {QStringLiteral("sha256"), m_identity.sha256},
                                                    {QStringLiteral("partBytes"), m_partBytes},
                                                    {QStringLiteral("etags"), etags},
                                                    {QStringLiteral("done"), done}})
                              .toJson(QJsonDocument::Compact);
  // Bytes before the words about them: a power cut between the two only costs time.
  if (!disk::sync(m_data) || !disk::writeWhole(m_statePath, line + '\n' + checksum(line) + '\n')) {
    const QString folder = QFileInfo(m_target).absolutePath();
    const qint64 free = disk::freeBytes(folder);
    return free >= 0 && free < kLeastFree ? noSpace(folder, kLeastFree) : diskProblem();
  }
  m_dirty = false;
  return {};
}

Problem PartFile::publish() {
  close();
  if (QFileInfo::exists(m_dataPath) && !disk::replace(m_dataPath, m_target)) return diskProblem();
  disk::syncFolder(QFileInfo(m_target).absolutePath());
  QFile::remove(m_statePath);
  return {};
}

void PartFile::discard() {
  close();
  QFile::remove(m_dataPath);
  QFile::remove(m_statePath);
  QFile::remove(m_statePath + QStringLiteral(".new"));
}
