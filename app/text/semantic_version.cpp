#include "text/semantic_version.h"

#include <QStringList>
#include <algorithm>

namespace {

constexpr qsizetype kLongest = 255;

[[nodiscard]] bool isDigit(QChar c) {
  return c >= u'0' && c <= u'9';
}

[[nodiscard]] bool isNumeric(const QString& identifier) {
  return !identifier.isEmpty() && std::all_of(identifier.begin(), identifier.end(), isDigit);
}

/// A number without leading zeros.
[[nodiscard]] bool isNumber(const QString& text) {
  return isNumeric(text) && (text.size() == 1 || text.front() != u'0');
}

[[nodiscard]] bool isIdentifier(const QString& text) {
  const auto allowed = [](QChar c) { return isDigit(c) || (c >= u'A' && c <= u'Z') || (c >= u'a' && c <= u'z') || c == u'-'; };
  return !text.isEmpty() && std::all_of(text.begin(), text.end(), allowed);
}

[[nodiscard]] std::weak_ordering ordered(int comparison) {
  return comparison <=> 0;
}

/// Digits without leading zeros: the longer number is the larger one.
[[nodiscard]] std::weak_ordering compareNumbers(const QString& a, const QString& b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return ordered(QString::compare(a, b));
}

[[nodiscard]] std::weak_ordering compareIdentifiers(const QString& a, const QString& b) {
  const bool numbers[] = {isNumeric(a), isNumeric(b)};
  if (numbers[0] && numbers[1]) return compareNumbers(a, b);
  if (numbers[0] != numbers[1]) return numbers[0] ? std::weak_ordering::less : std::weak_ordering::greater;
  return ordered(QString::compare(a, b));  // ASCII
}

}  // namespace

std::optional<SemanticVersion> SemanticVersion::parse(const QString& text) {
  if (text.size() > kLongest) return std::nullopt;
  SemanticVersion version;
  version.m_text = text;
  QString rest = text;
  if (const qsizetype plus = rest.indexOf(u'+'); plus >= 0) {
    const QStringList metadata = rest.mid(plus + 1).split(u'.');
    if (!std::all_of(metadata.begin(), metadata.end(), isIdentifier)) return std::nullopt;
    rest.truncate(plus);
  }
  if (const qsizetype hyphen = rest.indexOf(u'-'); hyphen >= 0) {
    version.m_preRelease = rest.mid(hyphen + 1).split(u'.');
    const auto allowed = [](const QString& part) { return isIdentifier(part) && (!isNumeric(part) || isNumber(part)); };
    if (!std::all_of(version.m_preRelease.begin(), version.m_preRelease.end(), allowed)) return std::nullopt;
    rest.truncate(hyphen);
  }
  version.m_core = rest.split(u'.');
  if (version.m_core.size() != 3 || !std::all_of(version.m_core.begin(), version.m_core.end(), isNumber)) return std::nullopt;
  return version;
}

std::weak_ordering SemanticVersion::compare(const SemanticVersion& other) const {
  for (qsizetype i = 0; i < m_core.size(); ++i) {
    if (const auto order = compareNumbers(m_core[i], other.m_core[i]); order != 0) return order;
  }
  if (isPreRelease() != other.isPreRelease()) return isPreRelease() ? std::weak_ordering::less : std::weak_ordering::greater;
  const qsizetype common = std::min(m_preRelease.size(), other.m_preRelease.size());
  for (qsizetype i = 0; i < common; ++i) {
    if (const auto order = compareIdentifiers(m_preRelease[i], other.m_preRelease[i]); order != 0) return order;
  }
  return m_preRelease.size() <=> other.m_preRelease.size();
}
