// The real engine behind ModelFiles.
#pragma once

#include "bridge/model_files.h"

class EngineModelFiles final : public ModelFiles {
 public:
  /// `cacheFolder`: as for EngineClient.
  explicit EngineModelFiles(const QString& cacheFolder);

  Outcome<ModelFileFacts> inspectModel(const QString& path) override;
  Outcome<AdapterFileFacts> inspectAdapter(const QString& path) override;
  Problem checkAdapter(const QString& adapter, const QString& model) override;
  ModelFit fit(const ModelShape& shape, const QString& device, int contextLength) override;
  Outcome<QList<QuantiseChoice>> smallerVariants(const QString& model) override;
  Problem quantise(const QString& input, const QString& output, const QString& type, const QList<AdapterUse>& adapters,
                   WorkControl& control) override;
  Problem checkFolder(const QString& folder) override;
  Problem importFolder(const QString& folder, const QString& output, WorkControl& control) override;
  Outcome<QString> renderTemplate(const QString& model, const QString& chatTemplate, const QList<ChatTurn>& turns) override;

 private:
  QString m_cacheFolder;
};
