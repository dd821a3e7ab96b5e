#include "viewmodels/policy_model.h"

#include <utility>

#include "services/settings.h"

namespace {

constexpr int kShownWords = 60;

[[nodiscard]] PolicyRule ruleOf(const QVariantMap& map) {
  PolicyRule rule;
  rule.name = map.value(QStringLiteral("name")).toString().simplified();
  rule.text = map.value(QStringLiteral("text")).toString();
  if (map.value(QStringLiteral("kind")).toString() == QLatin1String("pattern")) rule.kind = PolicyRule::Kind::Pattern;
  if (map.value(QStringLiteral("action")).toString() == QLatin1String("block")) rule.action = PolicyRule::Action::Block;
  const QString place = map.value(QStringLiteral("place")).toString();
  if (place == QLatin1String("input")) rule.place = PolicyRule::Place::Input;
  if (place == QLatin1String("output")) rule.place = PolicyRule::Place::Output;
  return rule;
}

[[nodiscard]] QVariantMap mapOf(const PolicyRule& rule, bool slow) {
  const char* place = rule.place == PolicyRule::Place::Input ? "input" : rule.place == PolicyRule::Place::Output ? "output" : "both";
  return {{QStringLiteral("name"), rule.name},
          {QStringLiteral("kind"), rule.kind == PolicyRule::Kind::Words ? QStringLiteral("words") : QStringLiteral("pattern")},
          {QStringLiteral("text"), rule.text},
          {QStringLiteral("place"), QString::fromLatin1(place)},
          {QStringLiteral("action"), rule.action == PolicyRule::Action::Mark ? QStringLiteral("mark") : QStringLiteral("block")},
          {QStringLiteral("slow"), slow}};
}

}  // namespace

PolicyModel::PolicyModel(PolicyService* policy, Settings* settings, QObject* parent)
    : QObject(parent), m_policy(policy), m_settings(settings) {
  connect(policy, &PolicyService::changed, this, &PolicyModel::changed);
  connect(policy, &PolicyService::gaveUp, this, [this](const QString& rule) {
    setNote(tr("Your rule “%1” is left out: its pattern takes too long. Make it simpler in the settings.").arg(rule));
  });
  connect(settings, &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::Watermark) Q_EMIT watermarkChanged();
  });
}

void PolicyModel::setOn(bool on) {
  m_settings->setValue(SettingKey::PolicyOn, on);
}

QVariantList PolicyModel::rules() const {
  QVariantList list;
  for (int i = 0; i < m_policy->rules().size(); ++i) list.append(mapOf(m_policy->rules()[i], m_policy->isSlow(i)));
  return list;
}

QVariantList PolicyModel::marks() const {
  QVariantList list;
  if (!m_policy->isOn()) return list;
  for (int i = 0; i < m_policy->rules().size(); ++i) {
    const PolicyRule& rule = m_policy->rules()[i];
    if (rule.action == PolicyRule::Action::Mark && !m_policy->isSlow(i)) list.append(mapOf(rule, false));
  }
  return list;
}

bool PolicyModel::watermark() const {
  return m_settings->value(SettingKey::Watermark).toBool();
}

void PolicyModel::setWatermark(bool watermark) {
  m_settings->setValue(SettingKey::Watermark, watermark);
}

QString PolicyModel::problem(const QVariantMap& rule) const {
  using Kind = PolicyProblem::Kind;
  const PolicyProblem problem = policyProblem(ruleOf(rule));
  switch (problem.kind) {
    case Kind::None:
      break;
    case Kind::NoName:
      return tr("Give the rule a name.");
    case Kind::NoWords:
      return tr("Say what the rule looks for.");
    case Kind::TooManyWords:
      return tr("A rule can have 1000 words. Divide the list among several rules.");
    case Kind::TooLong:
      return tr("This is too long for a rule.");
    case Kind::Invalid:
      return problem.offset < 0 ? tr("This is no regular expression: %1.").arg(problem.detail)
                                : tr("This is no regular expression: %1, at character %2.").arg(problem.detail).arg(problem.offset + 1);
    case Kind::MatchesNothing:
      return tr("This pattern also matches where there is nothing, so it would match everywhere.");
    case Kind::TooSlow:
      return tr(
          "This pattern can take very long, for example because a repeated part repeats something itself, as in (a+)+. Make it simpler.");
  }
  return {};
}

bool PolicyModel::save(int index, const QVariantMap& map) {
  const PolicyRule rule = ruleOf(map);
  if (policyProblem(rule)) return false;
  QList<PolicyRule> rules = m_policy->rules();
  if (index >= 0 && index < rules.size())
    rules[index] = rule;
  else
    rules.append(rule);
  m_policy->setRules(rules);
  return true;
}

void PolicyModel::remove(int index) {
  QList<PolicyRule> rules = m_policy->rules();
  if (index < 0 || index >= rules.size()) return;
  rules.removeAt(index);
  m_policy->setRules(rules);
}

void PolicyModel::dismissNote() {
  setNote({});
}

void PolicyModel::setNote(const QString& note) {
  if (std::exchange(m_note, note) != note) Q_EMIT noteChanged();
}

bool PolicyModel::allows(const QString& question) {
  setNote({});
  const auto refused = m_policy->refusal(question);
  if (!refused) return true;
  const QString words = refused->words.simplified();
  setNote(tr("Not sent: your rule “%1” blocks “%2”. Change the message, or the rule in the settings.")
              .arg(refused->rule, words.size() > kShownWords ? words.left(kShownWords) + QChar(0x2026) : words));
  return false;
}

void PolicyModel::retranslate() {
  setNote({});
}
