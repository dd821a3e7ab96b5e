// A file system that is soon full.
#pragma once

#include <sys/mount.h>
#include <QByteArray>
#include <QDir>

namespace hearth_test {

/// A file system of a given size; not mounted where that is not allowed.
class SmallDisk {
 public:
  SmallDisk(const QString& path, const char* size) : m_path(path.toLocal8Bit()) {
    QDir().mkpath(path);
    m_mounted = mount("tmpfs", m_path.constData(), "tmpfs", 0, size) == 0;
  }
  ~SmallDisk() {
    if (m_mounted) umount(m_path.constData());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool isMounted() const { return m_mounted; }

 private:
  QByteArray m_path;
  bool m_mounted = false;
};

}  // namespace hearth_test
