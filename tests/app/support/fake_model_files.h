// Model files that are one line of text: "GGUF model NAME ARCHITECTURE TYPE [more]" or "GGUF adapter NAME ARCHITECTURE"; what follows
// the line only makes the file longer.
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <atomic>
#include <functional>

#include "bridge/model_files.h"

namespace hearth_test {

class FakeModelFiles final : public ModelFiles {
 public:
  static QByteArray modelText(const QString& name, const QString& architecture = QStringLiteral("llama"),
                              const QString& type = QStringLiteral("Q8_0"), int bytes = 1000) {
    return QStringLiteral("GGUF model %1 %2 %3\n").arg(name, architecture, type).toUtf8().leftJustified(bytes, 'w');
  }

  static QByteArray adapterText(const QString& name, const QString& architecture = QStringLiteral("llama")) {
    return QStringLiteral("GGUF adapter %1 %2\n").arg(name, architecture).toUtf8();
  }

  Outcome<ModelFileFacts> inspectModel(const QString& path) override {
    ++inspected;
    const QStringList words = wordsOf(path);
    if (afterReading) afterReading(path);
    if (words.size() < 5 || words[1] != QLatin1String("model")) return {{}, {ErrorId::EngineBadFile, {}, QStringLiteral("no model")}};
    ModelFileFacts facts;
    facts.name = words[2];
    facts.architecture = words[3];
    facts.quantisation = words[4];
    facts.parameters = 1000;
    facts.metadata = {{QStringLiteral("general.name"), words[2]}};
    return {facts, {}};
  }

  Outcome<AdapterFileFacts> inspectAdapter(const QString& path) override {
    const bool folder = QFileInfo(path).isDir() || path.endsWith(QLatin1String("adapter_config.json"));
    const QString root = QFileInfo(path).isDir() ? path : QFileInfo(path).path();
    const QString weights = folder ? root + QStringLiteral("/adapter_model.safetensors") : path;
    const QStringList words = wordsOf(weights);
    if (words.size() < 4 || words[1] != QLatin1String("adapter"))
      return {{}, {ErrorId::AdapterRefused, {QFileInfo(path).fileName()}, QStringLiteral("no adapter")}};
    AdapterFileFacts facts;
    facts.name = words[2];
    facts.architecture = words[3];
    facts.format = folder ? QStringLiteral("peft") : QStringLiteral("gguf");
    facts.rank = 8;
    facts.alpha = 16;
    facts.targets = QStringList{QStringLiteral("attn_q")};
    facts.files = folder ? QStringList{root + QStringLiteral("/adapter_config.json"), weights} : QStringList{path};
    return {facts, {}};
  }

  Problem checkAdapter(const QString& adapter, const QString& model) override {
    ++checked;
    const auto facts = inspectAdapter(adapter);
    const auto base = inspectModel(model);
    if (!facts || !base) return {ErrorId::EngineBadFile, {}, {}};
    if (facts.value->architecture != base.value->architecture) return {ErrorId::AdapterNotUsable, {}, QStringLiteral("another base")};
    return {};
  }

  ModelFit fit(const ModelShape& shape, const QString&, int) override { return fits ? fits(shape) : ModelFit(); }

  Outcome<QList<QuantiseChoice>> smallerVariants(const QString&) override {
    return {QList<QuantiseChoice>{{QStringLiteral("Q4_K_M"), choiceBytes, 4.8, 4}}, {}};
  }

  Problem quantise(const QString& input, const QString& output, const QString& type, const QList<AdapterUse>& adapters,
                   WorkControl& control) override {
    QStringList words = wordsOf(input);
    if (words.size() < 5) return {ErrorId::EngineBadFile, {}, {}};
    while (slow && !control.cancel) QThread::msleep(1);
    if (control.cancel) return {ErrorId::EngineCancelled, {}, {}};
    if (control.progress) control.progress(0.5, QStringLiteral("blk.0"));
    QFile file(output);
    if (!file.open(QIODevice::WriteOnly)) return {ErrorId::ModelNotWritten, {QFileInfo(output).fileName()}, {}};
    file.write(modelText(words[2], words[3], type.isEmpty() ? QStringLiteral("F16") : type, 700 + static_cast<int>(adapters.size())));
    return {};
  }

  Problem checkFolder(const QString& folder) override {
    return QFileInfo::exists(folder + QStringLiteral("/tokenizer.json"))
               ? Problem()
               : Problem{ErrorId::FolderNotImportable, {}, QStringLiteral("no tokenizer")};
  }

  Problem importFolder(const QString& folder, const QString& output, WorkControl&) override {
    QFile file(output);
    if (!file.open(QIODevice::WriteOnly)) return {ErrorId::ModelNotWritten, {}, {}};
    file.write(modelText(QFileInfo(folder).fileName(), QStringLiteral("llama"), QStringLiteral("F16")));
    return {};
  }

  Outcome<QString> renderTemplate(const QString&, const QString&, const QList<ChatTurn>&) override { return {QString(), {}}; }

  std::atomic<int> inspected{0};
  std::atomic<int> checked{0};
  std::atomic<bool> slow{false};  // quantise() waits until it is cancelled or this is false
  quint64 choiceBytes = 500;
  std::function<void(const QString& path)> afterReading;  // set before the first file is read; called in the thread that reads
  std::function<ModelFit(const ModelShape&)> fits;        // set before the first question; none: not known

 private:
  static QStringList wordsOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QString line = QString::fromUtf8(file.readLine(4096)).trimmed();
    return line.startsWith(QLatin1String("GGUF ")) ? line.split(u' ') : QStringList();
  }
};

}  // namespace hearth_test
