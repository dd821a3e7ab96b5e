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

/// As much of `text` as `mostCharacters` allow: its beginning, or its beginning and its end; a line in brackets says what is missing.
[[nodiscard]] QString beginningOf(const QString& text, qsizetype mostCharacters);
[[nodiscard]] QString endsOf(const QString& text, qsizetype mostCharacters);
