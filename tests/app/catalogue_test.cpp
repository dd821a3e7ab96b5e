// The bundled catalogue and its reader, and what its variants mean for a computer.
#include <gtest/gtest.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QMutex>
#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QThread>
#include <cmath>

#include "app/support/app_fixture.h"
#include "bridge/engine_model_files.h"
#include "services/catalogue_file.h"
#include "services/hub_service.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

[[nodiscard]] QByteArray bundledText() {
  QFile file(QStringLiteral(":/hearth/catalogue.json"));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

[[nodiscard]] QJsonObject bundled() {
  return QJsonDocument::fromJson(bundledText()).object();
}

[[nodiscard]] QByteArray textOf(const QJsonObject& root) {
  return QJsonDocument(root).toJson(QJsonDocument::Compact);
}

/// A catalogue with one good model, and its parts for tests to spoil.
[[nodiscard]] QJsonObject oneFile() {
  return {{"path", "Tiny-Q8_0.gguf"}, {"size", 850}, {"sha256", QString(64, u'a')}};
}
[[nodiscard]] QJsonObject oneVariant() {
  return {{"quantisation", "Q8_0"}, {"repository", "someone/Tiny-GGUF"}, {"files", QJsonArray{oneFile()}}};
}
[[nodiscard]] QJsonObject oneModel() {
  return {{"id", "tiny"},
          {"name", "Tiny"},
          {"publisher", "Someone"},
          {"licence", "MIT"},
          {"good_at", QJsonObject{{"en", "Tests."}, {"zh_CN", "测试。"}}},
          {"tags", QJsonArray{"small"}},
          {"parameters", 800},
          {"active_parameters", 400},
          {"context", 4096},
          {"layers", 2},
          {"experts", 4},
          {"experts_used", 1},
          {"repository", "someone/Tiny"},
          {"shape", QJsonObject{{"weights", 1600}, {"experts", 800}, {"per_token", 900}, {"kv", 64}}},
          {"variants", QJsonArray{oneVariant()}}};
}
[[nodiscard]] QJsonObject catalogueOf(const QJsonArray& models) {
  return {{"format", 1}, {"version", 3}, {"date", "2026-01-02"}, {"models", models}};
}
[[nodiscard]] QJsonObject with(QJsonObject object, const char* key, const QJsonValue& value) {
  object.insert(QLatin1String(key), value);
  return object;
}
[[nodiscard]] QByteArray withModel(const QJsonObject& model) {
  return textOf(catalogueOf({model}));
}
[[nodiscard]] QByteArray withVariant(const QJsonObject& variant) {
  return withModel(with(oneModel(), "variants", QJsonArray{variant}));
}
[[nodiscard]] QByteArray withFile(const QJsonObject& file) {
  return withVariant(with(oneVariant(), "files", QJsonArray{file}));
}

/// Bits a weight that a file of this type may have over all.
[[nodiscard]] std::pair<double, double> bitsOf(const QString& quantisation) {
  static const QHash<QString, std::pair<double, double>> all{{QStringLiteral("Q4_K_M"), {4.5, 5.4}},
                                                             {QStringLiteral("Q5_K_M"), {5.4, 6.2}},
                                                             {QStringLiteral("Q6_K"), {6.4, 7.3}},
                                                             {QStringLiteral("Q8_0"), {8.4, 8.7}},
                                                             {QStringLiteral("MXFP4"), {4.25, 5.0}}};
  return all.value(quantisation);
}

TEST(CatalogueFileTest, TheBundledOneIsComplete) {
  const std::optional<CatalogueFile> file = parseCatalogue(bundledText());
  ASSERT_TRUE(file);
  EXPECT_GE(file->version, 1);
  EXPECT_TRUE(file->date.isValid());
  EXPECT_EQ(file->models.size(), bundled().value(QStringLiteral("models")).toArray().size()) << "the reader left one out";
  const QRegularExpression repository(QStringLiteral("^[\\w.-]+/[\\w.-]+$"));
  const QRegularExpression han(QStringLiteral("[\\x{4e00}-\\x{9fff}]"));
  QSet<QString> ids;
  for (const CatalogueModel& model : file->models) {
    SCOPED_TRACE(model.id.toStdString());
    EXPECT_FALSE(ids.contains(model.id));
    ids.insert(model.id);
    EXPECT_FALSE(model.name.isEmpty());
    EXPECT_FALSE(model.publisher.isEmpty());
    EXPECT_FALSE(model.licence.isEmpty());
    EXPECT_FALSE(model.tags.isEmpty());
    EXPECT_TRUE(repository.match(model.repository).hasMatch());
    EXPECT_GE(model.contextLength, 4096);
    EXPECT_GT(model.shape.layers, 10);
    EXPECT_GT(model.shape.kvBytesPerToken, 10'000U);
    EXPECT_EQ(model.experts > 0, model.shape.expertBytes > 0);
    EXPECT_EQ(model.experts > 0, model.activeParameters < model.parameters);
    const QHash<QString, QString> texts = file->goodAtOfModel.value(model.id);
    EXPECT_GT(texts.value(QStringLiteral("en")).size(), 20);
    EXPECT_FALSE(han.match(texts.value(QStringLiteral("en"))).hasMatch());
    EXPECT_TRUE(han.match(texts.value(QStringLiteral("zh_CN"))).hasMatch());
    EXPECT_EQ(std::count_if(model.variants.begin(), model.variants.end(), [](const CatalogueVariant& v) { return v.recommended; }), 1);
    quint64 last = 0;
    for (const CatalogueVariant& variant : model.variants) {
      const auto [least, most] = bitsOf(variant.quantisation);
      const double bits = 8.0 * static_cast<double>(variant.bytes()) / static_cast<double>(model.parameters);
      EXPECT_GE(bits, least) << variant.quantisation.toStdString();
      EXPECT_LE(bits, most) << variant.quantisation.toStdString();
      EXPECT_GT(variant.bytes(), last) << "smallest first";
      last = variant.bytes();
      EXPECT_TRUE(repository.match(variant.repository).hasMatch());
      for (const DownloadFile& part : variant.files) EXPECT_TRUE(part.path.endsWith(QLatin1String(".gguf")));
    }
  }
}

TEST(CatalogueFileTest, TheModelsThatWerePromisedAreThere) {
  const std::optional<CatalogueFile> file = parseCatalogue(bundledText());
  ASSERT_TRUE(file);
  QSet<QString> ids;
  for (const CatalogueModel& model : file->models) ids.insert(model.id);
  for (const char* id :
       {"deepseek-v2-lite-chat", "deepseek-moe-16b-chat", "deepseek-coder-v2-lite-instruct", "deepseek-r1-distill-qwen-1.5b",
        "deepseek-r1-distill-qwen-7b", "deepseek-r1-distill-qwen-14b", "deepseek-r1-distill-qwen-32b", "deepseek-r1-distill-llama-8b",
        "deepseek-r1-0528-qwen3-8b", "moonlight-16b-a3b-instruct", "qwen3-30b-a3b", "gpt-oss-20b", "olmoe-1b-7b-0125-instruct",
        "granite-3.1-3b-a800m-instruct", "glm-4.7-flash", "mixtral-8x7b-instruct-v0.1"})
    EXPECT_TRUE(ids.contains(QLatin1String(id))) << id;
}

TEST(CatalogueFileTest, CachesAreThoseOfTheArchitectures) {
  const std::optional<CatalogueFile> file = parseCatalogue(bundledText());
  ASSERT_TRUE(file);
  const QHash<QString, quint64> known{
      {QStringLiteral("deepseek-v2-lite-chat"), 31'104},  {QStringLiteral("moonlight-16b-a3b-instruct"), 31'104},
      {QStringLiteral("qwen3-30b-a3b"), 98'304},          {QStringLiteral("mixtral-8x7b-instruct-v0.1"), 131'072},
      {QStringLiteral("deepseek-moe-16b-chat"), 229'376}, {QStringLiteral("gpt-oss-20b"), 49'152}};
  int seen = 0;
  for (const CatalogueModel& model : file->models)
    if (known.contains(model.id)) {
      EXPECT_EQ(model.shape.kvBytesPerToken, known.value(model.id)) << model.id.toStdString();
      ++seen;
    }
  EXPECT_EQ(seen, known.size());
}

TEST(CatalogueFileTest, TakesAGoodOneAndNothingElse) {
  const std::optional<CatalogueFile> good = parseCatalogue(withModel(oneModel()));
  ASSERT_TRUE(good);
  EXPECT_EQ(good->version, 3);
  ASSERT_EQ(good->models.size(), 1);
  EXPECT_EQ(good->models.first().variants.first().bytes(), 850U);
  EXPECT_FALSE(good->models.first().variants.first().isEstimate());

  const QByteArray whole = withModel(oneModel());
  for (qsizetype length = 0; length < whole.size(); ++length) EXPECT_FALSE(parseCatalogue(whole.left(length))) << length;
  EXPECT_FALSE(parseCatalogue("[]"));
  EXPECT_FALSE(parseCatalogue("null"));
  EXPECT_FALSE(parseCatalogue(QByteArray(2000, '[')));
  EXPECT_FALSE(parseCatalogue(QByteArray(100, '\0')));
  EXPECT_FALSE(parseCatalogue(whole + QByteArray(kCatalogueMostBytes, ' '))) << "too large";
  const QJsonObject root = catalogueOf({oneModel()});
  for (const QJsonValue& version : {QJsonValue(0), QJsonValue(-1), QJsonValue(1.5), QJsonValue("4"), QJsonValue(1e17), QJsonValue()})
    EXPECT_FALSE(parseCatalogue(textOf(with(root, "version", version)))) << version.toVariant().toString().toStdString();
  EXPECT_FALSE(parseCatalogue(textOf(with(root, "format", 2))));
  EXPECT_FALSE(parseCatalogue(textOf(with(root, "date", "yesterday"))));
  EXPECT_FALSE(parseCatalogue(textOf(with(root, "models", QJsonArray()))));
}

TEST(CatalogueFileTest, LeavesOutWhatBreaksALimit) {
  const QString longText(200, u'x');
  const QString turned = QStringLiteral("Tiny") + QChar(0x202e) + QStringLiteral("fugg");
  QList<QByteArray> bad;
  for (const char* id : {"", "../x", "Tiny", "a b", "a/b"}) bad.append(withModel(with(oneModel(), "id", id)));
  for (const QString& name : {QString(), longText, QStringLiteral("a\nb"), turned}) bad.append(withModel(with(oneModel(), "name", name)));
  bad.append(withModel(with(oneModel(), "licence", longText)));
  for (const char* repository : {"", "tiny", "a/b/c", "../x", "a/..", "https://x/y", "a b/c", "a/b?c", "a/b\n"}) {
    bad.append(withModel(with(oneModel(), "repository", repository)));
    bad.append(withVariant(with(oneVariant(), "repository", repository)));
  }
  for (const QJsonValue& number : {QJsonValue(-1), QJsonValue(1e300), QJsonValue(0.5), QJsonValue("1")}) {
    bad.append(withModel(with(oneModel(), "context", number)));
    bad.append(withFile(with(oneFile(), "size", number)));
  }
  bad.append(withModel(with(oneModel(), "active_parameters", 801)));
  bad.append(withModel(with(oneModel(), "experts_used", 5)));
  bad.append(withModel(with(oneModel(), "shape", QJsonObject())));
  bad.append(withModel(with(oneModel(), "shape", QJsonObject{{"weights", 10}, {"experts", 11}})));
  bad.append(withModel(with(oneModel(), "variants", QJsonArray())));
  for (const char* path : {"", "/etc/passwd.gguf", "../x.gguf", "a/../b.gguf", "a/./b.gguf", ".hidden.gguf", "x.exe", "a\\b.gguf",
                           "a//b.gguf", "C:x.gguf", "x.gguf\n", "x .gguf", "x.gguf/"})
    bad.append(withFile(with(oneFile(), "path", path)));
  for (const char* hash : {"abc", "g", ""}) {
    const QString text = QString(63, u'a') + QLatin1String(hash);
    bad.append(withFile(with(oneFile(), "sha256", text)));
  }
  bad.append(withVariant(with(oneVariant(), "approx", 850)));        // both a size and an estimate
  bad.append(withFile(with(oneFile(), "size", 0)));                  // neither
  bad.append(withVariant(with(oneVariant(), "expert_bytes", 851)));  // more than the file
  bad.append(withVariant(with(oneVariant(), "quantisation", longText)));
  QJsonArray many;
  for (int i = 0; i < 501; ++i) many.append(oneModel());
  bad.append(textOf(catalogueOf(many)));
  QJsonArray parts;
  for (int i = 0; i < 201; ++i) parts.append(oneFile());
  bad.append(withVariant(with(oneVariant(), "files", parts)));
  for (const QByteArray& text : bad) EXPECT_FALSE(parseCatalogue(text)) << text.left(700).toStdString();

  const std::optional<CatalogueFile> rest =
      parseCatalogue(textOf(catalogueOf({oneModel(), with(oneModel(), "id", "../x"), oneModel(), with(oneModel(), "id", "other")})));
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->models.size(), 2) << "a bad one and a second of the same id are left out, the others stay";
  EXPECT_EQ(rest->models.last().id, QStringLiteral("other"));
}

TEST(CatalogueFileTest, ShapesScaleWithTheFile) {
  const CatalogueModel model = parseCatalogue(withModel(oneModel()))->models.first();
  CatalogueVariant variant = model.variants.first();
  variant.files.first().size = 1600;  // as large as F16
  const ModelShape same = model.shapeOf(variant);
  EXPECT_EQ(same.weightBytes, 1600U);
  EXPECT_EQ(same.expertBytes, 800U);
  EXPECT_EQ(same.bytesPerToken, 900U);
  EXPECT_EQ(same.kvBytesPerToken, 64U);
  EXPECT_EQ(same.layers, 2);
  EXPECT_EQ(same.contextLength, 4096);
  variant.files.first().size = 400;
  const ModelShape quarter = model.shapeOf(variant);
  EXPECT_EQ(quarter.weightBytes, 400U);
  EXPECT_EQ(quarter.expertBytes, 200U);
  EXPECT_EQ(quarter.bytesPerToken, 225U);
  EXPECT_EQ(quarter.kvBytesPerToken, 64U) << "the cache has its own type";
  // Experts at an eighth, all else at a half: 800 * 1/8 and 800 * 1/2; a token reads a quarter of the experts and 700 of the rest.
  variant.files.first().size = 500;
  variant.expertBytes = 100;
  const ModelShape uneven = model.shapeOf(variant);
  EXPECT_EQ(uneven.expertBytes, 100U);
  EXPECT_EQ(uneven.bytesPerToken, 25U + 350U);
  EXPECT_LE(uneven.bytesPerToken, uneven.weightBytes);
}

TEST(CatalogueFileTest, RequestsSayWhatTheLibraryShows) {
  const CatalogueModel model = parseCatalogue(withModel(oneModel()))->models.first();
  const DownloadRequest request = model.request(model.variants.first());
  EXPECT_EQ(request.kind, DownloadRequest::Kind::Model);
  EXPECT_EQ(request.repository, QStringLiteral("someone/Tiny-GGUF"));
  EXPECT_EQ(request.revision, QStringLiteral("main"));
  EXPECT_EQ(request.title, QStringLiteral("Tiny"));
  EXPECT_EQ(request.variant, QStringLiteral("Q8_0"));
  EXPECT_EQ(request.publisher, QStringLiteral("Someone"));
  EXPECT_EQ(request.licence, QStringLiteral("MIT"));
  EXPECT_EQ(request.catalogueId, QStringLiteral("tiny"));
  ASSERT_EQ(request.files.size(), 1);
  EXPECT_EQ(request.files.first().sha256, QString(64, u'a'));
}

TEST(CatalogueFileTest, VariantsWithoutNamesTakeTheirFilesFromTheRepository) {
  QJsonObject unnamed = with(oneVariant(), "approx", 900);
  unnamed.remove(QStringLiteral("files"));
  const CatalogueModel model = parseCatalogue(withVariant(unnamed))->models.first();
  const CatalogueVariant variant = model.variants.first();
  EXPECT_TRUE(variant.needsLookUp());
  EXPECT_TRUE(variant.isEstimate());
  EXPECT_EQ(variant.bytes(), 900U);
  EXPECT_TRUE(model.request(variant).files.isEmpty());

  HubRepository found;
  found.id = variant.repository;
  found.variants = {{QStringLiteral("Q4_K_M"), {{QStringLiteral("t-q4.gguf"), 1, {}}}},
                    {QStringLiteral("q8_0"), {{QStringLiteral("t-1.gguf"), 2, {}}, {QStringLiteral("t-2.gguf"), 3, {}}}}};
  const DownloadRequest request = model.request(variant, found);
  EXPECT_EQ(request.files.size(), 2);
  EXPECT_EQ(request.variant, QStringLiteral("Q8_0"));
  EXPECT_EQ(request.catalogueId, QStringLiteral("tiny"));
  found.variants.removeLast();
  EXPECT_TRUE(model.request(variant, found).files.isEmpty());
}

// --- Where a model would run

class SlowFiles final : public ModelFiles {
 public:
  Outcome<ModelFileFacts> inspectModel(const QString&) override { return {}; }
  Outcome<AdapterFileFacts> inspectAdapter(const QString&) override { return {}; }
  Problem checkAdapter(const QString&, const QString&) override { return {}; }
  ModelFit fit(const ModelShape& shape, const QString& device, int contextLength) override {
    const QMutexLocker lock(&mutex);
    offThread = offThread && QThread::currentThread() != gui;
    ++asked;
    ModelFit result;
    result.label = device == QLatin1String("cpu") ? FitLabel::ProcessorOnly : FitLabel::Device;
    result.weights = shape.weightBytes - shape.expertBytes;
    result.experts = shape.expertBytes;
    result.contextLength = contextLength > 0 ? contextLength : 4096;
    result.cache = shape.kvBytesPerToken * static_cast<quint64>(result.contextLength);
    result.memoryFree = memoryFree;
    return result;
  }
  Outcome<QList<QuantiseChoice>> smallerVariants(const QString&) override { return {}; }
  Problem quantise(const QString&, const QString&, const QString&, const QList<AdapterUse>&, WorkControl&) override { return {}; }
  Problem checkFolder(const QString&) override { return {}; }
  Problem importFolder(const QString&, const QString&, WorkControl&) override { return {}; }
  Outcome<QString> renderTemplate(const QString&, const QString&, const QList<ChatTurn>&) override { return {}; }

  QMutex mutex;
  QThread* gui = QThread::currentThread();
  bool offThread = true;
  int asked = 0;
  quint64 memoryFree = 8'000'000'000;
};

class CatalogueServiceTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    run = std::make_unique<AppRun>(home());
    ASSERT_TRUE(run->open());
    service = std::make_unique<CatalogueService>(&files, &run->settings, home());
    service->wantFits();
    service->start();
  }
  [[nodiscard]] int asked() {
    const QMutexLocker lock(&files.mutex);
    return files.asked;
  }

  std::unique_ptr<AppRun> run;
  SlowFiles files;
  std::unique_ptr<CatalogueService> service;
};

