#include "bridge/engine_model_files.h"

EngineModelFiles::EngineModelFiles(const QString& cacheFolder) : m_cacheFolder(cacheFolder) {}

Outcome<ModelFileFacts> EngineModelFiles::inspectModel(const QString&) {
  return {};
}

Outcome<AdapterFileFacts> EngineModelFiles::inspectAdapter(const QString&) {
  return {};
}

Problem EngineModelFiles::checkAdapter(const QString&, const QString&) {
  return {};
}

ModelFit EngineModelFiles::fit(const ModelShape&, const QString&, int) {
  return {};
}

Outcome<QList<QuantiseChoice>> EngineModelFiles::smallerVariants(const QString&) {
  return {};
}

Problem EngineModelFiles::quantise(const QString&, const QString&, const QString&, const QList<AdapterUse>&, WorkControl&) {
  return {};
}

Problem EngineModelFiles::checkFolder(const QString&) {
  return {};
}

Problem EngineModelFiles::importFolder(const QString&, const QString&, WorkControl&) {
  return {};
}

Outcome<QString> EngineModelFiles::renderTemplate(const QString&, const QString&, const QList<ChatTurn>&) {
  return {};
}
