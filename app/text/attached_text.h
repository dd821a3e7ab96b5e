// How files and long texts stand in a message: fenced blocks with a name, in front of what was typed.
#pragma once

#include <QList>
#include <QString>

struct AttachedText {
  QString name;
  QString text;

  bool operator==(const AttachedText&) const = default;
};

struct MessageParts {
  QList<AttachedText> files;
  QString text;  // what follows them
};

/// The message that the model reads: ```csv title="prices.csv", the file, the fence again; then `text`. A fence is longer than any inside.
[[nodiscard]] QString withAttachedTexts(const QList<AttachedText>& files, const QString& text);

/// Takes such a message apart; line breaks at the ends of files are gone. A message without files is all `text`.
[[nodiscard]] MessageParts messageParts(const QString& message);

/// A message with another typed text: its files stay exactly as they stand in it.
[[nodiscard]] QString withTypedText(const QString& message, const QString& text);

/// What people get when they copy such a message: what was typed, then each file under its name as a Markdown code block, without the
/// marks that only we read. A message without files stays as it is.
[[nodiscard]] QString readableMessage(const QString& message);

/// What lists and search results show of a message, or of its beginning: names of files and their text, then what was typed, without
/// fences. `message` may be cut off inside a file.
[[nodiscard]] QString messageWithoutFences(const QString& message);

/// The file that a message begins with but does not end: it is cut off inside of it. Empty: there is none; “…”: the name is cut off, too.
[[nodiscard]] QString cutFileName(const QString& message);

/// As much of `text` as `mostCharacters` allow: its beginning, or its beginning and its end; a line in brackets says what is missing.
[[nodiscard]] QString beginningOf(const QString& text, qsizetype mostCharacters);
[[nodiscard]] QString endsOf(const QString& text, qsizetype mostCharacters);
