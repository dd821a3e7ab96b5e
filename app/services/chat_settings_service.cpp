#include "services/chat_settings_service.h"

#include <algorithm>

#include "storage/chat_settings_store.h"
#include "storage/storage_thread.h"

namespace {

constexpr int kWriteDelayMs = 300;
constexpr int kLongestName = 60;

/// Temperatures as those of "more careful" and "more imaginative" answers, with the cuts that suit them.
[[nodiscard]] SamplingChanges sampling(double temperature, int topK, double topP, double minP) {
  SamplingChanges changes;
  changes.temperature = temperature;
  changes.topK = topK;
  changes.topP = topP;
  changes.minP = minP;
  changes.repeatPenalty = 1.0;
  changes.presencePenalty = 0.0;
  return changes;
}

}  // namespace

void apply(const SamplingChanges& changes, SamplingSettings& sampling) {
  sampling.temperature = changes.temperature.value_or(sampling.temperature);
  sampling.topP = changes.topP.value_or(sampling.topP);
  sampling.minP = changes.minP.value_or(sampling.minP);
  sampling.topK = changes.topK.value_or(sampling.topK);
  sampling.repeatPenalty = changes.repeatPenalty.value_or(sampling.repeatPenalty);
  sampling.presencePenalty = changes.presencePenalty.value_or(sampling.presencePenalty);
  sampling.penaltyWindow = changes.penaltyWindow.value_or(sampling.penaltyWindow);
}

ChatSettingsService::ChatSettingsService(StorageThread* storage, QObject* parent) : QObject(parent), m_storage(storage) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(kWriteDelayMs);
  connect(&m_timer, &QTimer::timeout, this, &ChatSettingsService::flush);
}

void ChatSettingsService::start(const StorageState& state) {
  m_unwritten.clear();
  m_settings = state.chatSettings;
  m_presets = state.presets;
  m_lastPreset = 0;
  for (const PresetRow& preset : std::as_const(m_presets)) m_lastPreset = std::max(m_lastPreset, preset.id);
  Q_EMIT presetsChanged();
}

void ChatSettingsService::flush() {
  m_timer.stop();
  const QSet<qint64> chats = std::exchange(m_unwritten, {});
  for (const qint64 chatId : chats) {
    m_storage->write([chatId, settings = of(chatId)](Database& database) { return ChatSettingsStore(database).put(chatId, settings); });
  }
}

/// Stores without a look at what is given.
void ChatSettingsService::keep(qint64 chatId, const ChatSettings& settings) {
  if (of(chatId) == settings) return;
  m_settings.insert(chatId, settings);
  if (chatId != 0 && !isPrivateId(chatId)) {
    m_unwritten.insert(chatId);
    if (!m_timer.isActive()) m_timer.start();
  }
  Q_EMIT changed(chatId);
}

void ChatSettingsService::set(qint64 chatId, const ChatSettings& settings) {
  ChatSettings stored = settings;
  const bool known = builtInPresets().contains(stored.preset) || !presetSampling(stored.preset).isEmpty();
  if (!known) stored.preset.clear();
  keep(chatId, stored);
}

void ChatSettingsService::chatBegan(qint64 chatId) {
  const ChatSettings draft = m_settings.take(0);
  if (draft != ChatSettings()) keep(chatId, draft);
  Q_EMIT changed(0);
}

void ChatSettingsService::copy(qint64 from, qint64 to) {
  keep(to, of(from));
}

void ChatSettingsService::read(qint64 chatId) {
  m_storage->run<StoreResult<ChatSettings>>(
      this, [chatId](Database& database) { return ChatSettingsStore(database).get(chatId); },
      [this, chatId](const StoreResult<ChatSettings>& settings) {
        if (!settings || m_settings.contains(chatId) || *settings == ChatSettings()) return;
        m_settings.insert(chatId, *settings);
        Q_EMIT changed(chatId);
      });
}

void ChatSettingsService::forget(qint64 chatId) {
  if (m_settings.remove(chatId)) Q_EMIT changed(chatId);
}

void ChatSettingsService::setModel(qint64 chatId, const QString& path, const QString& name) {
  ChatSettings settings = of(chatId);
  settings.modelPath = path;
  settings.modelName = name;
  keep(chatId, settings);
}

// --- Presets

const QStringList& ChatSettingsService::builtInPresets() {
  static const QStringList names{QStringLiteral("precise"), QStringLiteral("balanced"), QStringLiteral("creative")};
  return names;
}

SamplingChanges ChatSettingsService::presetSampling(const QString& preset) const {
  if (preset == QLatin1String("precise")) return sampling(0.2, 40, 0.9, 0);
  if (preset == QLatin1String("balanced")) return sampling(0.7, 40, 0.9, 0);
  if (preset == QLatin1String("creative")) return sampling(1.2, 0, 1, 0.05);
  for (const PresetRow& own : m_presets) {
    if (preset == presetName(own.id)) return own.sampling;
  }
  return {};
}

void ChatSettingsService::storePreset(const PresetRow& preset) {
  m_storage->write([preset](Database& database) { return ChatSettingsStore(database).putPreset(preset); });
  Q_EMIT presetsChanged();
}

QString ChatSettingsService::savePreset(const QString& name, const SamplingChanges& sampling) {
  const QString title = name.simplified().left(kLongestName);
  if (title.isEmpty()) return {};
  const auto same = std::find_if(m_presets.begin(), m_presets.end(), [&title](const PresetRow& row) { return row.name == title; });
  if (same != m_presets.end()) {
    same->sampling = sampling;
    storePreset(*same);
    return presetName(same->id);
  }
  if (m_presets.size() >= kMostPresets) return {};
  m_presets.append({++m_lastPreset, title, sampling});
  storePreset(m_presets.last());
  return presetName(m_lastPreset);
}

void ChatSettingsService::renamePreset(qint64 id, const QString& name) {
  const QString title = name.simplified().left(kLongestName);
  const auto taken = [&title](const PresetRow& row) { return row.name == title; };
  if (title.isEmpty() || std::any_of(m_presets.begin(), m_presets.end(), taken)) return;
  for (PresetRow& preset : m_presets) {
    if (preset.id != id) continue;
    preset.name = title;
    storePreset(preset);
    return;
  }
}

void ChatSettingsService::removePreset(qint64 id) {
  const QString name = presetName(id);
  const SamplingChanges values = presetSampling(name);
  const QList<qint64> chats = m_settings.keys();
  for (const qint64 chatId : chats) {
    ChatSettings settings = of(chatId);
    if (settings.preset != name) continue;
    settings.preset.clear();
    settings.sampling = together(values, settings.sampling);
    keep(chatId, settings);
  }
  flush();  // before the preset is gone
  m_presets.removeIf([id](const PresetRow& row) { return row.id == id; });
  m_storage->write([id](Database& database) { return ChatSettingsStore(database).removePreset(id); });
  Q_EMIT presetsChanged();
}

// --- Answers

void ChatSettingsService::applyTo(AnswerRequest& request, qint64 chatId, bool thinkingSwitch) const {
  const ChatSettings settings = of(chatId);
  apply(together(presetSampling(settings.preset), settings.sampling), request.sampling);
  request.sampling.seed = settings.seed;
  request.maxTokens = settings.maxTokens.value_or(request.maxTokens);
  request.stop = settings.stop;
  if (thinkingSwitch) request.thinking = settings.thinking;
}