TEST_F(CatalogueServiceTest, ShowsTheBundledListInTheLanguageOfTheWindow) {
  ASSERT_FALSE(service->models().isEmpty());
  EXPECT_FALSE(service->version().isEmpty());
  EXPECT_TRUE(service->date().isValid());
  EXPECT_FALSE(service->models().first().goodAt.isEmpty());
  const QLocale before;
  QSignalSpy changed(service.get(), &CatalogueService::changed);
  QLocale::setDefault(QLocale(QStringLiteral("zh_CN")));
  service->retranslate();
  EXPECT_EQ(changed.count(), 1);
  EXPECT_TRUE(service->models().first().goodAt.contains(QRegularExpression(QStringLiteral("[\\x{4e00}-\\x{9fff}]"))));
  QLocale::setDefault(QLocale(QStringLiteral("fr")));
  service->retranslate();
  EXPECT_TRUE(service->models().first().goodAt.contains(QStringLiteral("English"))) << "other languages read English";
  QLocale::setDefault(before);
}

TEST_F(CatalogueServiceTest, FitsAreComputedOnceAndElsewhere) {
  QSignalSpy changed(service.get(), &CatalogueService::fitsChanged);
  int variants = 0;
  const auto askAll = [&] {
    variants = 0;
    int known = 0;
    for (const CatalogueModel& model : service->models())
      for (const CatalogueVariant& variant : model.variants) {
        ++variants;
        if (service->fit(model.id + variant.quantisation, model.shapeOf(variant)).label != FitLabel::Unknown) ++known;
      }
    return known;
  };
  EXPECT_EQ(askAll(), 0);
  ASSERT_TRUE(waitFor([&] { return askAll() == variants; }));
  EXPECT_EQ(asked(), variants) << "one question for each, however often the page asks";
  EXPECT_TRUE(files.offThread);
  ASSERT_TRUE(waitFor([&] { return changed.count() > 0; }));
  EXPECT_LT(changed.count(), variants / 4) << "one signal for many answers";
}

