#include <fcntl.h>
#include <unistd.h>
#include <QFileInfo>
#include <cerrno>

#include "net/disk.h"

namespace disk {

namespace {

[[nodiscard]] Result resultOf(int error) {
#ifdef EDQUOT
  if (error == EDQUOT) return Result::Full;
#endif
  return error == ENOSPC || error == EFBIG ? Result::Full : Result::Failed;
}

}  // namespace

Result reserve(QFile& file, qint64 size) {
#ifdef Q_OS_LINUX
  // Not posix_fallocate: where the file system cannot reserve, it would write zeros for minutes.
  int done = 0;
  do {
    done = size == 0 ? 0 : ::fallocate(file.handle(), 0, 0, size);
  } while (done != 0 && errno == EINTR);
  if (done == 0) return file.resize(size) ? Result::Done : Result::Failed;
  if (errno != EOPNOTSUPP && errno != ENOSYS) return resultOf(errno);
#endif
  const qint64 free = freeBytes(QFileInfo(file.fileName()).absolutePath());
  if (free >= 0 && free < size) return Result::Full;
  return file.resize(size) ? Result::Done : Result::Full;
}

bool sync(QFile& file) {
#ifdef Q_OS_LINUX
  return ::fdatasync(file.handle()) == 0;
#else
  return ::fsync(file.handle()) == 0;
#endif
}

bool syncFolder(const QString& folder) {
  const int handle = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool done = ::fsync(handle) == 0;
  ::close(handle);
  return done;
}

Result writeAt(QFile& file, qint64 offset, const QByteArray& data) {
  qsizetype written = 0;
  while (written < data.size()) {
    const ssize_t count = ::pwrite(file.handle(), data.constData() + written, static_cast<size_t>(data.size() - written), offset + written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return resultOf(count == 0 ? ENOSPC : errno);
    written += count;
  }
  return Result::Done;
}

}  // namespace disk
