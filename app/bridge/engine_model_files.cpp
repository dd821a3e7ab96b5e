#include "bridge/engine_model_files.h"

#include <QDir>
#include <QFileInfo>

#include "bridge/engine_problem.h"
#include "engine/files.h"

namespace {

[[nodiscard]] QString fileName(const QString& path) {
  return QFileInfo(QDir::cleanPath(path)).fileName();
}

[[nodiscard]] QStringList pathsOf(const std::vector<std::string>& paths) {
  QStringList list;
  for (const std::string& path : paths) list += fromStdPath(path);
  return list;
}

[[nodiscard]] ModelFileFacts factsOf(const engine::ModelCard& card) {
  const engine::ModelInfo& info = card.info;
  ModelFileFacts facts;
  facts.name = fromStd(info.name);
  facts.architecture = fromStd(info.architecture);
  facts.quantisation = fromStd(info.quantisation);
  facts.description = fromStd(info.description);
  facts.licence = fromStd(card.license);
  facts.author = fromStd(card.author);
  facts.baseModel = fromStd(card.base_model);
  facts.sizeLabel = fromStd(info.size_label);
  facts.fileBytes = info.file_bytes;
  facts.weightBytes = info.weight_bytes;
  facts.expertBytes = info.expert_bytes;
  facts.bytesPerToken = info.bytes_per_token;
  facts.kvBytesPerToken = info.kv_bytes_per_token;
  facts.parameters = info.parameters;
  facts.activeParameters = info.active_parameters;
  facts.layers = info.layers;
  facts.experts = info.experts;
  facts.expertsUsed = info.experts_used;
  facts.contextLength = info.context_length;
  facts.chatTemplate = fromStd(card.chat_template);
  facts.parts = pathsOf(card.parts);
  for (const auto& [key, value] : card.metadata) facts.metadata.append({fromStd(key), fromStd(value)});
  return facts;
}

[[nodiscard]] AdapterFileFacts factsOf(const engine::AdapterInfo& info) {
  AdapterFileFacts facts;
  facts.name = fromStd(info.name);
  facts.format = info.format == engine::AdapterFormat::gguf ? QStringLiteral("gguf") : QStringLiteral("peft");
  facts.architecture = fromStd(info.architecture);
  facts.baseName = fromStd(info.base_name);
  facts.description = fromStd(info.description);
  facts.licence = fromStd(info.license);
  facts.rank = info.rank;
  facts.alpha = info.alpha;
  for (const std::string& target : info.targets) facts.targets += fromStd(target);
  facts.tensors = info.tensors;
  facts.bytes = info.bytes;
  facts.files = pathsOf(info.files);
  return facts;
}

[[nodiscard]] FitLabel labelOf(engine::FitKind kind) {
  switch (kind) {
    case engine::FitKind::device:
      return FitLabel::Device;
    case engine::FitKind::device_and_memory:
      return FitLabel::DeviceAndMemory;
    case engine::FitKind::processor:
      return FitLabel::ProcessorOnly;
    case engine::FitKind::too_large:
      break;
  }
  return FitLabel::TooLarge;
}

[[nodiscard]] ModelFit fitOf(const engine::ModelFit& from) {
  ModelFit fit;
  fit.label = labelOf(from.kind);
  fit.tokensPerSecond = from.tokens_per_second;
  const engine::MemoryEstimate total = from.plan.total();
  fit.weights = total.weights;
  fit.experts = total.experts;
  fit.cache = total.kv_cache;
  fit.scratch = total.scratch + total.adapters;
  fit.contextLength = total.context;
  for (const engine::DeviceMemory& device : from.plan.devices)
    (device.device == from.processor.id ? fit.inMemory : fit.onDevice) += device.memory.total();
  fit.deviceName = fromStd(from.device.name);
  fit.deviceTotal = from.device.memory_total;
  fit.deviceFree = from.device.memory_free;
  fit.memoryTotal = from.processor.memory_total;
  fit.memoryFree = from.processor.memory_free;
  return fit;
}

[[nodiscard]] engine::WorkHooks hooksOf(WorkControl& control) {
  engine::WorkHooks hooks{.cancel = &control.cancel};
  if (control.progress)
    hooks.progress = [&control](double fraction, const std::string& what) { control.progress(fraction, fromStd(what)); };
  return hooks;
}

/// Of work that writes a file: everything that is wrong with the disk has to do with the output.
[[nodiscard]] Problem writeProblem(const engine::Error& error, const QString& output) {
  return error.code == engine::ErrorCode::io ? problemOf(error, ErrorId::ModelNotWritten, {fileName(output)}) : problemOf(error);
}

}  // namespace

