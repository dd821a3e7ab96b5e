// What the engine can say about model and adapter files, and make of them, without the resident model. Implemented by
// EngineModelFiles, and by fakes in tests.
#pragma once

#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>
#include <atomic>
#include <functional>
#include <optional>

#include "bridge/answer_engine.h"
#include "errors/error_catalogue.h"

/// A value, or why there is none.
template <class T>
struct Outcome {
  std::optional<T> value;
  Problem problem;

  explicit operator bool() const { return value.has_value(); }
};

/// Facts of a model file, from its head. Sizes in bytes, of all parts together.
struct ModelFileFacts {
  QString name;  // general.name, else the file name
  QString architecture;
  QString quantisation;  // dominant block type, "Q4_K"
  QString description;
  QString licence;
  QString author;
  QString baseModel;  // general.base_model.0.name or the like
  QString sizeLabel;
  quint64 fileBytes = 0;
  quint64 weightBytes = 0;
  quint64 expertBytes = 0;      // routed experts
  quint64 bytesPerToken = 0;    // read to decode one token
  quint64 kvBytesPerToken = 0;  // f16, all layers
  quint64 parameters = 0;
  quint64 activeParameters = 0;
  int layers = 0;
  int experts = 0;
  int expertsUsed = 0;
  int contextLength = 0;                    // trained
  QString chatTemplate;                     // the model's own, may be empty
  QStringList parts;                        // absolute paths, first part first
  QList<QPair<QString, QString>> metadata;  // all keys with printable values, long ones shortened; arrays as "[151936 × string]"
};

/// Facts of an adapter: a GGUF file or a PEFT folder.
struct AdapterFileFacts {
  QString name;
  QString format;        // "gguf" or "peft"
  QString architecture;  // of the base, in GGUF's words; empty: not said
  QString baseName;      // base_model_name_or_path and the like; empty: not said
  QString description;
  QString licence;
  int rank = 0;  // largest
  double alpha = 0;
  QStringList targets;  // modules, "attn_q" or "q_proj", sorted
  int tensors = 0;
  quint64 bytes = 0;
  QStringList files;  // absolute paths: the GGUF file, or adapter_config.json and adapter_model.safetensors
};

/// Sizes that decide where a model runs and how fast. From a file's facts, or from the catalogue before there is a file.
struct ModelShape {
  quint64 weightBytes = 0;  // experts included
  quint64 expertBytes = 0;
  quint64 bytesPerToken = 0;
  quint64 kvBytesPerToken = 0;  // f16
  int layers = 0;
  int contextLength = 0;  // trained
};

enum class FitLabel { Unknown, Device, DeviceAndMemory, ProcessorOnly, TooLarge };

/// Where a model would run on this computer, and the numbers behind it. Bytes.
struct ModelFit {
  FitLabel label = FitLabel::Unknown;
  double tokensPerSecond = 0;  // expected while decoding; 0: not known
  quint64 weights = 0;         // without routed experts
  quint64 experts = 0;
  quint64 cache = 0;  // for contextLength
  quint64 scratch = 0;
  quint64 onDevice = 0;   // of the sum, on the graphics processor
  quint64 inMemory = 0;   // of the sum, in the computer's memory
  int contextLength = 0;  // tokens
  QString deviceName;     // the graphics processor, empty: none is used
  quint64 deviceTotal = 0, deviceFree = 0;
  quint64 memoryTotal = 0, memoryFree = 0;
  [[nodiscard]] quint64 total() const { return weights + experts + cache + scratch; }
};

/// One way to make a model smaller.
struct QuantiseChoice {
  QString type;              // "Q4_K_M": what the engine calls the mix
  quint64 bytes = 0;         // of the file
  double bitsPerWeight = 0;  // over all weights
  int quality = 0;           // 1 (poor) to 5 (as good as the original), see docs/quantisation.md
};

/// Long work is asked to stop here and reports here, from the thread it runs in.
struct WorkControl {
  std::atomic<bool> cancel{false};
  std::function<void(double fraction, const QString& what)> progress;
};

/// All calls block and may take long: worker threads only. Safe to call from several at once.
class ModelFiles {
 public:
  virtual ~ModelFiles() = default;

  virtual Outcome<ModelFileFacts> inspectModel(const QString& path) = 0;
  /// Refuses what cannot be used with any model (pickle files, DoRA): the reason is in the detail.
  virtual Outcome<AdapterFileFacts> inspectAdapter(const QString& path) = 0;
  /// No problem: the adapter can be used with the model. Reads the adapter and the head of the model.
  virtual Problem checkAdapter(const QString& adapter, const QString& model) = 0;
  /// Where the model would run with the device of the settings ("auto") and this context; 0: the default.
  virtual ModelFit fit(const ModelShape& shape, const QString& device, int contextLength) = 0;

  /// Types that make the model smaller, largest first.
  virtual Outcome<QList<QuantiseChoice>> smallerVariants(const QString& model) = 0;
  /// Writes a model with other block types; `adapters` are merged into it. Type empty: the types of the input, which with adapters
  /// must not be lost: F16 for what is quantised. The file appears whole or not at all.
  virtual Problem quantise(const QString& input, const QString& output, const QString& type, const QList<AdapterUse>& adapters,
                           WorkControl& control) = 0;
  /// Whether the folder is a Hugging Face model that importFolder() takes; a problem otherwise.
  virtual Problem checkFolder(const QString& folder) = 0;
  /// Writes a Hugging Face folder as one GGUF file (F16).
  virtual Problem importFolder(const QString& folder, const QString& output, WorkControl& control) = 0;
  /// The prompt that a chat template makes of the turns with the tokens of the model; `chatTemplate` empty: the model's own.
  virtual Outcome<QString> renderTemplate(const QString& model, const QString& chatTemplate, const QList<ChatTurn>& turns) = 0;
};
