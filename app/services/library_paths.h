// Names and places of the files that the libraries of models and adapters keep.
#pragma once

#include <QString>
#include <QStringList>

/// The folders of the libraries below the data folder. Paths are stored relative to it, so that it can be moved.
class LibraryPaths {
 public:
  explicit LibraryPaths(const QString& dataFolder);

  [[nodiscard]] QString models() const { return m_data + QLatin1String("/models"); }
  [[nodiscard]] QString adapters() const { return m_data + QLatin1String("/adapters"); }
  /// Where files are made and copied before they get their names; emptied at the start. On the same file system as `folder`.
  [[nodiscard]] static QString incoming(const QString& folder) { return folder + QLatin1String("/.incoming"); }

  /// As stored.
  [[nodiscard]] QString stored(const QString& absolute) const;
  /// As used; a stored path that would lead out of the data folder becomes empty.
  [[nodiscard]] QString absolute(const QString& stored) const;
  /// Whether a file is below models/ or adapters/: ours, and deleted with its entry.
  [[nodiscard]] bool isOurs(const QString& absolute) const;

 private:
  QString m_data;
};

/// A name without what file systems refuse or hide, of at most `most` bytes.
[[nodiscard]] QString fileNameOf(const QString& text, int most = 200);
/// `folder`/STEM.SUFFIX, with a number where that exists. `suffix` may be empty.
[[nodiscard]] QString unusedPath(const QString& folder, const QString& stem, const QString& suffix);
/// The file with all links resolved where it exists, else as it is: two spellings of one file are equal.
[[nodiscard]] QString canonical(const QString& path);

/// A name of one part of a split model: PREFIX-00001-of-00003.gguf.
struct SplitName {
  QString prefix;  // without folder
  int number = 0;  // from 1; 0: no such name
  int count = 0;
  explicit operator bool() const { return number > 0; }
  [[nodiscard]] QString part(int n) const;
};
[[nodiscard]] SplitName splitNameOf(const QString& fileName);

/// A file name without ".gguf", the numbers of parts and the block types: what variants of a model have in common.
[[nodiscard]] QString stemOf(const QString& fileName);
