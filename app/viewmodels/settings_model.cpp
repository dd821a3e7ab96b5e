#include "viewmodels/settings_model.h"

#include "services/settings.h"
#include "system_theme.h"

SettingsModel::SettingsModel(Settings* settings, const SystemTheme* systemTheme, QObject* parent)
    : QObject(parent), m_settings(settings), m_systemTheme(systemTheme) {
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

QString SettingsModel::lastModelPath() const {
  return m_settings->text(SettingKey::LastModelPath);
}
