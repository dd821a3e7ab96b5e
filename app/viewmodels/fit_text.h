// Where a model would run, in words, with the numbers behind them.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <QVariantList>

#include "bridge/model_files.h"

struct FitText {
  Q_DECLARE_TR_FUNCTIONS(FitText)

 public:
  /// "Runs on the GPU, about 40 tokens/s"; empty while it is not known.
  [[nodiscard]] static QString label(const ModelFit& fit);
  /// What colours the label: "good", "fair", "slow", "bad" or empty.
  [[nodiscard]] static QString tone(const ModelFit& fit);
  /// List of {label, value}: weights, experts, cache, what is free now and what other programs use.
  [[nodiscard]] static QVariantList numbers(const ModelFit& fit);
};
