#include <io.h>
#include <windows.h>
#include <winioctl.h>
#include <QFileInfo>

#include "net/disk.h"

namespace disk {

namespace {

[[nodiscard]] HANDLE handleOf(QFile& file) {
  return reinterpret_cast<HANDLE>(::_get_osfhandle(file.handle()));
}

[[nodiscard]] Result resultOf(DWORD error) {
  constexpr DWORD kQuotaExceeded = 1295;  // ERROR_DISK_QUOTA_EXCEEDED, a name that not every header has
  const bool full = error == ERROR_DISK_FULL || error == ERROR_HANDLE_DISK_FULL || error == kQuotaExceeded || error == ERROR_FILE_TOO_LARGE;
  return full ? Result::Full : Result::Failed;
}

}  // namespace

Result reserve(QFile& file, qint64 size) {
  const qint64 free = freeBytes(QFileInfo(file.fileName()).absolutePath());
  if (free >= 0 && free < size) return Result::Full;
  // NTFS fills everything in front of a write with zeros unless the file is sparse, and several connections write far apart: for a large
  // model that would be minutes. FAT and its kin know no sparse files; there the call fails and the zeros are written.
  DWORD bytes = 0;
  ::DeviceIoControl(handleOf(file), FSCTL_SET_SPARSE, nullptr, 0, nullptr, 0, &bytes, nullptr);
  return file.resize(size) ? Result::Done : Result::Full;
}

bool sync(QFile& file) {
  return ::FlushFileBuffers(handleOf(file)) != 0;
}

// A rename is in the journal of NTFS when MoveFileEx returns; folders cannot be flushed, and need not be.
bool syncFolder(const QString& folder) {
  return QFileInfo(folder).isDir();
}

Result writeAt(QFile& file, qint64 offset, const QByteArray& data) {
  qsizetype written = 0;
  while (written < data.size()) {
    const auto at = static_cast<quint64>(offset + written);
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(at);
    place.OffsetHigh = static_cast<DWORD>(at >> 32);
    const auto most = static_cast<DWORD>(qMin<qsizetype>(data.size() - written, 1 << 30));
    DWORD count = 0;
    if (!::WriteFile(handleOf(file), data.constData() + written, most, &count, &place)) return resultOf(::GetLastError());
    if (count == 0) return Result::Full;
    written += count;
  }
  return Result::Done;
}

}  // namespace disk
