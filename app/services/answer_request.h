// What an answer is computed with: adapters, sampling and instructions, from the settings of the application, of the model and of the
// chat.
#pragma once

#include <QList>
#include <optional>

#include "bridge/answer_engine.h"
#include "bridge/model_files.h"
#include "storage/rows.h"

class AdapterLibrary;
class Settings;
struct VariantSettings;

/// An adapter of the library and its strength.
struct AdapterScale {
  qint64 adapterId = 0;
  double scale = 1;  // 0..2; 0: as if it were not there

  bool operator==(const AdapterScale&) const = default;
};

/// What one answer of a comparison uses besides the model; empty: the model alone.
using AnswerConfiguration = QList<AdapterScale>;

/// What an answer uses in place of what its chat and the settings say.
struct AnswerOptions {
  std::optional<AnswerConfiguration> configuration;
  std::optional<double> temperature;
  QString modelPath = {};  // of a model for this answer only; empty: the chat's
};

/// Adapters at work: as they are stored with the answer, and as the engine takes them.
struct AdapterChoice {
  QList<AnswerAdapter> recorded;
  QList<AdapterUse> uses;
};

/// Most adapters of one answer: the engine's slots hold no more.
inline constexpr int kMostAdapters = 4;

/// The adapters that are on in a chat and fit the variant. An adapter whose file is gone, and more than kMostAdapters, are problems.
[[nodiscard]] Outcome<AdapterChoice> adaptersOfChat(const AdapterLibrary& library, qint64 chatId, qint64 variantId);
/// Those of a configuration; one that is not in the library any more or does not fit the variant is a problem too.
[[nodiscard]] Outcome<AdapterChoice> adaptersOf(const AdapterLibrary& library, const AnswerConfiguration& configuration, qint64 variantId);
/// What is known about a configuration before its answer begins.
[[nodiscard]] QList<AnswerAdapter> recordedAdapters(const AdapterLibrary& library, const AnswerConfiguration& configuration);

/// What the engine said about an answer, as it is kept with it.
[[nodiscard]] Problem withAdapters(const Problem& failure, const QList<AnswerAdapter>& adapters);

/// A request without turns and adapters. What the variant sets goes before the application's settings; the starter model has limits of
/// its own.
[[nodiscard]] AnswerRequest baseRequest(const Settings& settings, const VariantSettings& variant, bool starter);
[[nodiscard]] QString systemPromptOf(const Settings& settings, const VariantSettings& variant, bool starter);
