// A file that has not arrived yet: NAME.part has its bytes, NAME.part.json says which of them count.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QHash>
#include <QList>
#include <QString>

#include "errors/error_catalogue.h"

/// What makes two downloads the same file, wherever it comes from.
struct FileIdentity {
  QString repository, revision, path;
  qint64 size = 0;
  QString sha256;  // empty: not known; then only the same mark (ETag) of the same host is the same file

  bool operator==(const FileIdentity&) const = default;
};

/// Bytes are written anywhere in the file; save() makes the disk and then the state know them, so that a kill or a power cut at any
/// moment costs only what came after the last save. A state that is damaged, or of another file, is not believed: the file starts
/// anew. Not for several threads.
class PartFile {
 public:
  /// `target` is the whole file's place.
  explicit PartFile(const QString& target);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  /// Goes on with what is there, or begins: reserves the space. On a problem nothing new is left behind.
  [[nodiscard]] Problem open(const FileIdentity& identity, qint64 partBytes);
  [[nodiscard]] bool isOpen() const { return m_data.isOpen(); }
  /// Forgets all bytes.
  [[nodiscard]] Problem restart();
  void close();

  [[nodiscard]] qint64 size() const { return m_identity.size; }
  [[nodiscard]] int parts() const { return static_cast<int>(m_done.size()); }
  [[nodiscard]] qint64 begin(int part) const { return part * m_partBytes; }
  [[nodiscard]] qint64 end(int part) const;
  /// Bytes at the beginning of a part that have arrived.
  [[nodiscard]] qint64 done(int part) const { return m_done[part]; }
  [[nodiscard]] bool isWhole(int part) const { return begin(part) + m_done[part] == end(part); }
  /// All parts.
  [[nodiscard]] bool isWhole() const;
  [[nodiscard]] qint64 received() const { return m_received; }
  /// Bytes from the beginning of the file without a gap.
  [[nodiscard]] qint64 contiguous() const;

  /// Takes bytes that continue a part, or go over several; what is there already is left alone, what would leave a gap is not taken.
  [[nodiscard]] Problem write(qint64 offset, const QByteArray& data);
  /// Forgets a part that turned out to be wrong.
  void drop(int part);
  [[nodiscard]] QByteArray read(qint64 offset, qint64 bytes);

  /// The mark of the file at a host, for If-Range.
  [[nodiscard]] QByteArray etag(const QString& host) const { return m_etags.value(host); }
  void setEtag(const QString& host, const QByteArray& etag) { m_etags.insert(host, etag); }

  /// What has arrived is on the disk, and known to be.
  [[nodiscard]] Problem save();
  /// Gives the file its place and name. Call when it is verified; works without open().
  [[nodiscard]] Problem publish();
  /// Removes bytes and state.
  void discard();
  /// Bytes of the disk that are reserved already.
  [[nodiscard]] static qint64 reserved(const QString& target);

 private:
  [[nodiscard]] bool load(const FileIdentity& identity);
  [[nodiscard]] Problem create();
  [[nodiscard]] Problem diskProblem() const;
  [[nodiscard]] static QString dataPath(const QString& target);

  QString m_target;
  QString m_dataPath, m_statePath;
  QFile m_data;
  FileIdentity m_identity;
  qint64 m_partBytes = 0;
  QList<qint64> m_done;
  qint64 m_received = 0;
  QHash<QString, QByteArray> m_etags;
  bool m_dirty = false;
};
