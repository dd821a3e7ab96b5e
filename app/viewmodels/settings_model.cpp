#include "viewmodels/settings_model.h"

#include <QLocale>

#include "services/memory_service.h"
#include "services/settings.h"
#include "system_theme.h"

namespace {

[[nodiscard]] QString sizeText(quint64 bytes) {
  const bool large = bytes >= 1'000'000'000;
  return QLocale().formattedDataSize(static_cast<qint64>(bytes), large ? 1 : 0, QLocale::DataSizeSIFormat);
}

}  // namespace

SettingsModel::SettingsModel(Settings* settings, const SystemTheme* systemTheme, const MemoryService* memory, QObject* parent)
    : QObject(parent), m_settings(settings), m_systemTheme(systemTheme), m_memory(memory) {
  if (memory) connect(memory, &MemoryService::changed, this, &SettingsModel::memoryChanged);
  connect(settings, &Settings::changed, this, &SettingsModel::onChanged);
  if (systemTheme) connect(systemTheme, &SystemTheme::changed, this, &SettingsModel::updateDark);
  updateDark();
}

void SettingsModel::onChanged(SettingKey key) {
  switch (key) {
    case SettingKey::ShortcutKeys:
      Q_EMIT shortcutKeysChanged();
      break;
    case SettingKey::Theme:
      Q_EMIT themeChanged();
      updateDark();
      break;
    case SettingKey::Language:
      Q_EMIT languageChanged();
      break;
    case SettingKey::FontPercent:
      Q_EMIT fontPercentChanged();
      break;
    case SettingKey::MinP:
      Q_EMIT minPChanged();
      break;
    case SettingKey::RepeatPenalty:
      Q_EMIT repeatPenaltyChanged();
      break;
    case SettingKey::Device:
      Q_EMIT deviceChanged();
      break;
    case SettingKey::ReducedMotion:
      Q_EMIT reducedMotionChanged();
      break;
    case SettingKey::WrapCode:
      Q_EMIT wrapCodeChanged();
      break;
    case SettingKey::Temperature:
      Q_EMIT temperatureChanged();
      break;
    case SettingKey::TopP:
      Q_EMIT topPChanged();
      break;
    case SettingKey::TopK:
      Q_EMIT topKChanged();
      break;
    case SettingKey::SystemPrompt:
      Q_EMIT systemPromptChanged();
      break;
    case SettingKey::ContextPolicy:
      Q_EMIT contextPolicyChanged();
      break;
    case SettingKey::MaxTokens:
      Q_EMIT maxTokensChanged();
      break;
    case SettingKey::Threads:
      Q_EMIT threadsChanged();
      break;
    case SettingKey::Background:
      Q_EMIT backgroundChanged();
      break;
    case SettingKey::ContextLength:
      Q_EMIT contextLengthChanged();
      break;
    case SettingKey::LastModelPath:
      Q_EMIT lastModelPathChanged();
      break;
    case SettingKey::Notifications:
      Q_EMIT notificationsChanged();
      break;
    case SettingKey::Tray:
      Q_EMIT trayChanged();
      break;
    case SettingKey::WelcomeShown:
    case SettingKey::TrayTold:
    case SettingKey::PolicyOn:
    case SettingKey::PolicyRules:
    case SettingKey::Watermark:
    case SettingKey::CurrentChat:
    case SettingKey::CatalogueUrl:
    case SettingKey::Endpoints:
    case SettingKey::OwnServer:
    case SettingKey::ProxyMode:
    case SettingKey::ProxyHost:
    case SettingKey::ProxyPort:
    case SettingKey::ProxyUser:
    case SettingKey::ProxySecret:
    case SettingKey::BandwidthLimit:
    case SettingKey::TokenHosts:
    case SettingKey::UpdateWeekly:
    case SettingKey::UpdatePreviews:
    case SettingKey::UpdateUrl:
    case SettingKey::UpdateChecked:
    case SettingKey::UpdateSkipped:
    case SettingKey::UpdateDismissed:
    case SettingKey::UpdateDocument:
      break;
  }
}

void SettingsModel::updateDark() {
  const QString choice = theme();
  const bool dark = choice == QLatin1String("dark") || choice == QLatin1String("contrast") ||
                    (choice == QLatin1String("system") && m_systemTheme && m_systemTheme->isDark());
  if (dark == m_dark) return;
  m_dark = dark;
  Q_EMIT darkChanged();
}

