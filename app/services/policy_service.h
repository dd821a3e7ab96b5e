// The person's own rules about words: kept with the settings, asked before a question is sent and while an answer is written.
#pragma once

#include <QObject>
#include <QSet>
#include <QString>
#include <optional>

#include "text/policy_rules.h"

class Settings;
enum class SettingKey;

/// Off at first. Lives in the GUI thread; the time that a look takes is bounded, see PolicyMatcher. A rule whose pattern takes too long is
/// left out from then on, until rules change.
class PolicyService : public QObject {
  Q_OBJECT

 public:
  /// Must outlive this object.
  explicit PolicyService(Settings* settings, QObject* parent = nullptr);

  [[nodiscard]] bool isOn() const;
  [[nodiscard]] const QList<PolicyRule>& rules() const { return m_rules; }
  void setRules(const QList<PolicyRule>& rules);
  /// The rule was left out because it took too long.
  [[nodiscard]] bool isSlow(int rule) const { return m_slow.contains(rule); }

  struct Refusal {
    QString rule;         // its name
    QString words;        // what was found
    qsizetype start = 0;  // where
  };
  /// Why a text may not be sent; nothing: it may.
  [[nodiscard]] std::optional<Refusal> refusal(const QString& question);
  /// Why an answer may not go on, of which the text up to `checked` was looked at before.
  [[nodiscard]] std::optional<Refusal> stopReason(const QString& answer, qsizetype checked, bool complete);

  /// As the stop reason of an answer, and back; empty: it ended for another reason.
  [[nodiscard]] static QString stopName(const QString& rule);
  [[nodiscard]] static QString ruleOf(const QString& stopName);

 Q_SIGNALS:
  /// isOn(), rules() or isSlow().
  void changed();
  /// A rule is left out from now on.
  void gaveUp(const QString& rule);

 private:
  void prepare();
  [[nodiscard]] std::optional<Refusal> first(const PolicyMatcher& matcher, const QString& text, qsizetype from, bool complete);

  Settings* m_settings;
  QList<PolicyRule> m_rules;
  QSet<int> m_slow;
  PolicyMatcher m_input;
  PolicyMatcher m_output;
};
