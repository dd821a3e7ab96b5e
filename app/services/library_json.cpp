#include "services/library_json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace {

[[nodiscard]] QJsonObject objectOf(const QString& json) {
  return QJsonDocument::fromJson(json.toUtf8()).object();
}

[[nodiscard]] QString textOf(const QJsonObject& object) {
  return object.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// The fields of the settings, once for reading and writing.
template <class Settings, class Number, class Whole, class Text>
void eachSetting(Settings& s, Number number, Whole whole, Text text) {
  whole("context", s.contextLength);
  text("device", s.device);
  number("temperature", s.temperature);
  number("top_p", s.topP);
  number("min_p", s.minP);
  number("repeat_penalty", s.repeatPenalty);
  whole("top_k", s.topK);
  whole("max_tokens", s.maxTokens);
  text("system_prompt", s.systemPrompt);
}

template <class Facts, class Text, class Number>
void eachFact(Facts& f, Text text, Number number) {
  text("name", f.name);
  text("architecture", f.architecture);
  text("quantisation", f.quantisation);
  text("description", f.description);
  text("licence", f.licence);
  text("author", f.author);
  text("base", f.baseModel);
  text("size_label", f.sizeLabel);
  text("template", f.chatTemplate);
  number("file_bytes", f.fileBytes);
  number("weight_bytes", f.weightBytes);
  number("expert_bytes", f.expertBytes);
  number("bytes_per_token", f.bytesPerToken);
  number("kv_bytes_per_token", f.kvBytesPerToken);
  number("parameters", f.parameters);
  number("active_parameters", f.activeParameters);
  number("layers", f.layers);
  number("experts", f.experts);
  number("experts_used", f.expertsUsed);
  number("context", f.contextLength);
}

}  // namespace

QString toJson(const VariantSettings& settings) {
  QJsonObject object;
  const auto put = [&object](const char* key, const auto& value) {
    if (value) object.insert(QLatin1String(key), *value);
  };
  eachSetting(settings, put, put, put);
  if (!settings.chatTemplate.isEmpty()) object.insert(QLatin1String("template"), settings.chatTemplate);
  return textOf(object);
}

VariantSettings settingsFromJson(const QString& json) {
  const QJsonObject object = objectOf(json);
  VariantSettings settings;
  eachSetting(
      settings,
      [&object](const char* key, std::optional<double>& value) {
        if (const QJsonValue v = object[QLatin1String(key)]; v.isDouble()) value = v.toDouble();
      },
      [&object](const char* key, std::optional<int>& value) {
        if (const QJsonValue v = object[QLatin1String(key)]; v.isDouble()) value = v.toInt();
      },
      [&object](const char* key, std::optional<QString>& value) {
        if (const QJsonValue v = object[QLatin1String(key)]; v.isString()) value = v.toString();
      });
  settings.chatTemplate = object[QLatin1String("template")].toString();
  return settings;
}

QString toJson(const ModelFileFacts& facts) {
  QJsonObject object;
  eachFact(
      facts,
      [&object](const char* key, const QString& value) {
        if (!value.isEmpty()) object.insert(QLatin1String(key), value);
      },
      [&object](const char* key, const auto& value) {
        if (value != 0) object.insert(QLatin1String(key), static_cast<qint64>(value));
      });
  QJsonArray metadata;
  for (const auto& [key, value] : facts.metadata) metadata.append(QJsonArray{key, value});
  if (!metadata.isEmpty()) object.insert(QLatin1String("metadata"), metadata);
  return textOf(object);
}

ModelFileFacts factsFromJson(const QString& json) {
  const QJsonObject object = objectOf(json);
  ModelFileFacts facts;
  eachFact(
      facts, [&object](const char* key, QString& value) { value = object[QLatin1String(key)].toString(); },
      [&object](const char* key, auto& value) {
        value = static_cast<std::remove_reference_t<decltype(value)>>(object[QLatin1String(key)].toInteger());
      });
  for (const QJsonValue& entry : object[QLatin1String("metadata")].toArray()) {
    const QJsonArray pair = entry.toArray();
    facts.metadata.append({pair.at(0).toString(), pair.at(1).toString()});
  }
  return facts;
}
