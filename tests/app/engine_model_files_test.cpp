// What the real engine says about real files, and makes of them.
#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <algorithm>

#include "app/support/wait.h"
#include "bridge/engine_client.h"
#include "bridge/engine_model_files.h"
#include "services/model_service.h"

namespace {

using hearth_test::waitFor;

const QString kStarter = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");
const QString kFables = QStringLiteral(HEARTH_MODELS "/../adapters/fables.gguf");
const QString kTales = QStringLiteral(HEARTH_MODELS "/../adapters/tales.gguf");

[[nodiscard]] QString reference(const QString& name) {
  const QString root = qEnvironmentVariable("HEARTH_REFERENCE");
  return root.isEmpty() ? QString() : root + u'/' + name;
}

#define NEEDS_REFERENCE() \
  if (reference({}).isEmpty()) GTEST_SKIP() << "HEARTH_REFERENCE is not set: files with known answers are not here"

class EngineModelFilesTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
  [[nodiscard]] QString write(const QString& name, const QByteArray& bytes) const {
    QFile file(path(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    return file.fileName();
  }

  QTemporaryDir m_folder;
  EngineModelFiles files{m_folder.filePath(QStringLiteral("cache"))};
};

TEST_F(EngineModelFilesTest, TheStarterModelIsDescribed) {
  const auto facts = files.inspectModel(kStarter);
  ASSERT_TRUE(facts) << qPrintable(facts.problem.detail);
  EXPECT_EQ(facts.value->architecture, QStringLiteral("deepseek2"));
  EXPECT_EQ(facts.value->quantisation, QStringLiteral("Q8_0"));
  EXPECT_EQ(facts.value->fileBytes, static_cast<quint64>(QFileInfo(kStarter).size()));
  EXPECT_EQ(facts.value->layers, 5);
  EXPECT_EQ(facts.value->experts, 12);
  EXPECT_EQ(facts.value->expertsUsed, 2);
  EXPECT_GT(facts.value->parameters, facts.value->activeParameters);
  EXPECT_GT(facts.value->expertBytes, 0u);
  EXPECT_FALSE(facts.value->chatTemplate.isEmpty());
  EXPECT_EQ(facts.value->parts, QStringList{QFileInfo(kStarter).absoluteFilePath()});
  const auto& metadata = facts.value->metadata;
  const auto value = [&](const char* key) {
    const auto at = std::find_if(metadata.begin(), metadata.end(), [&](const auto& entry) { return entry.first == QLatin1String(key); });
    return at == metadata.end() ? QString() : at->second;
  };
  EXPECT_EQ(value("general.architecture"), QStringLiteral("deepseek2"));
  EXPECT_EQ(value("deepseek2.block_count"), QStringLiteral("5"));
  EXPECT_EQ(value("tokenizer.ggml.tokens"), QStringLiteral("[6144 × string]"));
}

TEST_F(EngineModelFilesTest, TheStarterAdaptersFitTheStarterModel) {
  for (const QString& adapter : {kFables, kTales}) {
    const auto facts = files.inspectAdapter(adapter);
    ASSERT_TRUE(facts) << qPrintable(facts.problem.detail);
    EXPECT_EQ(facts.value->format, QStringLiteral("gguf"));
    EXPECT_EQ(facts.value->architecture, QStringLiteral("deepseek2"));
    EXPECT_TRUE(facts.value->name.startsWith(QLatin1String("Ember "))) << qPrintable(facts.value->name);
    EXPECT_EQ(facts.value->licence, QStringLiteral("Apache-2.0"));
    EXPECT_GT(facts.value->rank, 0);
    EXPECT_GT(facts.value->alpha, 0);
    EXPECT_GT(facts.value->tensors, 20);
    EXPECT_TRUE(facts.value->targets.contains(QStringLiteral("ffn_gate_exps")));
    EXPECT_EQ(facts.value->bytes, static_cast<quint64>(QFileInfo(adapter).size()));
    EXPECT_FALSE(files.checkAdapter(adapter, kStarter)) << qPrintable(files.checkAdapter(adapter, kStarter).detail);
  }
}

TEST_F(EngineModelFilesTest, WhatIsNoAdapterIsRefusedWithTheReason) {
  const auto model = files.inspectAdapter(kStarter);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.problem.id, ErrorId::AdapterRefused);
  EXPECT_TRUE(model.problem.detail.contains(QLatin1String("a whole model"))) << qPrintable(model.problem.detail);
  const auto pickle = files.inspectAdapter(write(QStringLiteral("adapter_model.bin"), QByteArrayLiteral("PK\x03\x04 data.pkl")));
  ASSERT_FALSE(pickle);
  EXPECT_TRUE(pickle.problem.detail.contains(QLatin1String("pickle"))) << qPrintable(pickle.problem.detail);
  const auto missing = files.inspectAdapter(path(QStringLiteral("nothing.gguf")));
  ASSERT_FALSE(missing);
  EXPECT_FALSE(missing.problem.cause().isEmpty());
  EXPECT_TRUE(files.checkAdapter(kFables, path(QStringLiteral("nothing.gguf"))));
}

TEST_F(EngineModelFilesTest, SmallerVariantsHaveTheSizesThatQuantiseMakes) {
  const auto choices = files.smallerVariants(kStarter);
  ASSERT_TRUE(choices) << qPrintable(choices.problem.detail);
  ASSERT_GE(choices.value->size(), 4);
  quint64 last = static_cast<quint64>(QFileInfo(kStarter).size());
  for (const QuantiseChoice& choice : *choices.value) {
    EXPECT_LE(choice.bytes, last) << qPrintable(choice.type);
    last = choice.bytes;
    EXPECT_GE(choice.quality, 1);
    EXPECT_LE(choice.quality, 5);
    EXPECT_GT(choice.bitsPerWeight, 2);
    EXPECT_LT(choice.bitsPerWeight, 9);  // Q8_0 has 8.5, and some tensors stay F32
  }
  for (const QuantiseChoice& choice : {choices.value->first(), choices.value->last()}) {
    WorkControl control;
    double fraction = 0;
    control.progress = [&](double now, const QString& what) {
      EXPECT_GE(now, fraction);
      EXPECT_FALSE(what.isEmpty());
      fraction = now;
    };
    const QString output = path(choice.type + QStringLiteral(".gguf"));
    const Problem problem = files.quantise(kStarter, output, choice.type, {}, control);
    ASSERT_FALSE(problem) << qPrintable(problem.detail);
    EXPECT_NEAR(fraction, 1.0, 1e-6);
    EXPECT_NEAR(static_cast<double>(QFileInfo(output).size()), static_cast<double>(choice.bytes), 8192) << qPrintable(choice.type);
    if (choice.type == QLatin1String("Q8_0")) continue;  // may become smaller still, as the starter model itself
    const auto again = files.smallerVariants(output);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.problem.id, ErrorId::QuantisedAlready);
  }
}

