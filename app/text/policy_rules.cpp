#include "text/policy_rules.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace {

constexpr qsizetype kMostWords = 1000;
constexpr qsizetype kLongestText = 20'000;
constexpr qsizetype kLongestPattern = 1000;
constexpr qsizetype kTogether = 100;  // words of one expression
constexpr qsizetype kWindow = 2048;
constexpr qsizetype kBehind = 64;   // what a pattern may look back at
constexpr qsizetype kCertain = 64;  // so long a match counts though the text goes on
constexpr qsizetype kMostMatches = 500;
constexpr int kProbe = 500;
// PCRE2 counts steps that may have to be taken back, for every place where a match could begin; compiled to machine code it counts fewer.
const QString kLimits = QStringLiteral("(*NO_JIT)(*LIMIT_MATCH=10000)");
// A letter or digit of a script with spaces between words.
const QString kSpaced = QStringLiteral("[^\\W\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}\\p{Thai}\\p{Lao}\\p{Khmer}\\p{Myanmar}]");

const QRegularExpression::PatternOptions kOptions =
    QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;

[[nodiscard]] bool isSpaced(const QString& character) {
  static const QRegularExpression spaced(QLatin1Char('^') + kSpaced, kOptions);
  return spaced.match(character).hasMatch();
}

/// A word as an expression; the spaces of a phrase may be any.
[[nodiscard]] QString wordExpression(const QString& word) {
  QStringList parts;
  for (const QString& part : word.split(u' ', Qt::SkipEmptyParts)) parts.append(QRegularExpression::escape(part));
  QString expression = parts.join(QStringLiteral("\\s+"));
  const bool pair = word.size() > 1 && word.back().isLowSurrogate();
  if (isSpaced(word)) expression.prepend(QStringLiteral("(?<!%1)").arg(kSpaced));
  if (isSpaced(word.right(pair ? 2 : 1))) expression.append(QStringLiteral("(?!%1)").arg(kSpaced));
  return expression;
}

[[nodiscard]] QRegularExpression patternExpression(const QString& pattern) {
  return QRegularExpression(kLimits + pattern, kOptions);
}

/// Texts on which patterns that try everything take longest. They end with all that a pattern may ask for, or it would not even begin.
[[nodiscard]] QStringList slowTexts() {
  QString end = QString(QChar(0x2603));
  for (char16_t c = u'~'; c > u' '; --c) end += QChar(c);
  QStringList texts;
  for (const char* piece : {"a", "ab", "0", " ", "a ", "aA1_", "-", "."})
    texts.append(QString::fromLatin1(piece).repeated(kProbe).left(kProbe) + end);
  texts.append(QString(kProbe, QChar(0x4e2d)) + end);
  return texts;
}

[[nodiscard]] PolicyProblem patternProblem(const QString& pattern) {
  using Kind = PolicyProblem::Kind;
  if (pattern.size() > kLongestPattern) return {Kind::TooLong, {}, -1};
  const QRegularExpression plain(pattern, kOptions);
  if (!plain.isValid()) return {Kind::Invalid, plain.errorString(), static_cast<int>(plain.patternErrorOffset())};
  const QRegularExpression limited = patternExpression(pattern);
  if (!limited.isValid()) return {Kind::Invalid, limited.errorString(), -1};
  // What matches nothing at all would match everywhere.
  if (const auto match = limited.match(QStringLiteral("")); match.hasMatch()) return {Kind::MatchesNothing, {}, -1};
  for (const QString& text : slowTexts()) {
    QElapsedTimer timer;
    timer.start();
    const auto match = limited.match(text);
    if (!match.isValid() || timer.elapsed() > PolicyMatcher::kBudgetMs) return {Kind::TooSlow, {}, -1};
  }
  return {};
}

/// The place, or the one before it where that would be inside a character of two units, and not behind the end.
[[nodiscard]] qsizetype wholeAt(const QString& text, qsizetype at) {
  if (at >= text.size()) return text.size();
  return at > 0 && text[at].isLowSurrogate() && text[at - 1].isHighSurrogate() ? at - 1 : at;
}

/// With every half of a character replaced, which expressions refuse to look at.
[[nodiscard]] QString whole(QString text) {
  if (text.isValidUtf16()) return text;
  for (qsizetype i = 0; i < text.size(); ++i) {
    const bool pair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
    if (pair)
      ++i;
    else if (text[i].isSurrogate())
      text[i] = QChar::ReplacementCharacter;
  }
  return text;
}