EngineModelFiles::EngineModelFiles(const QString& cacheFolder) : m_cacheFolder(cacheFolder) {}

Outcome<ModelFileFacts> EngineModelFiles::inspectModel(const QString& path) {
  const engine::Result<engine::ModelCard> card = engine::read_model_card(toStdPath(path));
  if (!card) return {std::nullopt, problemOf(card.error())};
  return {factsOf(*card), {}};
}

Outcome<AdapterFileFacts> EngineModelFiles::inspectAdapter(const QString& path) {
  const engine::Result<engine::AdapterInfo> info = engine::inspect_adapter(toStdPath(path));
  if (!info) return {std::nullopt, problemOf(info.error(), ErrorId::AdapterRefused, {fileName(path)})};
  return {factsOf(*info), {}};
}

Problem EngineModelFiles::checkAdapter(const QString& adapter, const QString& model) {
  const engine::Result<engine::AdapterCheck> check = engine::check_adapter(toStdPath(adapter), toStdPath(model));
  if (!check) return problemOf(check.error());
  if (!check->misfit) return {};
  return problemOf(*check->misfit, ErrorId::AdapterNotUsable, {fileName(adapter)});
}

ModelFit EngineModelFiles::fit(const ModelShape& shape, const QString& device, int contextLength) {
  const engine::ModelShape sizes{shape.weightBytes,     shape.expertBytes, shape.bytesPerToken,
                                 shape.kvBytesPerToken, shape.layers,      shape.contextLength};
  const engine::Result<engine::ModelFit> fit = engine::fit_model(sizes, device.toStdString(), contextLength, toStdPath(m_cacheFolder));
  return fit ? fitOf(*fit) : ModelFit{};
}

Outcome<QList<QuantiseChoice>> EngineModelFiles::smallerVariants(const QString& model) {
  const engine::Result<std::vector<engine::SmallerVariant>> variants = engine::smaller_variants(toStdPath(model));
  if (!variants && variants.error().code == engine::ErrorCode::invalid_argument)
    return {std::nullopt, problemOf(variants.error(), ErrorId::QuantisedAlready, {fileName(model)})};
  if (!variants) return {std::nullopt, problemOf(variants.error())};
  QList<QuantiseChoice> choices;
  for (const engine::SmallerVariant& v : *variants) choices.append({fromStd(v.type), v.bytes, v.bits_per_weight, v.quality});
  return {choices, {}};
}

Problem EngineModelFiles::quantise(const QString& input, const QString& output, const QString& type, const QList<AdapterUse>& adapters,
                                   WorkControl& control) {
  engine::QuantizeRequest request{
      .input = toStdPath(input), .output = toStdPath(output), .type = type.toStdString(), .adapters = {}, .hooks = hooksOf(control)};
  for (const AdapterUse& use : adapters) request.adapters.push_back({toStdPath(use.path), static_cast<float>(use.scale)});
  const engine::Result<engine::WrittenModel> written = engine::quantize_model(request);
  return written ? Problem() : writeProblem(written.error(), output);
}

Problem EngineModelFiles::checkFolder(const QString& folder) {
  const engine::Result<std::string> architecture = engine::check_import_folder(toStdPath(folder));
  return architecture ? Problem() : problemOf(architecture.error(), ErrorId::FolderNotImportable, {fileName(folder)});
}

Problem EngineModelFiles::importFolder(const QString& folder, const QString& output, WorkControl& control) {
  const engine::Result<engine::WrittenModel> written = engine::import_folder(toStdPath(folder), toStdPath(output), hooksOf(control));
  if (written) return {};
  if (written.error().code == engine::ErrorCode::io) return writeProblem(written.error(), output);
  return problemOf(written.error(), ErrorId::FolderNotImportable, {fileName(folder)});
}

Outcome<QString> EngineModelFiles::renderTemplate(const QString& model, const QString& chatTemplate, const QList<ChatTurn>& turns) {
  std::vector<engine::ChatMessage> messages;
  for (const ChatTurn& turn : turns) messages.push_back({turn.role.toStdString(), turn.content.toStdString()});
  const engine::Result<std::string> prompt = engine::render_chat_template(toStdPath(model), chatTemplate.toStdString(), messages);
  if (prompt) return {fromStd(*prompt), {}};
  const bool ofTemplate = prompt.error().code == engine::ErrorCode::invalid_argument;
  return {std::nullopt, ofTemplate ? problemOf(prompt.error(), ErrorId::TemplateBroken, {}) : problemOf(prompt.error())};
}
