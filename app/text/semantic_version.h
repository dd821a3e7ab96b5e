// Semantic Versioning 2.0.0 (https://semver.org): reading and precedence.
#pragma once

#include <QList>
#include <QString>
#include <compare>
#include <optional>

/// A version; its text is what it was read from. Build metadata ("+...") has no part in comparing.
class SemanticVersion {
 public:
  /// Nothing for a text that section 2, 9 or 10 does not allow: "1.2", "01.2.3", "1.2.3-", "v1.2.3". Longer texts than 255 characters are
  /// refused; numbers may be of any size.
  [[nodiscard]] static std::optional<SemanticVersion> parse(const QString& text);

  [[nodiscard]] const QString& text() const { return m_text; }
  /// "1.0.0-rc.1": before the version proper.
  [[nodiscard]] bool isPreRelease() const { return !m_preRelease.isEmpty(); }

  /// Precedence of section 11. Two that differ in their build metadata only are equivalent.
  [[nodiscard]] friend std::weak_ordering operator<=>(const SemanticVersion& a, const SemanticVersion& b) { return a.compare(b); }
  [[nodiscard]] friend bool operator==(const SemanticVersion& a, const SemanticVersion& b) { return a.compare(b) == 0; }

 private:
  SemanticVersion() = default;
  [[nodiscard]] std::weak_ordering compare(const SemanticVersion& other) const;

  QString m_text;
  QList<QString> m_core;        // three numbers, as digits
  QList<QString> m_preRelease;  // identifiers
};