TEST_F(EngineModelFilesTest, QuantiseCanBeStoppedAndLeavesNothing) {
  WorkControl control;
  control.progress = [&](double, const QString&) { control.cancel = true; };
  const QString output = path(QStringLiteral("stopped.gguf"));
  EXPECT_EQ(files.quantise(kStarter, output, QStringLiteral("Q4_K_M"), {}, control).id, ErrorId::EngineCancelled);
  EXPECT_TRUE(QDir(m_folder.path()).entryList({QStringLiteral("stopped*")}).isEmpty());
}

TEST_F(EngineModelFilesTest, AFolderThatCannotBeWrittenIsSaid) {
  WorkControl control;
  const Problem problem = files.quantise(kStarter, path(QStringLiteral("no/such/folder.gguf")), QStringLiteral("Q4_0"), {}, control);
  EXPECT_EQ(problem.id, ErrorId::ModelNotWritten) << qPrintable(problem.detail);
}

/// Loads a model and answers with adapters.
struct Answers {
  Answers(const QString& model, const QString& folder) : engine(folder) {
    QObject::connect(&engine, &AnswerEngine::modelLoaded, [this](quint64, const ModelFacts&) { loaded = true; });
    QObject::connect(&engine, &AnswerEngine::loadFailed, [this](quint64, const Problem& p) { failed = p; });
    QObject::connect(&engine, &AnswerEngine::answerText, [this](quint64, const QString& delta, int) { text += delta; });
    QObject::connect(&engine, &AnswerEngine::answerFinished, [this] { done = true; });
    QObject::connect(&engine, &AnswerEngine::answerFailed, [this](quint64, const Problem& p) { failed = p, done = true; });
    engine.load({model, QStringLiteral("cpu")});
    EXPECT_TRUE(waitFor([this] { return loaded || failed; }, 60000));
    EXPECT_TRUE(loaded) << qPrintable(failed.detail);
  }
  QString ask(const QList<AdapterUse>& adapters) {
    text.clear(), done = false, failed = {};
    AnswerRequest request;
    request.turns = {{QStringLiteral("user"), QStringLiteral("Tell me a story about a fox.")}};
    request.sampling.temperature = 0;
    request.maxTokens = 40;
    request.adapters = adapters;
    engine.submit(request);
    EXPECT_TRUE(waitFor([this] { return done; }, 60000));
    return text;
  }