TEST_F(CatalogueServiceTest, FitsFollowSettingsAndMemory) {
  const ModelShape shape{1600, 800, 900, 64, 2, 4096};
  const auto fit = [&] { return service->fit(QStringLiteral("tiny"), shape); };
  (void)fit();
  ASSERT_TRUE(waitFor([&] { return fit().label == FitLabel::Device; }));
  run->settings.setValue(SettingKey::Device, QStringLiteral("cpu"));
  ASSERT_TRUE(waitFor([&] { return fit().label == FitLabel::ProcessorOnly; }));
  run->settings.setValue(SettingKey::ContextLength, 10'000);
  ASSERT_TRUE(waitFor([&] { return fit().contextLength == 10'000; }));
  EXPECT_EQ(fit().cache, 640'000U);

  QSignalSpy changed(service.get(), &CatalogueService::fitsChanged);
  EXPECT_FALSE(waitFor([&] { return false; }, 200));  // the signals of what was asked above
  changed.clear();
  const int before = asked();
  {
    const QMutexLocker lock(&files.mutex);
    files.memoryFree += 1000;  // nobody would see it
  }
  service->refreshFits();
  ASSERT_TRUE(waitFor([&] { return asked() > before; }));
  EXPECT_FALSE(waitFor([&] { return changed.count() > 0; }, 300));
  {
    const QMutexLocker lock(&files.mutex);
    files.memoryFree = 2'000'000'000;
  }
  service->refreshFits();
  ASSERT_TRUE(waitFor([&] { return changed.count() > 0; }));
  EXPECT_EQ(fit().memoryFree, 2'000'000'000U);

  ModelShape larger = shape;
  larger.weightBytes = 3200;
  EXPECT_EQ(service->fit(QStringLiteral("tiny"), larger).label, FitLabel::Unknown) << "the file is another, its answer too";
  ASSERT_TRUE(waitFor([&] { return service->fit(QStringLiteral("tiny"), larger).weights == 2400; }));
}

TEST_F(CatalogueServiceTest, ThePlannerHasAnAnswerForEveryVariant) {
  EngineModelFiles real(home() + QStringLiteral("/cache"));
  CatalogueService catalogue(&real, &run->settings, home());
  catalogue.wantFits();
  catalogue.start();
  run->settings.setValue(SettingKey::Device, QStringLiteral("cpu"));
  QHash<QString, ModelFit> fits;
  const auto askAll = [&] {
    bool all = true;
    for (const CatalogueModel& model : catalogue.models())
      for (const CatalogueVariant& variant : model.variants) {
        const QString key = model.id + variant.quantisation;
        fits[key] = catalogue.fit(key, model.shapeOf(variant));
        all = all && fits[key].label != FitLabel::Unknown;
      }
    return all;
  };
  ASSERT_TRUE(waitFor(askAll));
  for (const CatalogueModel& model : catalogue.models())
    for (const CatalogueVariant& variant : model.variants) {
      SCOPED_TRACE((model.id + u' ' + variant.quantisation).toStdString());
      const ModelFit& fit = fits[model.id + variant.quantisation];
      EXPECT_TRUE(fit.label == FitLabel::ProcessorOnly || fit.label == FitLabel::TooLarge);
      EXPECT_NEAR(static_cast<double>(fit.weights + fit.experts), static_cast<double>(variant.bytes()), 1000);  // layers are alike
      EXPECT_GT(fit.cache, 0U);
      EXPECT_LE(fit.contextLength, model.contextLength);
      // The processor may take what other programs use now; a part is left to them.
      if (fit.label == FitLabel::TooLarge) {
        EXPECT_GT(fit.total(), fit.memoryTotal / 2);
      } else {
        EXPECT_LE(fit.total(), fit.memoryTotal);
        EXPECT_GT(fit.tokensPerSecond, 0);
      }
    }
}

TEST_F(CatalogueServiceTest, EndsWhileFitsWait) {
  for (int i = 0; i < 200; ++i) (void)service->fit(QString::number(i), {1600, 800, 900, 64, 2, 4096});
  service.reset();
  EXPECT_LE(asked(), 200);
}

}  // namespace
