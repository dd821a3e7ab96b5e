#include "viewmodels/settings_model.h"

#include <QLocale>

#include "services/memory_service.h"
#include "services/settings.h"
#include "system_theme.h"

SettingsModel::SettingsModel(Settings* settings, const SystemTheme* systemTheme, const MemoryService* memory, QObject* parent)
    : QObject(parent), m_settings(settings), m_systemTheme(systemTheme), m_memory(memory) {
  if (memory) connect(memory, &MemoryService::changed, this, &SettingsModel::memoryChanged);
  connect(settings, &Settings::changed, this, &SettingsModel::onChanged);
  if (systemTheme) connect(systemTheme, &SystemTheme::changed, this, &SettingsModel::updateDark);
  updateDark();
}

void SettingsModel::onChanged(SettingKey key) {
  switch (key) {
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
    case SettingKey::MaxTokens:
      Q_EMIT maxTokensChanged();
      break;
    case SettingKey::Threads:
      Q_EMIT threadsChanged();
      break;
    case SettingKey::ContextLength:
      Q_EMIT contextLengthChanged();
      break;
    case SettingKey::LastModelPath:
      Q_EMIT lastModelPathChanged();
      break;
    case SettingKey::CurrentChat:
      break;
  }
}

void SettingsModel::updateDark() {
  const QString choice = theme();
  const bool dark = choice == QLatin1String("dark") || (choice == QLatin1String("system") && m_systemTheme && m_systemTheme->isDark());
  if (dark == m_dark) return;
  m_dark = dark;
  Q_EMIT darkChanged();
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

int SettingsModel::maxTokens() const {
  return m_settings->integer(SettingKey::MaxTokens);
}

void SettingsModel::setMaxTokens(int tokens) {
  m_settings->setValue(SettingKey::MaxTokens, tokens);
}

int SettingsModel::threads() const {
  return m_settings->integer(SettingKey::Threads);
}

void SettingsModel::setThreads(int threads) {
  m_settings->setValue(SettingKey::Threads, threads);
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

QVariantList SettingsModel::devices() const {
  const auto choice = [](const QString& value, const QString& text, bool usable, const QString& reason) {
    return QVariantMap{{QStringLiteral("value"), value},
                       {QStringLiteral("text"), text},
                       {QStringLiteral("usable"), usable},
                       {QStringLiteral("reason"), reason}};
  };
  QVariantList choices{choice(QStringLiteral("auto"), tr("Automatic"), true, {})};
  if (!m_memory) return choices;
  for (const DeviceFacts& device : m_memory->devices()) {
    // The engine's reason is English; what matters to people is that it is not there.
    choices +=
        choice(device.id, device.name, device.usable, device.usable ? QString() : tr("Not available in this version or on this computer."));
  }
  return choices;
}

QString SettingsModel::contextCost() const {
  if (!m_memory || m_memory->need().total() == 0) return {};
  const MemoryNeed& need = m_memory->need();
  const auto size = [](quint64 bytes) {
    const bool large = bytes >= 1'000'000'000;
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), large ? 1 : 0, QLocale::DataSizeSIFormat);
  };
  return tr("With %1 tokens the model needs %2: weights %3, chat memory %4, working space %5. Free now: %6.")
      .arg(QLocale().toString(need.contextLength), size(need.total()), size(need.weights), size(need.cache), size(need.scratch),
           size(m_memory->freeBytes()));
}

bool SettingsModel::contextCostWarning() const {
  return m_memory && m_memory->freeBytes() > 0 && m_memory->need().total() > m_memory->freeBytes();
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