  EngineClient engine;
  bool loaded = false, done = false;
  QString text;
  Problem failed;
};

TEST_F(EngineModelFilesTest, AdaptersChangeAnswersAndMergedTheySayTheSame) {
  Answers base(kStarter, {});
  const QString plain = base.ask({});
  const QString fables = base.ask({{kFables, 1.0}});
  EXPECT_NE(fables, plain);
  EXPECT_NE(base.ask({{kTales, 1.0}}), fables);
  EXPECT_EQ(base.ask({{kFables, 0.0}}), plain);
  EXPECT_EQ(base.ask({}), plain);
  base.engine.detachAdapter(kFables);
  EXPECT_EQ(base.ask({{kFables, 1.0}}), fables);

  WorkControl control;
  const QString merged = path(QStringLiteral("merged.gguf"));
  const Problem problem = files.quantise(kStarter, merged, {}, {{kFables, 1.0}}, control);
  ASSERT_FALSE(problem) << qPrintable(problem.detail);
  Answers own(merged, {});
  // Greedy answers of two computations of the same sums: the beginning agrees for long.
  EXPECT_EQ(own.ask({}).left(40), fables.left(40));
}

TEST_F(EngineModelFilesTest, AnAdapterThatCannotBeUsedFailsTheAnswerByName) {
  Answers run(kStarter, {});
  run.ask({{path(QStringLiteral("gone.gguf")), 1.0}});
  EXPECT_EQ(run.failed.id, ErrorId::AdapterNotUsable);
  EXPECT_EQ(run.failed.arguments, QStringList{QStringLiteral("gone.gguf")});
  EXPECT_FALSE(run.failed.detail.isEmpty());
  EXPECT_TRUE(run.failed.cause().contains(QLatin1String("gone.gguf")));
  run.ask({{kFables, 1.0}, {kTales, 1.0}, {kFables, 0.5}, {kTales, 0.5}, {kTales, 0.25}});
  EXPECT_EQ(run.failed.id, ErrorId::AdaptersTogether) << qPrintable(run.failed.detail);
  run.ask({{kFables, 1.0}, {kTales, 1.0}});
  EXPECT_FALSE(run.failed) << qPrintable(run.failed.detail);
}

TEST_F(EngineModelFilesTest, FitsSayWhereAModelWouldRun) {
  const auto facts = files.inspectModel(kStarter);
  ASSERT_TRUE(facts);
  const ModelFileFacts& f = *facts.value;
  const ModelShape shape{f.weightBytes, f.expertBytes, f.bytesPerToken, f.kvBytesPerToken, f.layers, f.contextLength};
  const ModelFit fit = files.fit(shape, QStringLiteral("cpu"), 0);
  EXPECT_EQ(fit.label, FitLabel::ProcessorOnly);
  EXPECT_EQ(fit.contextLength, 2048);
  EXPECT_GT(fit.tokensPerSecond, 0);
  EXPECT_TRUE(fit.deviceName.isEmpty());
  EXPECT_EQ(fit.onDevice, 0u);
  EXPECT_EQ(fit.inMemory, fit.total());
  EXPECT_NEAR(static_cast<double>(fit.experts), static_cast<double>(f.expertBytes), 1024);
  EXPECT_GT(fit.memoryTotal, fit.memoryFree);
  EXPECT_TRUE(QFile::exists(path(QStringLiteral("cache/bandwidth.json"))));
  ModelShape huge = shape;
  huge.weightBytes = quint64(1) << 50;
  const ModelFit none = files.fit(huge, QStringLiteral("auto"), 4096);
  EXPECT_EQ(none.label, FitLabel::TooLarge);
  EXPECT_GT(none.total(), none.memoryTotal);
  EXPECT_EQ(files.fit({}, {}, 0).label, FitLabel::Unknown);
}

