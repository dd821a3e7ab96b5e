#include "services/settings.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "storage/settings_store.h"
#include "storage/storage_thread.h"

namespace {

struct Definition {
  SettingKey key;
  const char* name;  // in the database
  QVariant standard;
  QStringList choices;         // texts that are allowed; empty: any
  double least = 0, most = 0;  // numbers
};

constexpr double kMostTokens = 1048576;

[[nodiscard]] const std::array<Definition, 44>& definitions() {
  static const std::array<Definition, 44> all{{
      {SettingKey::Theme,
       "theme",
       QStringLiteral("system"),
       {QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark"), QStringLiteral("contrast")}},
      {SettingKey::Language,
       "language",
       QStringLiteral("system"),
       {QStringLiteral("system"), QStringLiteral("en"), QStringLiteral("zh_CN")}},
      {SettingKey::FontPercent, "font_percent", 100, {}, 80, 160},
      {SettingKey::ReducedMotion, "reduced_motion", false, {}, 0, 1},
      {SettingKey::PolicyOn, "policy_on", false, {}, 0, 1},
      {SettingKey::PolicyRules, "policy_rules", QString(), {}},
      {SettingKey::Watermark, "watermark", false, {}, 0, 1},
      {SettingKey::ShortcutKeys, "shortcut_keys", QString(), {}},
      {SettingKey::WrapCode, "wrap_code", false, {}, 0, 1},
      {SettingKey::Temperature, "temperature", 0.7, {}, 0, 2},
      {SettingKey::TopP, "top_p", 0.9, {}, 0.01, 1},
      {SettingKey::MinP, "min_p", 0.0, {}, 0, 1},
      {SettingKey::TopK, "top_k", 40, {}, 0, 1000},
      {SettingKey::RepeatPenalty, "repeat_penalty", 1.0, {}, 1, 2},
      {SettingKey::SystemPrompt, "system_prompt", QString(), {}},
      {SettingKey::ContextPolicy,
       "context_policy",
       QStringLiteral("drop"),
       {QStringLiteral("drop"), QStringLiteral("summarise"), QStringLiteral("stop")}},
      {SettingKey::MaxTokens, "max_tokens", 0, {}, 0, kMostTokens},
      {SettingKey::Device, "device", QStringLiteral("auto"), {}},
      {SettingKey::Threads, "threads", 0, {}, 0, 1024},
      {SettingKey::Background, "background", false, {}, 0, 1},
      {SettingKey::ContextLength, "context_length", 0, {}, 0, kMostTokens},
      {SettingKey::LastModelPath, "last_model_path", QString(), {}},
      {SettingKey::CurrentChat, "current_chat", qint64(0), {}, 0, 9e15},
      {SettingKey::CatalogueUrl, "catalogue_url", QStringLiteral(HEARTH_CATALOGUE_URL), {}},
      {SettingKey::Endpoints, "endpoints", QStringLiteral("huggingface,-hf-mirror,-modelscope,-own"), {}},
      {SettingKey::OwnServer, "own_server", QString(), {}},
      {SettingKey::ProxyMode,
       "proxy_mode",
       QStringLiteral("system"),
       {QStringLiteral("system"), QStringLiteral("none"), QStringLiteral("http"), QStringLiteral("socks5")}},
      {SettingKey::ProxyHost, "proxy_host", QString(), {}},
      {SettingKey::ProxyPort, "proxy_port", 8080, {}, 0, 65535},
      {SettingKey::ProxyUser, "proxy_user", QString(), {}},
      {SettingKey::ProxySecret, "proxy_secret", false, {}, 0, 1},
      {SettingKey::BandwidthLimit, "bandwidth_limit", 0, {}, 0, 10'000'000},
      {SettingKey::TokenHosts, "token_hosts", QString(), {}},
      {SettingKey::UpdateWeekly, "update_weekly", false, {}, 0, 1},
      {SettingKey::UpdatePreviews, "update_previews", false, {}, 0, 1},
      {SettingKey::UpdateUrl, "update_url", QStringLiteral(HEARTH_UPDATE_URL), {}},
      {SettingKey::UpdateChecked, "update_checked", qint64(0), {}, 0, 9e15},
      {SettingKey::UpdateSkipped, "update_skipped", QString(), {}},
      {SettingKey::UpdateDismissed, "update_dismissed", QString(), {}},
      {SettingKey::UpdateDocument, "update_document", QString(), {}},
      {SettingKey::WelcomeShown, "welcome_shown", false, {}, 0, 1},
      {SettingKey::Notifications, "notifications", true, {}, 0, 1},
      {SettingKey::Tray, "tray", false, {}, 0, 1},
      {SettingKey::TrayTold, "tray_told", false, {}, 0, 1},
  }};
  return all;
}

[[nodiscard]] const Definition& definitionOf(SettingKey key) {
  return *std::find_if(definitions().begin(), definitions().end(), [key](const Definition& d) { return d.key == key; });
}

/// `value` as the type of the setting and within its range.
[[nodiscard]] QVariant cleaned(const Definition& definition, const QVariant& value) {
  const int type = definition.standard.typeId();
  if (type == QMetaType::QString) {
    const QString text = value.toString();
    return definition.choices.isEmpty() || definition.choices.contains(text) ? QVariant(text) : definition.standard;
  }
  if (type == QMetaType::Bool) return value.toString() == QLatin1String("true") || value.toString() == QLatin1String("1");
  bool ok = false;
  const double number = value.toDouble(&ok);
  if (!ok || !std::isfinite(number)) return definition.standard;
  QVariant inRange(std::clamp(number, definition.least, definition.most));
  inRange.convert(definition.standard.metaType());
  return inRange;
}

}  // namespace

Settings::Settings(StorageThread* storage, QObject* parent) : QObject(parent), m_storage(storage) {
  for (const Definition& definition : definitions()) m_values.insert(definition.key, definition.standard);
}

void Settings::load(const QHash<QString, QString>& stored) {
  for (const Definition& definition : definitions()) {
    const auto it = stored.constFind(QLatin1String(definition.name));
    if (it == stored.constEnd()) continue;
    const QVariant value = cleaned(definition, *it);
    if (m_values.value(definition.key) == value) continue;
    m_values.insert(definition.key, value);
    Q_EMIT changed(definition.key);
  }
}

void Settings::reset() {
  for (const Definition& definition : definitions()) {
    if (m_values.value(definition.key) == definition.standard) continue;
    m_values.insert(definition.key, definition.standard);
    Q_EMIT changed(definition.key);
  }
}

QVariant Settings::standard(SettingKey key) {
  return definitionOf(key).standard;
}

QVariant Settings::value(SettingKey key) const {
  return m_values.value(key);
}

void Settings::setValue(SettingKey key, const QVariant& value) {
  const Definition& definition = definitionOf(key);
  const QVariant now = cleaned(definition, value);
  if (m_values.value(key) == now) return;
  m_values.insert(key, now);
  m_storage->write([name = QString::fromLatin1(definition.name), text = now.toString()](Database& database) {
    return SettingsStore(database).put(name, text);
  });
  Q_EMIT changed(key);
}
