// What a chat sets for itself, in place of the settings of the application and of the model. Value types.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>

/// Sampling as far as something sets it.
struct SamplingChanges {
  std::optional<double> temperature, topP, minP, repeatPenalty, presencePenalty;
  std::optional<int> topK, penaltyWindow;

  bool operator==(const SamplingChanges&) const = default;
  [[nodiscard]] bool isEmpty() const { return *this == SamplingChanges(); }
};

/// `over` where it sets something, else `base`.
[[nodiscard]] SamplingChanges together(const SamplingChanges& base, const SamplingChanges& over);

/// Most stop strings of a chat, and the most characters of each.
inline constexpr int kMostStops = 6;
inline constexpr int kLongestStop = 100;

struct ChatSettings {
  QString systemPrompt;          // empty: the one of the settings
  QString preset;                // "precise", "balanced", "creative", "own:<id>"; empty: the settings
  SamplingChanges sampling;      // in place of the preset's
  std::optional<int> maxTokens;  // 0: no limit
  quint64 seed = 0;              // 0: another one for every answer
  QStringList stop;              // texts at which an answer ends, not part of it
  std::optional<bool> thinking;  // none: as the model does by itself
  QString contextPolicy;         // "drop", "summarise", "stop"; empty: the one of the settings
  QString modelPath;             // that answered last; empty: none yet
  QString modelName;             // as people know it

  bool operator==(const ChatSettings&) const = default;
};

/// Presets of the user's begin with this.
inline constexpr QLatin1String kOwnPreset("own:");
[[nodiscard]] inline QString presetName(qint64 id) {
  return kOwnPreset + QString::number(id);
}

/// Named sampling settings of the user.
struct PresetRow {
  qint64 id = 0;
  QString name;
  SamplingChanges sampling;

  bool operator==(const PresetRow&) const = default;
};

/// Numbers out of range are brought into it, what cannot be read is left out: files of others are read with these, too.
[[nodiscard]] QJsonObject toJson(const SamplingChanges& sampling);
[[nodiscard]] SamplingChanges samplingFromJson(const QJsonObject& object);
/// With the model, which means something on this computer only.
[[nodiscard]] QJsonObject toJson(const ChatSettings& settings);
[[nodiscard]] ChatSettings chatSettingsFromJson(const QJsonObject& object);
/// A text to stop at as it may be stored; empty: none.
[[nodiscard]] QString stopText(const QString& text);