TEST_F(EngineModelFilesTest, TemplatesAreShownAndReplaceTheModelsOwn) {
  const QList<ChatTurn> turns{{QStringLiteral("user"), QStringLiteral("你好")}};
  const auto own = files.renderTemplate(kStarter, {}, turns);
  ASSERT_TRUE(own) << qPrintable(own.problem.detail);
  EXPECT_TRUE(own.value->contains(QStringLiteral("<|user|>你好<|end|>"))) << qPrintable(*own.value);
  const auto given = files.renderTemplate(kStarter, QStringLiteral("【{{ messages[0].content }}】"), turns);
  ASSERT_TRUE(given);
  EXPECT_EQ(*given.value, QStringLiteral("【你好】"));
  const QString bad = QStringLiteral("{% for m in messages %}");
  const auto broken = files.renderTemplate(kStarter, bad, turns);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.problem.id, ErrorId::TemplateBroken);
  EXPECT_TRUE(broken.problem.detail.contains(QLatin1String("line 1"))) << qPrintable(broken.problem.detail);

  EngineClient engine;
  std::optional<Problem> failure;
  bool loaded = false;
  QObject::connect(&engine, &AnswerEngine::loadFailed, [&](quint64, const Problem& problem) { failure = problem; });
  QObject::connect(&engine, &AnswerEngine::modelLoaded, [&] { loaded = true; });
  ModelRequest request{kStarter, QStringLiteral("cpu")};
  request.chatTemplate = bad;
  engine.load(request);
  ASSERT_TRUE(waitFor([&] { return failure || loaded; }, 60000));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->id, ErrorId::TemplateBroken);
  request.chatTemplate = QStringLiteral("{% for m in messages %}{{ m.content }}{% endfor %}");
  engine.load(request);
  EXPECT_TRUE(waitFor([&] { return loaded; }, 60000));
}

TEST_F(EngineModelFilesTest, FoldersThatAreNoModelAreRefused) {
  const Problem problem = files.checkFolder(m_folder.path());
  EXPECT_EQ(problem.id, ErrorId::FolderNotImportable);
  EXPECT_TRUE(problem.detail.contains(QLatin1String("config.json"))) << qPrintable(problem.detail);
  WorkControl control;
  EXPECT_EQ(files.importFolder(m_folder.path(), path(QStringLiteral("out.gguf")), control).id, ErrorId::FolderNotImportable);
  EXPECT_FALSE(QFile::exists(path(QStringLiteral("out.gguf"))));
}

TEST_F(EngineModelFilesTest, PathsWithAnyNameWork) {
  const QString folder = path(QStringLiteral("模型 🙂 with spaces"));
  ASSERT_TRUE(QDir().mkpath(folder));
  const QString model = folder + QStringLiteral("/") + QString(80, QChar(0x6a21)) + QStringLiteral(".gguf");  // 245 bytes
  ASSERT_TRUE(QFile::copy(kStarter, model));
  const auto facts = files.inspectModel(model);
  ASSERT_TRUE(facts) << qPrintable(facts.problem.detail);
  EXPECT_EQ(facts.value->parts, QStringList{model});
  const QString adapter = folder + QStringLiteral("/fables ü.gguf");
  ASSERT_TRUE(QFile::copy(kFables, adapter));
  EXPECT_EQ(files.inspectAdapter(adapter).value->files, QStringList{adapter});
  EXPECT_FALSE(files.checkAdapter(adapter, model));
}

TEST(StarterAdapters, AreFoundInTheBuildOrWhereTheEnvironmentSays) {
  qunsetenv("HEARTH_STARTER_ADAPTERS");
  const QDir found(ModelService::findStarterAdapters());
  EXPECT_TRUE(found.exists(QStringLiteral("fables.gguf")));
  EXPECT_TRUE(found.exists(QStringLiteral("NOTICE")));
  const QTemporaryDir folder;
  qputenv("HEARTH_STARTER_ADAPTERS", folder.path().toUtf8());
  EXPECT_EQ(ModelService::findStarterAdapters(), QFileInfo(folder.path()).canonicalFilePath());
  qputenv("HEARTH_STARTER_ADAPTERS", "/no/such/folder");
  EXPECT_EQ(ModelService::findStarterAdapters(), found.path());
  qunsetenv("HEARTH_STARTER_ADAPTERS");
}