QString SettingsModel::shortcutKeys() const {
  return m_settings->text(SettingKey::ShortcutKeys);
}

void SettingsModel::setShortcutKeys(const QString& keys) {
  m_settings->setValue(SettingKey::ShortcutKeys, keys);
}

QString SettingsModel::theme() const {
  return m_settings->text(SettingKey::Theme);
}

void SettingsModel::setTheme(const QString& theme) {
  m_settings->setValue(SettingKey::Theme, theme);
}

bool SettingsModel::dark() const {
  return m_dark;
}

QString SettingsModel::language() const {
  return m_settings->text(SettingKey::Language);
}

void SettingsModel::setLanguage(const QString& language) {
  m_settings->setValue(SettingKey::Language, language);
}

bool SettingsModel::reducedMotion() const {
  return m_settings->value(SettingKey::ReducedMotion).toBool();
}

void SettingsModel::setReducedMotion(bool reduced) {
  m_settings->setValue(SettingKey::ReducedMotion, reduced);
}

bool SettingsModel::wrapCode() const {
  return m_settings->value(SettingKey::WrapCode).toBool();
}

void SettingsModel::setWrapCode(bool wrap) {
  m_settings->setValue(SettingKey::WrapCode, wrap);
}

double SettingsModel::temperature() const {
  return m_settings->number(SettingKey::Temperature);
}

void SettingsModel::setTemperature(double temperature) {
  m_settings->setValue(SettingKey::Temperature, temperature);
}

double SettingsModel::topP() const {
  return m_settings->number(SettingKey::TopP);
}

void SettingsModel::setTopP(double topP) {
  m_settings->setValue(SettingKey::TopP, topP);
}

int SettingsModel::topK() const {
  return m_settings->integer(SettingKey::TopK);
}

void SettingsModel::setTopK(int topK) {
  m_settings->setValue(SettingKey::TopK, topK);
}

QString SettingsModel::systemPrompt() const {
  return m_settings->text(SettingKey::SystemPrompt);
}

void SettingsModel::setSystemPrompt(const QString& prompt) {
  m_settings->setValue(SettingKey::SystemPrompt, prompt);
}

QString SettingsModel::contextPolicy() const {
  return m_settings->text(SettingKey::ContextPolicy);
}

void SettingsModel::setContextPolicy(const QString& policy) {
  m_settings->setValue(SettingKey::ContextPolicy, policy);
}

int SettingsModel::maxTokens() const {
  return m_settings->integer(SettingKey::MaxTokens);
}

void SettingsModel::setMaxTokens(int tokens) {
  m_settings->setValue(SettingKey::MaxTokens, tokens);
}

bool SettingsModel::notifications() const {
  return m_settings->value(SettingKey::Notifications).toBool();
}

void SettingsModel::setNotifications(bool on) {
  m_settings->setValue(SettingKey::Notifications, on);
}

bool SettingsModel::tray() const {
  return m_settings->value(SettingKey::Tray).toBool();
}

void SettingsModel::setTray(bool on) {
  m_settings->setValue(SettingKey::Tray, on);
}

void SettingsModel::setTrayPossible(bool possible) {
  if (std::exchange(m_trayPossible, possible) != possible) Q_EMIT trayChanged();
}

int SettingsModel::threads() const {
  return m_settings->integer(SettingKey::Threads);
}

void SettingsModel::setThreads(int threads) {
  m_settings->setValue(SettingKey::Threads, threads);
}

bool SettingsModel::background() const {
  return m_settings->value(SettingKey::Background).toBool();
}

void SettingsModel::setBackground(bool background) {
  m_settings->setValue(SettingKey::Background, background);
}

int SettingsModel::contextLength() const {
  return m_settings->integer(SettingKey::ContextLength);
}

void SettingsModel::setContextLength(int tokens) {
  m_settings->setValue(SettingKey::ContextLength, tokens);
}

int SettingsModel::fontPercent() const {
  return m_settings->integer(SettingKey::FontPercent);
}

void SettingsModel::setFontPercent(int percent) {
  m_settings->setValue(SettingKey::FontPercent, percent);
}

