#include "services/policy_service.h"

#include "services/settings.h"

namespace {

const QString kStopPrefix = QStringLiteral("policy:");

}  // namespace

PolicyService::PolicyService(Settings* settings, QObject* parent) : QObject(parent), m_settings(settings) {
  connect(settings, &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::PolicyOn || key == SettingKey::PolicyRules) prepare();
  });
  prepare();
}

bool PolicyService::isOn() const {
  return m_settings->value(SettingKey::PolicyOn).toBool();
}

void PolicyService::setRules(const QList<PolicyRule>& rules) {
  m_settings->setValue(SettingKey::PolicyRules, policyJson(rules));
}

void PolicyService::prepare() {
  m_rules = policyFromJson(m_settings->text(SettingKey::PolicyRules));
  m_slow.clear();
  const QList<PolicyRule> used = isOn() ? m_rules : QList<PolicyRule>();
  m_input = PolicyMatcher(used, PolicyRule::Place::Input);
  m_output = PolicyMatcher(used, PolicyRule::Place::Output);
  Q_EMIT changed();
}

std::optional<PolicyService::Refusal> PolicyService::first(const PolicyMatcher& matcher, const QString& text, qsizetype from,
                                                           bool complete) {
  if (matcher.isEmpty()) return std::nullopt;
  const PolicyMatcher::Blocking found = matcher.findBlocking(text, from, complete);
  if (!found.slow.isEmpty()) {
    for (const int rule : found.slow) m_slow.insert(rule);
    m_input.leaveOut(m_slow);
    m_output.leaveOut(m_slow);
    for (const int rule : found.slow) Q_EMIT gaveUp(m_rules[rule].name);
    Q_EMIT changed();
  }
  if (!found.match) return std::nullopt;
  return Refusal{m_rules[found.match->rule].name, text.mid(found.match->start, found.match->length), found.match->start};
}

std::optional<PolicyService::Refusal> PolicyService::refusal(const QString& question) {
  return first(m_input, question, 0, true);
}

std::optional<PolicyService::Refusal> PolicyService::stopReason(const QString& answer, qsizetype checked, bool complete) {
  return first(m_output, answer, checked, complete);
}

QString PolicyService::stopName(const QString& rule) {
  return kStopPrefix + rule;
}

QString PolicyService::ruleOf(const QString& stopName) {
  return stopName.startsWith(kStopPrefix) ? stopName.mid(kStopPrefix.size()) : QString();
}
