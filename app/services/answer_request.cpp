#include "services/answer_request.h"

#include <algorithm>

#include "services/adapter_library.h"
#include "services/settings.h"

namespace {

// The starter model was trained on short texts: its own report names these limits.
constexpr int kStarterMaxTokens = 300;
constexpr double kStarterRepeatPenalty = 1.08;

[[nodiscard]] QString namesOf(const QList<AnswerAdapter>& adapters) {
  QStringList names;
  for (const AnswerAdapter& adapter : adapters) names.append(adapter.name);
  return names.join(QStringLiteral(", "));
}

void add(AdapterChoice& choice, const AdapterRow& row, double scale) {
  choice.recorded.append({row.id, row.name, row.hash(), scale});
  choice.uses.append({row.path(), scale});
}

[[nodiscard]] Problem missing(const QString& name) {
  return {ErrorId::AnswerAdapterMissing, {}, name};
}

[[nodiscard]] Outcome<AdapterChoice> limited(AdapterChoice choice) {
  if (choice.uses.size() > kMostAdapters) return {std::nullopt, {ErrorId::AnswerTooManyAdapters, {}, namesOf(choice.recorded)}};
  return {std::move(choice), {}};
}

}  // namespace

Outcome<AdapterChoice> adaptersOfChat(const AdapterLibrary& library, qint64 chatId, qint64 variantId) {
  AdapterChoice choice;
  QList<double> scales;
  const QList<AdapterRow> rows = library.active(chatId, variantId, &scales);
  for (qsizetype i = 0; i < rows.size(); ++i) {
    if (rows[i].isMissing()) return {std::nullopt, missing(rows[i].name)};
    add(choice, rows[i], scales[i]);
  }
  return limited(std::move(choice));
}

Outcome<AdapterChoice> adaptersOf(const AdapterLibrary& library, const AnswerConfiguration& configuration, qint64 variantId) {
  AdapterChoice choice;
  for (const AdapterScale& wanted : configuration) {
    if (wanted.scale <= 0) continue;
    const auto row = library.adapter(wanted.adapterId);
    if (!row) return {std::nullopt, missing({})};
    if (row->isMissing()) return {std::nullopt, missing(row->name)};
    const AdapterFit fit = library.fit(wanted.adapterId, variantId);
    if (fit.state == AdapterFit::State::DoesNotFit)
      return {std::nullopt, {ErrorId::AnswerAdapterFailed, {}, QStringLiteral("%1: %2").arg(row->name, fit.reason)}};
    add(choice, *row, wanted.scale);
  }
  return limited(std::move(choice));
}

QList<AnswerAdapter> recordedAdapters(const AdapterLibrary& library, const AnswerConfiguration& configuration) {
  QList<AnswerAdapter> recorded;
  for (const AdapterScale& wanted : configuration) {
    const auto row = library.adapter(wanted.adapterId);
    if (row && wanted.scale > 0) recorded.append({row->id, row->name, row->hash(), wanted.scale});
  }
  return recorded;
}

Problem withAdapters(const Problem& failure, const QList<AnswerAdapter>& adapters) {
  // A message keeps no arguments of its error: who it was goes into the detail.
  const QString detail = QStringLiteral("%1: %2").arg(namesOf(adapters), failure.detail.isEmpty() ? failure.cause() : failure.detail);
  if (failure.id == ErrorId::AdapterNotUsable) return {ErrorId::AnswerAdapterFailed, {}, detail};
  if (failure.id == ErrorId::AdaptersTogether) return {ErrorId::AnswerAdaptersTogether, {}, detail};
  return failure;
}

AnswerRequest baseRequest(const Settings& settings, const VariantSettings& variant, bool starter) {
  AnswerRequest request;
  SamplingSettings& sampling = request.sampling;
  sampling.temperature = variant.temperature.value_or(settings.number(SettingKey::Temperature));
  sampling.topP = variant.topP.value_or(settings.number(SettingKey::TopP));
  sampling.topK = variant.topK.value_or(settings.integer(SettingKey::TopK));
  sampling.minP = variant.minP.value_or(settings.number(SettingKey::MinP));
  sampling.repeatPenalty = settings.number(SettingKey::RepeatPenalty);
  if (starter) sampling.repeatPenalty = std::max(sampling.repeatPenalty, kStarterRepeatPenalty);
  sampling.repeatPenalty = variant.repeatPenalty.value_or(sampling.repeatPenalty);
  request.maxTokens = settings.integer(SettingKey::MaxTokens);
  if (starter && request.maxTokens == 0) request.maxTokens = kStarterMaxTokens;
  request.maxTokens = variant.maxTokens.value_or(request.maxTokens);
  return request;
}

QString systemPromptOf(const Settings& settings, const VariantSettings& variant, bool starter) {
  return variant.systemPrompt.value_or(starter ? QString() : settings.text(SettingKey::SystemPrompt));
}
