#include "storage/chat_settings.h"

#include <QJsonArray>
#include <algorithm>
#include <cmath>

namespace {

using Key = QLatin1String;

constexpr int kMostTokens = 1048576;
constexpr int kLongestPrompt = 200'000;  // characters: more than any context holds

/// Calls with name, value, least and most of everything that is set by numbers.
template <class Sampling, class Number, class Whole>
void eachValue(Sampling& sampling, Number number, Whole whole) {
  number("temperature", sampling.temperature, 0.0, 2.0);
  number("top_p", sampling.topP, 0.01, 1.0);
  number("min_p", sampling.minP, 0.0, 1.0);
  number("repeat_penalty", sampling.repeatPenalty, 1.0, 2.0);
  number("presence_penalty", sampling.presencePenalty, 0.0, 2.0);
  whole("top_k", sampling.topK, 0, 1000);
  whole("penalty_last_n", sampling.penaltyWindow, 0, 4096);
}

template <class T>
void take(std::optional<T>& value, const std::optional<T>& over) {
  if (over) value = over;
}

[[nodiscard]] std::optional<double> numberOf(const QJsonObject& object, const char* key, double least, double most) {
  const QJsonValue value = object.value(Key(key));
  if (!value.isDouble() || !std::isfinite(value.toDouble())) return std::nullopt;
  return std::clamp(value.toDouble(), least, most);
}

[[nodiscard]] std::optional<int> wholeOf(const QJsonObject& object, const char* key, int least, int most) {
  const auto number = numberOf(object, key, least, most);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

void addText(QJsonObject& object, const char* key, const QString& text) {
  if (!text.isEmpty()) object.insert(Key(key), text);
}

}  // namespace

SamplingChanges together(const SamplingChanges& base, const SamplingChanges& over) {
  SamplingChanges sum = base;
  take(sum.temperature, over.temperature);
  take(sum.topP, over.topP);
  take(sum.minP, over.minP);
  take(sum.repeatPenalty, over.repeatPenalty);
  take(sum.presencePenalty, over.presencePenalty);
  take(sum.topK, over.topK);
  take(sum.penaltyWindow, over.penaltyWindow);
  return sum;
}

QJsonObject toJson(const SamplingChanges& sampling) {
  QJsonObject object;
  const auto put = [&object](const char* key, const auto& value, auto, auto) {
    if (value) object.insert(Key(key), *value);
  };
  eachValue(sampling, put, put);
  return object;
}

SamplingChanges samplingFromJson(const QJsonObject& object) {
  SamplingChanges sampling;
  eachValue(
      sampling,
      [&object](const char* key, std::optional<double>& value, double least, double most) { value = numberOf(object, key, least, most); },
      [&object](const char* key, std::optional<int>& value, int least, int most) { value = wholeOf(object, key, least, most); });
  return sampling;
}

QJsonObject toJson(const ChatSettings& settings) {
  QJsonObject object = toJson(settings.sampling);
  addText(object, "system_prompt", settings.systemPrompt);
  addText(object, "preset", settings.preset);
  if (settings.maxTokens) object.insert(Key("max_tokens"), *settings.maxTokens);
  if (settings.seed != 0) object.insert(Key("seed"), QString::number(settings.seed));  // JSON's numbers have no 64 bits
  if (!settings.stop.isEmpty()) object.insert(Key("stop"), QJsonArray::fromStringList(settings.stop));
  if (settings.thinking) object.insert(Key("thinking"), *settings.thinking);
  addText(object, "context_policy", settings.contextPolicy);
  addText(object, "model_path", settings.modelPath);
  addText(object, "model_name", settings.modelName);
  return object;
}

ChatSettings chatSettingsFromJson(const QJsonObject& object) {
  ChatSettings settings;
  settings.sampling = samplingFromJson(object);
  settings.systemPrompt = object.value(Key("system_prompt")).toString().left(kLongestPrompt);
  settings.preset = object.value(Key("preset")).toString();
  settings.maxTokens = wholeOf(object, "max_tokens", 0, kMostTokens);
  settings.seed = object.value(Key("seed")).toString().toULongLong();
  const QJsonArray stops = object.value(Key("stop")).toArray();
  for (const QJsonValue& stop : stops) {
    const QString text = stopText(stop.toString());
    if (!text.isEmpty() && settings.stop.size() < kMostStops && !settings.stop.contains(text)) settings.stop.append(text);
  }
  if (const QJsonValue thinking = object.value(Key("thinking")); thinking.isBool()) settings.thinking = thinking.toBool();
  const QString policy = object.value(Key("context_policy")).toString();
  for (const char* name : {"drop", "summarise", "stop"})
    if (policy == Key(name)) settings.contextPolicy = policy;
  settings.modelPath = object.value(Key("model_path")).toString();
  settings.modelName = object.value(Key("model_name")).toString();
  return settings;
}

QString stopText(const QString& text) {
  return text.left(kLongestStop);
}
