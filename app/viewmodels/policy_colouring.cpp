#include "viewmodels/policy_colouring.h"

#include <QTextDocument>
#include <array>
#include <utility>

namespace {

// Nobody reads longer paragraphs, and every token that is added to one would look at all of it again.
constexpr qsizetype kLongestParagraph = 20'000;

[[nodiscard]] PolicyRule ruleOf(const QVariantMap& map) {
  PolicyRule rule;
  rule.name = map.value(QStringLiteral("name")).toString();
  rule.text = map.value(QStringLiteral("text")).toString();
  if (map.value(QStringLiteral("kind")).toString() == QLatin1String("pattern")) rule.kind = PolicyRule::Kind::Pattern;
  const QString place = map.value(QStringLiteral("place")).toString();
  if (place == QLatin1String("input")) rule.place = PolicyRule::Place::Input;
  if (place == QLatin1String("output")) rule.place = PolicyRule::Place::Output;
  return rule;
}

/// A conversation has hundreds of documents and one set of rules: it is made ready once. GUI thread only.
[[nodiscard]] std::shared_ptr<PolicyMatcher> matcherFor(const QVariantList& maps, PolicyRule::Place place) {
  struct Known {
    QVariantList maps;
    std::weak_ptr<PolicyMatcher> matcher;
  };
  static std::array<Known, 2> known;
  Known& last = known[place == PolicyRule::Place::Input ? 0 : 1];
  if (auto matcher = last.matcher.lock(); matcher && last.maps == maps) return matcher;
  QList<PolicyRule> rules;
  for (const QVariant& map : maps) rules.append(ruleOf(map.toMap()));
  auto matcher = std::make_shared<PolicyMatcher>(rules, place);
  last = {maps, matcher};
  return matcher;
}

}  // namespace

PolicyColouring::PolicyColouring(QObject* parent) : QSyntaxHighlighter(parent) {}

void PolicyColouring::setTarget(QQuickTextDocument* target) {
  if (target == m_target) return;
  m_target = target;
  begin();
  Q_EMIT targetChanged();
}

void PolicyColouring::setRules(const QVariantList& rules) {
  if (rules == m_rules) return;
  m_rules = rules;
  begin();
  Q_EMIT rulesChanged();
}

void PolicyColouring::setPlace(const QString& place) {
  if (place == m_place) return;
  m_place = place;
  begin();
  Q_EMIT rulesChanged();
}

void PolicyColouring::setInk(const QColor& ink) {
  if (ink == m_ink) return;
  m_ink = ink;
  again();
  Q_EMIT coloursChanged();
}

void PolicyColouring::setPaper(const QColor& paper) {
  if (paper == m_paper) return;
  m_paper = paper;
  again();
  Q_EMIT coloursChanged();
}

void PolicyColouring::componentComplete() {
  m_complete = true;
  begin();
}

void PolicyColouring::begin() {
  if (!m_complete) return;
  m_matcher.reset();
  if (!m_rules.isEmpty())
    m_matcher = matcherFor(m_rules, m_place == QLatin1String("input") ? PolicyRule::Place::Input : PolicyRule::Place::Output);
  const bool wanted = m_target && m_matcher && !m_matcher->isEmpty();
  QTextDocument* document = wanted ? m_target->textDocument() : nullptr;
  if (!wanted) noteMarked(false);
  if (document != this->document()) setDocument(document);  // which takes the old marks away
  again();
}

void PolicyColouring::again() {
  if (document()) rehighlight();
}

void PolicyColouring::noteMarked(bool marked) {
  if (std::exchange(m_marked, marked) != marked) Q_EMIT markedChanged();
}

void PolicyColouring::highlightBlock(const QString& text) {
  if (!m_matcher || text.size() > kLongestParagraph) return;
  QTextCharFormat format;
  format.setForeground(m_ink);
  format.setBackground(m_paper);
  format.setFontUnderline(true);
  const PolicyMatcher::Findings findings = m_matcher->find(text);
  for (const PolicyMatch& match : findings.matches) setFormat(static_cast<int>(match.start), static_cast<int>(match.length), format);
  if (!findings.slow.isEmpty()) m_matcher->leaveOut({findings.slow.begin(), findings.slow.end()});
  if (!findings.matches.isEmpty()) noteMarked(true);
}