TEST_F(EngineModelFilesTest, ReferenceAdaptersAreReadOrRefusedForTheRightReason) {
  NEEDS_REFERENCE();
  const auto law = files.inspectAdapter(reference(QStringLiteral("adapters/law-qwen2.5-3b-lora")));
  ASSERT_TRUE(law) << qPrintable(law.problem.detail);
  EXPECT_EQ(law.value->baseName, QStringLiteral("Qwen/Qwen2.5-3B-Instruct"));
  EXPECT_EQ(law.value->rank, 4);
  EXPECT_EQ(law.value->alpha, 8);
  EXPECT_EQ(law.value->tensors, 72);
  EXPECT_EQ(law.value->targets, (QStringList{QStringLiteral("q_proj"), QStringLiteral("v_proj")}));
  EXPECT_EQ(law.value->files.size(), 2);
  // Its names have the prefix of PEFT twice.
  const auto medical = files.inspectAdapter(reference(QStringLiteral("adapters/medical-gemma-2b-it-lora/adapter_model.safetensors")));
  ASSERT_TRUE(medical) << qPrintable(medical.problem.detail);
  EXPECT_EQ(medical.value->baseName, QStringLiteral("google/gemma-2b-it"));
  EXPECT_EQ(medical.value->name, QStringLiteral("medical-gemma-2b-it-lora"));
  EXPECT_EQ(medical.value->targets.size(), 4);
  EXPECT_EQ(medical.value->tensors, 72);
  const auto pickle = files.inspectAdapter(reference(QStringLiteral("adapters/gpt2-seqcls-lora-torchbin")));
  ASSERT_FALSE(pickle);
  EXPECT_TRUE(pickle.problem.detail.contains(QLatin1String("pickle"))) << qPrintable(pickle.problem.detail);
  const QDir architectures(reference(QStringLiteral("arch")));
  QStringList models{kStarter};
  for (const QString& name : architectures.entryList({QStringLiteral("*.gguf")})) models += architectures.filePath(name);
  ASSERT_GT(models.size(), 10);
  for (const QString& model : models) {
    for (const char* adapter : {"law-qwen2.5-3b-lora", "medical-gemma-2b-it-lora"}) {
      const Problem problem = files.checkAdapter(reference(QStringLiteral("adapters/")) + QLatin1String(adapter), model);
      EXPECT_EQ(problem.id, ErrorId::AdapterNotUsable);
      EXPECT_TRUE(problem.detail.contains(QLatin1String("made for another model"))) << qPrintable(problem.detail);
      EXPECT_TRUE(problem.detail.contains(QLatin1String(adapter[0] == 'l' ? "Qwen/Qwen2.5-3B" : "google/gemma-2b")));
    }
  }
}

TEST_F(EngineModelFilesTest, ReferenceAdaptersFitTheirModelsAndNoOthers) {
  NEEDS_REFERENCE();
  const QDir architectures(reference(QStringLiteral("arch")));
  for (const char* adapter :
       {"llama-lora.gguf", "llama-peft", "qwen2-lora.gguf", "qwen2-peft", "qwen3moe-lora.gguf", "deepseek2-v3-lora.gguf"}) {
    const QString file = reference(QStringLiteral("lora/")) + QLatin1String(adapter);
    const auto facts = files.inspectAdapter(file);
    ASSERT_TRUE(facts) << qPrintable(facts.problem.detail);
    EXPECT_EQ(facts.value->rank, 8);
    EXPECT_EQ(facts.value->alpha, 16);
    const QString own = QString::fromLatin1(adapter).section(QRegularExpression(QStringLiteral("-(lora|peft)")), 0, 0);
    for (const QString& name : architectures.entryList({QStringLiteral("*.gguf")})) {
      const Problem problem = files.checkAdapter(file, architectures.filePath(name));
      // A PEFT folder names no architecture, and these two have the same shapes; the variants of deepseek2 have the changed matrices in
      // common.
      const bool twin = QLatin1String(adapter).endsWith(QLatin1String("-peft")) &&
                        (name == QLatin1String("llama.gguf") || name == QLatin1String("qwen2.gguf"));
      const bool family = own.startsWith(QLatin1String("deepseek2")) && name.startsWith(QLatin1String("deepseek2"));
      const bool fits = name == own + QStringLiteral(".gguf") || twin || family;
      EXPECT_EQ(problem.id, fits ? ErrorId::None : ErrorId::AdapterNotUsable)
          << adapter << " on " << qPrintable(name + u' ' + problem.detail);
    }
  }
}

}  // namespace
