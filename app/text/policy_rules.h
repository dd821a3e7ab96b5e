// Rules of a person about words: what is looked for in messages and answers.
#pragma once

#include <QList>
#include <QRegularExpression>
#include <QSet>
#include <QString>
#include <optional>

struct PolicyRule {
  enum class Kind { Words, Pattern };
  enum class Place { Input, Output, Both };
  enum class Action { Mark, Block };

  QString name;
  Kind kind = Kind::Words;
  QString text;  // words, divided by commas or lines; or a regular expression
  Place place = Place::Both;
  Action action = Action::Mark;

  bool operator==(const PolicyRule&) const = default;
};

/// As stored: a JSON list. What cannot be read is left out.
[[nodiscard]] QString policyJson(const QList<PolicyRule>& rules);
[[nodiscard]] QList<PolicyRule> policyFromJson(const QString& json);

/// The words of a list, each once. Divided by line feeds and by commas, semicolons and the Chinese marks for them.
[[nodiscard]] QStringList policyWords(const QString& text);

/// Why a rule cannot be used.
struct PolicyProblem {
  enum class Kind { None, NoName, NoWords, TooManyWords, TooLong, Invalid, MatchesNothing, TooSlow };

  Kind kind = Kind::None;
  QString detail;   // Invalid: what the library for regular expressions says, in English
  int offset = -1;  // Invalid: where in the pattern, in UTF-16 units

  explicit operator bool() const { return kind != Kind::None; }
};

/// Checks a rule before it is taken, a pattern also with texts on which bad ones take very long. Some milliseconds.
[[nodiscard]] PolicyProblem policyProblem(const PolicyRule& rule);

/// A place in a text, in UTF-16 units.
struct PolicyMatch {
  qsizetype start = 0;
  qsizetype length = 0;
  int rule = 0;  // index in the rules

  bool operator==(const PolicyMatch&) const = default;
};

/// Rules made ready for looking. Letters are compared without case, by Unicode. Words in scripts that are written with spaces match as
/// whole words; beside Chinese, Japanese and the like there are none, so those match anywhere.
///
/// The time of a search is bounded: a pattern looks at 2048 characters at a time, gives up where it begins to try everything, and a rule
/// that takes longer than kBudgetMs for one text is left out of this text.
class PolicyMatcher {
 public:
  /// How far back a text that grows is looked at again, in UTF-16 units: longer matches may be missed there.
  static constexpr qsizetype kReach = 1024;
  static constexpr int kBudgetMs = 100;

  PolicyMatcher() = default;
  /// Rules that do not apply to `place` and those with a problem are left out.
  PolicyMatcher(const QList<PolicyRule>& rules, PolicyRule::Place place);

  [[nodiscard]] bool isEmpty() const { return m_rules.isEmpty(); }
  /// Forgets rules, by their indices.
  void leaveOut(const QSet<int>& rules);

  struct Findings {
    QList<PolicyMatch> matches;  // by start, then the longest first
    QList<int> slow;             // rules that were left out
  };
  /// What is found from `from` on, which may be inside a word: the text before it is looked at for that.
  [[nodiscard]] Findings find(const QString& text, qsizetype from = 0) const;
  /// The first match of a rule that blocks. `complete` false: the text goes on, and a match at its end counts only when what follows
  /// can no longer make it another one or it is long.
  struct Blocking {
    std::optional<PolicyMatch> match;
    QList<int> slow;
  };
  [[nodiscard]] Blocking findBlocking(const QString& text, qsizetype from, bool complete) const;

 private:
  struct Ready {
    int index = 0;
    bool blocks = false;
    bool isPattern = false;
    QList<QRegularExpression> expressions;
  };

  static bool searchWords(const Ready& rule, const QString& text, qsizetype from, QList<PolicyMatch>& out);
  static bool searchPattern(const Ready& rule, const QString& text, qsizetype from, QList<PolicyMatch>& out);

  QList<Ready> m_rules;
};
