// Text for full-text search: what is indexed, what is asked, and what is shown of a match. Pure functions.
//
// The tokenizer of the index splits at everything that is neither letter nor digit, and Chinese or Japanese text has no spaces, so
// a whole sentence would be one word. Therefore every CJK character becomes a word of its own, and words of a query are
// asked as phrases (most Chinese words have two characters, too short for trigrams).
#pragma once

#include <QString>
#include <QStringList>

/// `text` with a space around every CJK character (Han, kana, Hangul, bopomofo). The index depends on it: a change needs a migration
/// that builds the index anew.
[[nodiscard]] QString spacedForSearch(QStringView text);

/// The words of a query, at most 8; those without a letter or digit are left out.
[[nodiscard]] QStringList searchWords(const QString& query);

/// FTS5 expression that finds texts with all the words; the last one may be the beginning of a word while it is being typed.
/// Empty for no words.
[[nodiscard]] QString matchExpression(const QStringList& words);

/// Whether all words occur in a short text such as a title, anywhere in it; case and accents do not matter.
[[nodiscard]] bool containsWords(const QString& text, const QStringList& words);

/// A piece of `text` around its first match as html of our own: escaped, matches in <b>, line breaks as spaces.
[[nodiscard]] QString snippetHtml(const QString& text, const QStringList& words, qsizetype length = 160);

/// Places where a word of the query begins in `text`: pairs of position and length, in order, not overlapping.
[[nodiscard]] QList<std::pair<qsizetype, qsizetype>> matchesIn(const QString& text, const QStringList& words);
