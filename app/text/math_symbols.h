// What the commands and characters of TeX maths are in Unicode.
#pragma once

#include <QString>
#include <QStringView>
#include <optional>

/// What a piece of a formula is to its neighbours; spaces depend on it.
enum class MathClass { Ordinary, Function, BigOperator, Binary, Relation, Opening, Closing, Punctuation, Fraction, Space };

struct MathSymbol {
  QString text;
  MathClass kind = MathClass::Ordinary;
};

/// A letter style: \mathbb and the like.
enum class MathAlphabet { Italic, Upright, Bold, BlackboardBold, Calligraphic, Fraktur };

/// The symbol of a command, written without its backslash; nothing: it is not known.
[[nodiscard]] std::optional<MathSymbol> mathSymbol(QStringView command);

/// What a character that stands for itself is.
[[nodiscard]] MathClass mathClass(QChar character);

/// The delimiter after \left, \right or \big of a command ("langle") or character ("("): text, empty for "."; nothing: it is none.
[[nodiscard]] std::optional<QString> mathDelimiter(QStringView name);

/// The mark that an accent ("hat", "vec") puts on a character, or nothing.
[[nodiscard]] std::optional<QChar> mathAccent(QStringView command);

/// The alphabet of a command ("mathbb"), or nothing.
[[nodiscard]] std::optional<MathAlphabet> mathAlphabet(QStringView command);

/// A letter or digit in an alphabet whose letters Unicode has; others as they are.
[[nodiscard]] QString mathLetter(QChar letter, MathAlphabet alphabet);

/// `text` in superscript (or subscript) characters; nothing: some of it has none.
[[nodiscard]] std::optional<QString> inSuperscript(QStringView text);
[[nodiscard]] std::optional<QString> inSubscript(QStringView text);

/// A relation with a stroke through it: "∉" for "∈".
[[nodiscard]] QString negated(const QString& relation);