template <class Value>
[[nodiscard]] Value named(const QJsonObject& object, QLatin1String key, const QList<std::pair<QLatin1String, Value>>& names) {
  const QString name = object.value(key).toString();
  for (const auto& [text, value] : names)
    if (name == text) return value;
  return names.first().second;
}

}  // namespace

QString policyJson(const QList<PolicyRule>& rules) {
  QJsonArray list;
  for (const PolicyRule& rule : rules) {
    const char* place = rule.place == PolicyRule::Place::Input ? "input" : rule.place == PolicyRule::Place::Output ? "output" : "both";
    list.append(QJsonObject{{QStringLiteral("name"), rule.name},
                            {QStringLiteral("kind"), QLatin1String(rule.kind == PolicyRule::Kind::Words ? "words" : "pattern")},
                            {QStringLiteral("text"), rule.text},
                            {QStringLiteral("place"), QLatin1String(place)},
                            {QStringLiteral("action"), QLatin1String(rule.action == PolicyRule::Action::Mark ? "mark" : "block")}});
  }
  return QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

QList<PolicyRule> policyFromJson(const QString& json) {
  using Name = QLatin1String;
  QList<PolicyRule> rules;
  const QJsonArray list = QJsonDocument::fromJson(json.toUtf8()).array();
  for (const QJsonValue& value : list) {
    const QJsonObject object = value.toObject();
    PolicyRule rule;
    rule.name = object.value(Name("name")).toString();
    rule.text = object.value(Name("text")).toString();
    rule.kind = named<PolicyRule::Kind>(object, Name("kind"),
                                        {{Name("words"), PolicyRule::Kind::Words}, {Name("pattern"), PolicyRule::Kind::Pattern}});
    rule.place = named<PolicyRule::Place>(
        object, Name("place"),
        {{Name("both"), PolicyRule::Place::Both}, {Name("input"), PolicyRule::Place::Input}, {Name("output"), PolicyRule::Place::Output}});
    rule.action = named<PolicyRule::Action>(object, Name("action"),
                                            {{Name("mark"), PolicyRule::Action::Mark}, {Name("block"), PolicyRule::Action::Block}});
    if (!rule.name.isEmpty() && !rule.text.isEmpty()) rules.append(rule);
  }
  return rules;
}

QStringList policyWords(const QString& text) {
  static const QRegularExpression dividers(QStringLiteral("[\\n\\r,;\\x{3001}\\x{ff0c}\\x{ff1b}]+"));
  QStringList words;
  for (const QString& word : text.split(dividers, Qt::SkipEmptyParts)) {
    const QString clean = word.simplified();
    if (!clean.isEmpty()) words.append(clean);
  }
  words.removeDuplicates();
  return words;
}

PolicyProblem policyProblem(const PolicyRule& rule) {
  using Kind = PolicyProblem::Kind;
  if (rule.name.trimmed().isEmpty()) return {Kind::NoName, {}, -1};
  if (rule.text.size() > kLongestText) return {Kind::TooLong, {}, -1};
  if (rule.kind == PolicyRule::Kind::Pattern) return rule.text.isEmpty() ? PolicyProblem{Kind::NoWords, {}, -1} : patternProblem(rule.text);
  const QStringList words = policyWords(rule.text);
  if (words.isEmpty()) return {Kind::NoWords, {}, -1};
  if (words.size() > kMostWords) return {Kind::TooManyWords, {}, -1};
  return {};
}

PolicyMatcher::PolicyMatcher(const QList<PolicyRule>& rules, PolicyRule::Place place) {
  for (int i = 0; i < rules.size(); ++i) {
    const PolicyRule& rule = rules[i];
    if (rule.place != PolicyRule::Place::Both && rule.place != place) continue;
    Ready ready;
    ready.index = i;
    ready.blocks = rule.action == PolicyRule::Action::Block;
    ready.isPattern = rule.kind == PolicyRule::Kind::Pattern;
    if (ready.isPattern) {
      ready.expressions.append(patternExpression(rule.text));
    } else {
      QStringList words = policyWords(rule.text).mid(0, kMostWords);
      // Of "new" and "new york" the longer one is tried first.
      std::stable_sort(words.begin(), words.end(), [](const QString& a, const QString& b) { return a.size() > b.size(); });
      for (qsizetype at = 0; at < words.size(); at += kTogether) {
        QStringList some;
        for (const QString& word : words.mid(at, kTogether)) some.append(wordExpression(word));
        ready.expressions.append(QRegularExpression(some.join(u'|'), kOptions));
      }
    }
    const bool valid = std::all_of(ready.expressions.begin(), ready.expressions.end(), [](const auto& e) { return e.isValid(); });
    if (valid && !ready.expressions.isEmpty()) m_rules.append(ready);
  }
}

void PolicyMatcher::leaveOut(const QSet<int>& rules) {
  m_rules.removeIf([&rules](const Ready& rule) { return rules.contains(rule.index); });
}

/// Nothing in lists of words has to be taken back, so the whole text is looked at in one go.
bool PolicyMatcher::searchWords(const Ready& rule, const QString& text, qsizetype from, QList<PolicyMatch>& out) {
  for (const QRegularExpression& expression : rule.expressions) {
    auto matches = expression.globalMatch(text, from);
    while (matches.hasNext() && out.size() < kMostMatches) {
      const auto match = matches.next();
      out.append({match.capturedStart(), match.capturedLength(), rule.index});
    }
  }
  return true;
}

/// Each window finds what begins in its first half; false: it took too long.
bool PolicyMatcher::searchPattern(const Ready& rule, const QString& text, qsizetype from, QList<PolicyMatch>& out) {
  const QRegularExpression& expression = rule.expressions.first();
  QElapsedTimer timer;
  timer.start();
  qsizetype next = from;  // matches do not overlap
  for (qsizetype begin = from; begin < text.size(); begin = wholeAt(text, begin + kReach)) {
    const qsizetype base = wholeAt(text, std::max<qsizetype>(0, begin - kBehind));
    const qsizetype end = wholeAt(text, begin + kWindow);
    const bool isLast = end == text.size();
    const QString window = text.mid(base, end - base);
    next = std::max(next, begin);
    while (next <= end && out.size() < kMostMatches) {
      auto match = expression.match(window, next - base);
      if (!match.isValid() || timer.elapsed() > kBudgetMs) return false;
      if (!match.hasMatch()) break;
      const qsizetype start = match.capturedStart() + base;
      if (!isLast && start >= begin + kReach) break;
      qsizetype length = match.capturedLength();
      if (!isLast && start + length == end) {  // which is no end for the pattern
        match = expression.match(text, start, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.isValid()) return false;
        length = match.capturedLength();
      }
      if (length > 0) out.append({start, length, rule.index});
      next = start + length;
      if (length == 0 && ++next < text.size() && text[next].isLowSurrogate()) ++next;
    }
    if (isLast) break;
  }
  return true;
}

PolicyMatcher::Findings PolicyMatcher::find(const QString& given, qsizetype from) const {
  Findings findings;
  const QString text = whole(given);
  from = wholeAt(text, from);
  for (const Ready& rule : m_rules) {
    QList<PolicyMatch> matches;
    if (rule.isPattern ? searchPattern(rule, text, from, matches) : searchWords(rule, text, from, matches))
      findings.matches += matches;
    else
      findings.slow.append(rule.index);
  }
  std::sort(findings.matches.begin(), findings.matches.end(),
            [](const PolicyMatch& a, const PolicyMatch& b) { return a.start != b.start ? a.start < b.start : a.length > b.length; });
  return findings;
}

PolicyMatcher::Blocking PolicyMatcher::findBlocking(const QString& given, qsizetype from, bool complete) const {
  Blocking blocking;
  const QString text = whole(given);
  for (const Ready& rule : m_rules) {
    if (!rule.blocks) continue;
    QList<PolicyMatch> matches;
    const qsizetype begin = wholeAt(text, std::max<qsizetype>(0, from - kReach));
    if (!(rule.isPattern ? searchPattern(rule, text, begin, matches) : searchWords(rule, text, begin, matches))) {
      blocking.slow.append(rule.index);
      continue;
    }
    for (const PolicyMatch& match : std::as_const(matches)) {
      // "cat" may still become "catalogue".
      const bool open = !complete && match.start + match.length == text.size() && match.length < kCertain;
      if (!open && (!blocking.match || match.start < blocking.match->start)) blocking.match = match;
    }
  }
  return blocking;
}
