#include "text/search_query.h"

#include <algorithm>

namespace {

constexpr qsizetype kLongestQuery = 2000;
constexpr qsizetype kShortestName = 2;  // "C:\" is a path
constexpr qsizetype kLongestName = 20;
constexpr qsizetype kMostProblems = 3;

[[nodiscard]] bool isColon(QChar c) {
  return c == u':' || c == u'\uff1a';
}

[[nodiscard]] bool isQuote(QChar c) {
  return c == u'"' || c == u'\u201c' || c == u'\u201d' || c == u'\uff02';
}

[[nodiscard]] bool isNameLetter(QChar c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

[[nodiscard]] bool isKnown(const QString& name) {
  for (const char* known : {"folder", "model", "adapter", "before", "after"}) {
    if (name == QLatin1String(known)) return true;
  }
  return false;
}

/// The value of a filter from `at` on, which moves behind it. A quote that is not closed yet ends with the query.
[[nodiscard]] QString takeValue(const QString& query, qsizetype& at) {
  QString value;
  if (at < query.size() && isQuote(query[at])) {
    for (++at; at < query.size() && !isQuote(query[at]); ++at) value += query[at];
    if (at < query.size()) ++at;
  } else {
    for (; at < query.size() && !query[at].isSpace(); ++at) value += query[at];
  }
  return value.simplified();
}

void addProblem(SearchQuery& query, SearchProblem::Kind kind, const QString& text) {
  const SearchProblem problem{kind, text};
  if (query.problems.size() < kMostProblems && !query.problems.contains(problem)) query.problems.append(problem);
}

/// 2026-01-31, also with one digit for month and day.
void setDate(SearchQuery& query, QDate& date, const QString& value) {
  static const QString format = QStringLiteral("yyyy-M-d");
  date = QDate::fromString(value, format);
  if (!date.isValid()) addProblem(query, SearchProblem::Kind::BadDate, value);
}

void setFilter(SearchQuery& query, const QString& name, const QString& value) {
  if (value.isEmpty()) return addProblem(query, SearchProblem::Kind::MissingValue, name);
  if (name == QLatin1String("folder")) query.folder = value;
  if (name == QLatin1String("model")) query.model = value;
  if (name == QLatin1String("adapter")) query.adapter = value;
  if (name == QLatin1String("before")) setDate(query, query.before, value);
  if (name == QLatin1String("after")) setDate(query, query.after, value);
}

/// Where the colon of a name that begins at `at` is; -1: what begins there has none.
[[nodiscard]] qsizetype colonAfterName(const QString& query, qsizetype at) {
  qsizetype end = at;
  while (end < query.size() && end - at <= kLongestName && isNameLetter(query[end])) ++end;
  const bool named = end - at >= kShortestName && end - at <= kLongestName && end < query.size() && isColon(query[end]);
  return named ? end : -1;
}

/// "std::sort", "http://x", and a colon that ends a word.
[[nodiscard]] bool isPlainColon(const QString& query, qsizetype colon) {
  if (query[colon] != u':' || colon + 1 >= query.size()) return true;
  const QChar next = query[colon + 1];
  return next.isSpace() || next == u'/' || next == u'\\' || isColon(next);
}

}  // namespace

bool SearchQuery::hasFilters() const {
  return !folder.isEmpty() || !model.isEmpty() || !adapter.isEmpty() || after.isValid() || before.isValid();
}

SearchQuery parseSearchQuery(const QString& typed) {
  const QString query = typed.left(kLongestQuery);
  SearchQuery parsed;
  bool begins = true;  // of a word
  for (qsizetype at = 0; at < query.size();) {
    const qsizetype colon = begins ? colonAfterName(query, at) : -1;
    const QString name = colon < 0 ? QString() : query.mid(at, colon - at).toLower();
    if (colon >= 0 && isKnown(name)) {
      at = colon + 1;
      setFilter(parsed, name, takeValue(query, at));
      parsed.words += u' ';
      continue;
    }
    if (colon >= 0 && !isPlainColon(query, colon)) addProblem(parsed, SearchProblem::Kind::UnknownFilter, name);
    begins = query[at].isSpace();
    parsed.words += query[at++];
  }
  parsed.words = parsed.words.simplified();
  if (parsed.after.isValid() && parsed.before.isValid() && parsed.after >= parsed.before)
    addProblem(parsed, SearchProblem::Kind::NothingBetween, {});
  return parsed;
}
