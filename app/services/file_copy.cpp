#include "services/file_copy.h"

#include <sodium/crypto_hash_sha256.h>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QStorageInfo>

#include "net/disk.h"

namespace {

constexpr qint64 kBlock = 4 << 20;
constexpr quint64 kReserve = 32 << 20;  // for the database and everybody else

[[nodiscard]] Problem cancelled() {
  return {ErrorId::EngineCancelled, {}, {}};
}

[[nodiscard]] Problem unreadable(const QFile& file) {
  const QString name = QFileInfo(file.fileName()).fileName();
  if (!QFileInfo::exists(file.fileName())) return {ErrorId::LibraryFileGone, {name}, file.fileName()};
  return {ErrorId::LibraryFileUnreadable, {name}, file.errorString()};
}

[[nodiscard]] Problem unwritable(const QFile& file, quint64 bytes) {
  const QString folder = QFileInfo(file.fileName()).path();
  if (bytesFreeAt(folder) < kReserve || file.error() == QFileDevice::ResourceError) {
    const QLocale locale;
    return {ErrorId::LibraryNoSpace,
            {locale.formattedDataSize(static_cast<qint64>(bytes)), locale.formattedDataSize(static_cast<qint64>(bytesFreeAt(folder)))},
            file.errorString()};
  }
  return {ErrorId::LibraryReadOnly, {QDir::toNativeSeparators(folder)}, file.errorString()};
}

/// Twice as fast as QCryptographicHash, which counts for files of tens of gigabytes.
class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&m_state); }
  void add(QByteArrayView block) {
    crypto_hash_sha256_update(&m_state, reinterpret_cast<const unsigned char*>(block.data()),
                              static_cast<unsigned long long>(block.size()));
  }
  [[nodiscard]] QString hex() {
    QByteArray bytes(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&m_state, reinterpret_cast<unsigned char*>(bytes.data()));
    return QString::fromLatin1(bytes.toHex());
  }

 private:
  crypto_hash_sha256_state m_state;
};

/// Gives every block of the file to `take`, which answers whether to go on.
template <class Take>
[[nodiscard]] Problem readBlocks(QFile& file, const FileProgress& progress, Take take) {
  QByteArray block(kBlock, Qt::Uninitialized);
  const QString name = QFileInfo(file.fileName()).fileName();
  quint64 done = progress.before;
  while (true) {
    if (progress.control && progress.control->cancel) return cancelled();
    const qint64 count = file.read(block.data(), block.size());
    if (count < 0) return unreadable(file);
    if (count == 0) return {};
    if (const Problem problem = take(QByteArrayView(block.constData(), count))) return problem;
    done += static_cast<quint64>(count);
    if (progress.control && progress.control->progress && progress.total > 0)
      progress.control->progress(static_cast<double>(done) / static_cast<double>(progress.total), name);
  }
}

[[nodiscard]] Outcome<QString> copyInto(QFile& source, QFile& target, const FileProgress& progress) {
  Sha256 hash;
  const auto bytes = static_cast<quint64>(source.size());
  const Problem problem = readBlocks(source, progress, [&](QByteArrayView block) -> Problem {
    hash.add(block);
    return target.write(block.data(), block.size()) == block.size() ? Problem() : unwritable(target, bytes);
  });
  if (problem) return {{}, problem};
  if (!target.flush() || !disk::sync(target)) return {{}, unwritable(target, bytes)};
  return {hash.hex(), {}};
}

}  // namespace

Outcome<QString> hashFile(const QString& path, const FileProgress& progress) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) return {{}, unreadable(file)};
  Sha256 hash;
  const Problem problem = readBlocks(file, progress, [&hash](QByteArrayView block) {
    hash.add(block);
    return Problem();
  });
  if (problem) return {{}, problem};
  return {hash.hex(), {}};
}

Outcome<QString> copyFile(const QString& from, const QString& to, const FileProgress& progress) {
  QFile source(from);
  if (!source.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) return {{}, unreadable(source)};
  QFile target(to);
  if (!target.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered))
    return {{}, unwritable(target, static_cast<quint64>(source.size()))};
  Outcome<QString> copied = copyInto(source, target, progress);
  target.close();
  if (!copied) target.remove();
  return copied;
}

Problem moveIntoPlace(const QString& from, const QString& to) {
  QFile file(from);
  const bool isFolder = QFileInfo(from).isDir();
  const bool moved = isFolder ? !QFileInfo::exists(to) && QDir().rename(from, to) : file.rename(to);
  if (!moved) return {ErrorId::LibraryReadOnly, {QDir::toNativeSeparators(QFileInfo(to).path())}, to};
  disk::syncFolder(QFileInfo(to).path());  // a rename survives the loss of power when its folder is on the disk
  return {};
}

Problem checkSpace(const QString& folder, quint64 bytes) {
  if (!QDir().mkpath(folder) || !QFileInfo(folder).isWritable())
    return {ErrorId::LibraryReadOnly, {QDir::toNativeSeparators(folder)}, folder};
  const quint64 free = bytesFreeAt(folder);
  if (bytes + kReserve <= free) return {};
  const QLocale locale;
  return {ErrorId::LibraryNoSpace,
          {locale.formattedDataSize(static_cast<qint64>(bytes + kReserve)), locale.formattedDataSize(static_cast<qint64>(free))},
          folder};
}

quint64 bytesFreeAt(const QString& folder) {
  QString existing = QDir::cleanPath(folder);
  while (!QFileInfo::exists(existing)) {
    const QString parent = QFileInfo(existing).path();
    if (parent == existing) break;
    existing = parent;
  }
  const qint64 free = QStorageInfo(existing).bytesAvailable();
  return free > 0 ? static_cast<quint64>(free) : 0;
}
