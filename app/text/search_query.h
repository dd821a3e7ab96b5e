// What is typed into the search field: words, and filters such as folder:name. Pure functions.
#pragma once

#include <QDate>
#include <QList>
#include <QString>

/// Something in a query that cannot be followed; `text` is the part that it is about.
struct SearchProblem {
  enum class Kind {
    UnknownFilter,   // text: its name
    MissingValue,    // text: the name of the filter
    BadDate,         // text: what stands for the date
    NothingBetween,  // after: is not before before:
    NoSuchFolder,    // text: the name; not found out by parsing
  };

  Kind kind = Kind::UnknownFilter;
  QString text;

  bool operator==(const SearchProblem&) const = default;
};

/// A query taken apart. Of a filter that is given twice the last one counts.
struct SearchQuery {
  QString words;   // what is left for the full-text search
  QString folder;  // empty: any
  QString model;
  QString adapter;
  QDate after;   // that day or later; invalid: any
  QDate before;  // earlier than that day
  QList<SearchProblem> problems;

  [[nodiscard]] bool hasFilters() const;
};

/// Filters are folder:, model:, adapter:, before: and after:, whatever their case, with a value that stands in quotes where it has spaces;
/// full-width colons and curly quotes count as plain ones. A name before a colon that is no filter is a problem only where it looks like
/// one: "http://x", "std::sort" and "10:30" are words. What is no filter stays among the words. Filters with a problem filter nothing.
[[nodiscard]] SearchQuery parseSearchQuery(const QString& query);
