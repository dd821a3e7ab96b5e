// What one start of the program was asked to open.
#pragma once

#include <QString>
#include <QStringList>

/// Arguments of a start as the window needs them, which may be that of another process in another folder. Names of files are hostile
/// text: nothing here interprets them beyond what finding the file takes.
struct StartRequest {
  QString load;      // absolute; model to load as it is, without the library; empty: none
  QStringList open;  // absolute; what is no file of this computer stays as it was written ("https://…")
  QString token;     // with which a Wayland desktop lets the window come to the front; may be empty

  bool operator==(const StartRequest&) const = default;

  /// Arguments as written: names relative to `folder`, absolute names, and addresses that begin with "file:".
  [[nodiscard]] static StartRequest of(const QString& load, const QStringList& arguments, const QString& folder);

  /// For another process, and back; what is no such message is an empty request.
  [[nodiscard]] QStringList toMessage() const;
  [[nodiscard]] static StartRequest fromMessage(const QStringList& message);
};

/// The file that an argument names, absolute; an address of something else, or one that cannot be decoded, as it was written.
[[nodiscard]] QString fileOfArgument(const QString& argument, const QString& folder);
