// Whether the last run ended properly.
#pragma once

#include <QString>

/// A file that exists while the application runs: found at a start, it says that the last run crashed or was killed. Only the one running
/// instance of a data folder may use it.
class SessionMarker {
 public:
  explicit SessionMarker(const QString& dataFolder);
  /// Removes the marker: this run ends properly.
  ~SessionMarker();
  SessionMarker(const SessionMarker&) = delete;
  SessionMarker& operator=(const SessionMarker&) = delete;

  /// The marker of an earlier run was there.
  [[nodiscard]] bool lastRunCrashed() const { return m_crashed; }

 private:
  QString m_file;
  bool m_crashed = false;
};
