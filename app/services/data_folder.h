// Where the data is, and moving it.
#pragma once

#include <QString>

#include "errors/error_catalogue.h"

/// The data folder is HEARTH_HOME, else the one that the user chose, else the platform's. A choice is written to a small file in the
/// platform's configuration folder and takes effect at the next start, before anything is opened: everything is copied, compared,
/// and only then removed from the old folder.
class DataFolder {
 public:
  DataFolder();

  /// The folder in use.
  [[nodiscard]] const QString& path() const { return m_path; }
  /// Set by HEARTH_HOME: choosing another one here would change nothing.
  [[nodiscard]] bool isFixed() const { return m_fixed; }
  /// The folder that the next start moves to; empty: none.
  [[nodiscard]] QString next() const;

  /// Asks for a move at the next start; the folder in use takes it back. Answers why a folder cannot be used, or no problem.
  Problem choose(const QString& folder);

  /// Carries out what choose() asked for. Call before the database is opened. Answers FolderMoved, FolderMoveFailed or no problem.
  Problem move();

  /// Removes the choice, and the file that holds it: there is nothing in the folder any more.
  void forget() const;

 private:
  [[nodiscard]] static QString configFile();
  [[nodiscard]] static QString stored(const char* key);
  static void store(const char* key, const QString& value);

  QString m_path;
  bool m_fixed = false;
};