double SettingsModel::minP() const {
  return m_settings->number(SettingKey::MinP);
}

void SettingsModel::setMinP(double minP) {
  m_settings->setValue(SettingKey::MinP, minP);
}

double SettingsModel::repeatPenalty() const {
  return m_settings->number(SettingKey::RepeatPenalty);
}

void SettingsModel::setRepeatPenalty(double penalty) {
  m_settings->setValue(SettingKey::RepeatPenalty, penalty);
}

QString SettingsModel::device() const {
  return m_settings->text(SettingKey::Device);
}

void SettingsModel::setDevice(const QString& device) {
  m_settings->setValue(SettingKey::Device, device);
}

QString SettingsModel::joined(const QString& first, const QString& second) {
  //: Two whole sentences, one after the other.
  return tr("%1 %2").arg(first, second);
}

QString SettingsModel::deviceNote(const DeviceFacts& device) const {
  // The engine's reason is English; what matters to people is that it is not there.
  if (!device.usable) return tr("Not available in this version or on this computer.");
  QStringList sentences;
  if (device.totalBytes > 0) sentences += tr("%1 of %2 free.").arg(sizeText(device.freeBytes), sizeText(device.totalBytes));
  if (device.check == DeviceCheck::Unchecked) sentences += tr("Will be tested before its first use.");
  if (device.check == DeviceCheck::Passed) sentences += tr("Tested.");
  if (device.check == DeviceCheck::Failed) sentences += tr("It failed its test, so it is not used (%1).").arg(device.checkReason);
  if (device.left == DeviceLeft::Software) sentences += tr("Not chosen automatically: it computes on the processor, only slower.");
  if (device.left == DeviceLeft::Integrated)
    sentences += tr("Not chosen automatically: it shares the memory with the processor, which is as fast.");
  QString note;
  for (const QString& sentence : sentences) note = note.isEmpty() ? sentence : joined(note, sentence);
  return note;
}

QVariantList SettingsModel::devices() const {
  const auto choice = [](const QString& value, const QString& text, bool usable, const QString& reason) {
    return QVariantMap{{QStringLiteral("value"), value},
                       {QStringLiteral("text"), text},
                       {QStringLiteral("usable"), usable},
                       {QStringLiteral("reason"), reason}};
  };
  QString chosen;
  QVariantList choices;
  for (const DeviceFacts& device : m_memory ? m_memory->devices() : QList<DeviceFacts>()) {
    choices += choice(device.id, device.name, device.usable && device.check != DeviceCheck::Failed, deviceNote(device));
    if (device.usable && device.left == DeviceLeft::Chosen) chosen = tr("At present: %1").arg(device.name);
  }
  choices.prepend(choice(QStringLiteral("auto"), tr("Automatic"), true, chosen));
  return choices;
}

QString SettingsModel::contextCost() const {
  if (!m_memory || m_memory->need().total() == 0) return {};
  const MemoryNeed& need = m_memory->need();
  const QString cost = tr("With %1 tokens the model needs %2: weights %3, chat memory %4, working space %5. Free now: %6.")
                           .arg(QLocale().toString(need.contextLength), sizeText(need.total()), sizeText(need.weights),
                                sizeText(need.cache), sizeText(need.scratch), sizeText(m_memory->freeBytes()));
  if (need.onDevice == 0) return cost;
  return joined(cost, tr("Of it %1 go to the device, the rest to the computer’s memory.").arg(sizeText(need.onDevice)));
}

bool SettingsModel::contextCostWarning() const {
  if (!m_memory) return false;
  const MemoryNeed& need = m_memory->need();
  return !need.fits || (need.onDevice == 0 && m_memory->freeBytes() > 0 && need.total() > m_memory->freeBytes());
}

void SettingsModel::resetSampling() {
  for (const SettingKey key : {SettingKey::Temperature, SettingKey::TopP, SettingKey::MinP, SettingKey::TopK, SettingKey::RepeatPenalty})
    m_settings->setValue(key, Settings::standard(key));
}

void SettingsModel::retranslate() {
  Q_EMIT memoryChanged();
}

QString SettingsModel::lastModelPath() const {
  return m_settings->text(SettingKey::LastModelPath);
}
