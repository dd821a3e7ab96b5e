// The catalogue and the hub as one list: real catalogue, real HTTP with the test's own hub, real downloads.
#include "viewmodels/discover_model.h"

#include <QAbstractItemModelTester>

#include "app/support/hub_server.h"
#include "app/support/library_fixture.h"

namespace {

using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::LibraryRun;
using hearth_test::LibraryTest;
using hearth_test::waitFor;
using hearth_test::writeFile;

/// Bytes that the fake reader takes for a model.
QByteArray modelFile(const QString& name, qsizetype size) {
  return hearth_test::FakeModelFiles::modelText(name, QStringLiteral("llama"), QStringLiteral("Q4_K_M"), static_cast<int>(size));
}

class DiscoverModelTest : public LibraryTest {
 protected:
  void SetUp() override {
    qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
    QLocale::setDefault(QLocale(QStringLiteral("en")));
    hub.add({QStringLiteral("ann/Small-GGUF"),
             {{QStringLiteral("Small-Q8_0.gguf"), modelFile(QStringLiteral("Small"), 90'000)},
              {QStringLiteral("Small-Q4_K_M.gguf"), modelFile(QStringLiteral("Small"), 50'000)},
              {QStringLiteral("README.md"), QByteArray("---\nlicense: mit\n---\n# Small\n\n## Training data\nAll of it.\n"), false}},
             {QStringLiteral("gguf"), QStringLiteral("base_model:quantized:allenai/OLMoE-1B-7B-0125-Instruct")},
             QStringLiteral("mit"),
             false,
             12'345});
    run = std::make_unique<LibraryRun>(home());
    run->files.fits = [](const ModelShape& shape) {
      ModelFit fit;
      fit.label = shape.weightBytes > 12'000'000'000 ? FitLabel::TooLarge : FitLabel::Device;
      fit.weights = shape.weightBytes;
      fit.tokensPerSecond = 20;
      return fit;
    };
    run->core.network().setAddress(Endpoint::Kind::HuggingFace, hub.url());
    run->core.network().setAddress(Endpoint::Kind::HfMirror, hub.url(HubSite::Mirror));
    ASSERT_TRUE(run->open());
    models = run->core.viewModel().models();
    models->refreshFits();
    discover = models->discover();
    tester = std::make_unique<QAbstractItemModelTester>(discover, QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(waitFor([this] { return discover->count() > 10; }));
  }
  void TearDown() override {
    tester.reset();
    run.reset();
    QLocale::setDefault(QLocale::system());
  }

  [[nodiscard]] const OfferView* row(const QString& id) const {
    for (const OfferView& view : discover->rows())
      if (view.key == id) return &view;
    return nullptr;
  }
  [[nodiscard]] const OfferVariantView* variant(const QString& id, const QString& name) const {
    const OfferView* view = row(id);
    if (!view || !view->variants) return nullptr;
    for (const OfferVariantView& one : view->variants->rows())
      if (one.key == name) return &one;
    return nullptr;
  }
  bool search(const QString& text) {
    discover->setQuery(text);
    discover->searchHub();
    return waitFor([this] { return !discover->searching(); });
  }

  HubServer hub;
  std::unique_ptr<LibraryRun> run;
  ModelsViewModel* models = nullptr;
  DiscoverModel* discover = nullptr;
  std::unique_ptr<QAbstractItemModelTester> tester;
  const QString lite = QStringLiteral("catalogue:deepseek-v2-lite-chat");
  const QString small = QStringLiteral("hub:ann/Small-GGUF");
};

TEST_F(DiscoverModelTest, ShowsTheCatalogueWithFits) {
  ASSERT_TRUE(row(lite));
  EXPECT_EQ(row(lite)->name, QStringLiteral("DeepSeek-V2-Lite-Chat"));
  EXPECT_EQ(row(lite)->sizeText, QStringLiteral("15.7 B, 2.4 B active"));
  EXPECT_FALSE(row(lite)->goodAt.isEmpty());
  EXPECT_TRUE(row(lite)->tags.contains(QStringLiteral("Chat")));
  EXPECT_TRUE(waitFor([this] { return row(lite)->fitText.startsWith(QStringLiteral("Runs on the GPU")); }));
  EXPECT_FALSE(row(lite)->expanded);
  discover->toggle(lite);
  ASSERT_TRUE(row(lite)->expanded);
  ASSERT_TRUE(variant(lite, QStringLiteral("Q4_K_M")));
  EXPECT_TRUE(waitFor([this] { return variant(lite, QStringLiteral("Q4_K_M"))->recommended; }));
  EXPECT_EQ(variant(lite, QStringLiteral("Q4_K_M"))->sizeText, QStringLiteral("10.4 GB"));
  EXPECT_TRUE(waitFor([this] { return variant(lite, QStringLiteral("Q8_0"))->fitTone == QStringLiteral("bad"); }));
  EXPECT_TRUE(variant(lite, QStringLiteral("Q8_0"))->sizeText.startsWith(QStringLiteral("about 16.7")));
  EXPECT_FALSE(variant(lite, QStringLiteral("Q8_0"))->fitNumbers.isEmpty());
  discover->toggle(lite);
  EXPECT_FALSE(row(lite)->expanded);
}

TEST_F(DiscoverModelTest, FiltersWhileOneTypes) {
  const int all = discover->count();
  discover->setQuery(QStringLiteral("deepseek LITE"));
  EXPECT_GE(discover->count(), 2);
  EXPECT_LT(discover->count(), all);
  for (const OfferView& view : discover->rows()) EXPECT_TRUE(view.name.contains(QStringLiteral("Lite"))) << qPrintable(view.name);
  discover->setQuery(QStringLiteral("zzz"));
  EXPECT_EQ(discover->count(), 0);
  discover->setQuery({});
  EXPECT_EQ(discover->count(), all);
  discover->setTag(QStringLiteral("code"));
  EXPECT_LT(discover->count(), all);
  EXPECT_GT(discover->count(), 0);
  discover->setTag(QStringLiteral("fits"));
  EXPECT_TRUE(waitFor([&] { return discover->count() > 0 && discover->count() < all; })) << "Mixtral has no variant that fits";
  EXPECT_FALSE(row(QStringLiteral("catalogue:mixtral-8x7b-instruct-v0.1")));
  EXPECT_EQ(hub.requestCount(HubSite::Hub), 0) << "typing asks nobody";
}

TEST_F(DiscoverModelTest, SearchesTheHubAndLooksUpWhatIsOpened) {
  ASSERT_TRUE(search(QStringLiteral("small")));
  ASSERT_EQ(discover->foundCount(), 1) << qPrintable(discover->cause());
  ASSERT_TRUE(row(small));
  EXPECT_TRUE(row(small)->fromHub);
  EXPECT_FALSE(row(small)->heading.isEmpty());
  EXPECT_TRUE(row(small)->downloadsText.contains(QStringLiteral("12,345")));
  EXPECT_EQ(row(small)->sizeText, QStringLiteral("6.9 B, 1.3 B active")) << "known from the catalogue by its base";
  discover->toggle(small);
  EXPECT_TRUE(row(small)->busy);
  ASSERT_TRUE(waitFor([this] { return !row(small)->busy; }));
  ASSERT_TRUE(variant(small, QStringLiteral("Q4_K_M")));
  EXPECT_EQ(variant(small, QStringLiteral("Q4_K_M"))->sizeText, QStringLiteral("50 kB"));
  EXPECT_EQ(row(small)->variants->rows().first().key, QStringLiteral("Q4_K_M")) << "smallest first";
  discover->setQuery({});
  EXPECT_EQ(discover->foundCount(), 0) << "an empty field takes the results away";
}

TEST_F(DiscoverModelTest, LooksUpAnAddress) {
  discover->setQuery(QStringLiteral("https://huggingface.co/ann/Small-GGUF/blob/main/Small-Q8_0.gguf"));
  EXPECT_TRUE(discover->queryIsRepository());
  EXPECT_EQ(discover->catalogueCount(), 0);
  discover->searchHub();
  ASSERT_TRUE(waitFor([this] { return !discover->searching(); }));
  ASSERT_TRUE(row(small)) << qPrintable(discover->cause());
  EXPECT_TRUE(row(small)->expanded);
  EXPECT_TRUE(variant(small, QStringLiteral("Q8_0")));
}

TEST_F(DiscoverModelTest, DownloadsAndShowsThatItIsHere) {
  ASSERT_TRUE(search(QStringLiteral("ann/Small-GGUF")));
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Slow, 20'000}, 1);
  discover->download(small, QStringLiteral("Q4_K_M"));
  ASSERT_EQ(models->downloads()->count(), 1);
  EXPECT_FALSE(variant(small, QStringLiteral("Q4_K_M"))->canDownload);
  EXPECT_NE(variant(small, QStringLiteral("Q4_K_M"))->downloadId, 0);
  discover->download(small, QStringLiteral("Q4_K_M"));
  EXPECT_EQ(models->downloads()->count(), 1) << "not twice";
  ASSERT_TRUE(waitFor([this] { return variant(small, QStringLiteral("Q4_K_M"))->status == QLatin1String("installed"); }, 30'000));
  EXPECT_TRUE(row(small)->installed);
  EXPECT_EQ(variant(small, QStringLiteral("Q4_K_M"))->downloadId, 0);
  ASSERT_EQ(models->installed()->count(), 1);
  EXPECT_EQ(models->installed()->rows().first().key, variant(small, QStringLiteral("Q4_K_M"))->installedId);
  EXPECT_EQ(models->downloads()->rows().first().status, QStringLiteral("done"));
  // Using the finished download loads its file.
  models->useDownload(models->downloads()->rows().first().key);
  EXPECT_TRUE(run->models.path().endsWith(QStringLiteral("Small-Q4_K_M.gguf")));
}

TEST_F(DiscoverModelTest, PausedAndResumed) {
  ASSERT_TRUE(search(QStringLiteral("ann/Small-GGUF")));
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Stall, 1'000}, -1);
  discover->download(small, QStringLiteral("Q8_0"));
  const qint64 id = models->downloads()->rows().first().key;
  models->downloads()->pause(id);
  ASSERT_TRUE(waitFor([this] { return models->downloads()->rows().first().status == QLatin1String("paused"); }));
  EXPECT_EQ(variant(small, QStringLiteral("Q8_0"))->status, QStringLiteral("paused"));
  EXPECT_EQ(models->downloads()->heldCount(), 1);
  EXPECT_LT(models->downloads()->fraction(), 0) << "a paused one is no progress to show";
  hub.behave();
  models->downloads()->resume(id);
  EXPECT_TRUE(waitFor([this] { return models->downloads()->finishedCount() == 1; }, 30'000));
  models->downloads()->removeFinished();
  EXPECT_EQ(models->downloads()->count(), 0);
}

TEST_F(DiscoverModelTest, AsksForTheFilesOfVariantsThatTheCatalogueOnlyNames) {
  const QString id = QStringLiteral("catalogue:gpt-oss-20b");
  ASSERT_TRUE(row(id));
  discover->toggle(id);
  const Offer* offer = discover->offer(id);
  ASSERT_TRUE(offer && offer->variants.first().needsLookUp());
  const QString repository = offer->variants.first().request.repository;
  discover->download(id, QStringLiteral("MXFP4"));
  EXPECT_FALSE(variant(id, QStringLiteral("MXFP4"))->canDownload) << "asking";
  ASSERT_TRUE(waitFor([&] { return !row(id)->cause.isEmpty(); })) << "the hub does not know it";
  hub.add({repository, {{QStringLiteral("gpt-oss-20b-MXFP4.gguf"), modelFile(QStringLiteral("gpt"), 3'000)}}});
  discover->retry(id);
  ASSERT_TRUE(waitFor([&] { return variant(id, QStringLiteral("MXFP4"))->status == QLatin1String("installed"); }, 30'000));
  EXPECT_TRUE(row(id)->cause.isEmpty());
  hub.add({repository, {{QStringLiteral("other-Q2_K.gguf"), modelFile(QStringLiteral("gpt"), 3'000)}}});
}

TEST_F(DiscoverModelTest, SaysWhenARepositoryHasTheFileNoMore) {
  const QString id = QStringLiteral("catalogue:deepseek-moe-16b-chat");
  discover->toggle(id);
  const Offer* offer = discover->offer(id);
  ASSERT_TRUE(offer && offer->variants.first().needsLookUp());
  hub.add({offer->variants.first().request.repository, {{QStringLiteral("x-Q2_K.gguf"), modelFile(QStringLiteral("x"), 100)}}});
  const QString name = offer->variants.first().name();
  discover->download(id, name);
  EXPECT_TRUE(waitFor([&] { return !variant(id, name)->problem.isEmpty(); }));
  EXPECT_FALSE(variant(id, name)->canDownload);
  EXPECT_EQ(models->downloads()->count(), 0);
}

TEST_F(DiscoverModelTest, OfflineTheCatalogueStays) {
  hub.setOnline(false);
  ASSERT_TRUE(search(QStringLiteral("olmoe")));
  EXPECT_FALSE(discover->cause().isEmpty());
  EXPECT_FALSE(discover->nextStep().isEmpty());
  EXPECT_GT(discover->catalogueCount(), 0);
  hub.setOnline(true);
  ASSERT_TRUE(search(QStringLiteral("small")));
  EXPECT_TRUE(discover->cause().isEmpty());
}

TEST_F(DiscoverModelTest, ALaterQuestionClosesTheRowOfAnEarlierOne) {
  hub.add({QStringLiteral("bob/Small2-GGUF"),
           {{QStringLiteral("a-Q8_0.gguf"), modelFile(QStringLiteral("a"), 100)}},
           {QStringLiteral("gguf")}});
  ASSERT_TRUE(search(QStringLiteral("small")));
  ASSERT_EQ(discover->foundCount(), 2);
  discover->toggle(small);
  discover->toggle(QStringLiteral("hub:bob/Small2-GGUF"));
  EXPECT_FALSE(row(small)->expanded);
  EXPECT_FALSE(row(small)->busy);
  ASSERT_TRUE(waitFor([this] { return variant(QStringLiteral("hub:bob/Small2-GGUF"), QStringLiteral("Q8_0")) != nullptr; }));
  discover->toggle(small);
  EXPECT_TRUE(waitFor([this] { return variant(small, QStringLiteral("Q8_0")) != nullptr; }));
}

TEST_F(DiscoverModelTest, ShowsTheCardOfAnOffer) {
  ASSERT_TRUE(search(QStringLiteral("ann/Small-GGUF")));
  models->showOfferCard(small);
  EXPECT_TRUE(models->card()->busy());
  ASSERT_TRUE(waitFor([this] { return models->card()->blocks() != nullptr; }));
  EXPECT_EQ(models->card()->title(), QStringLiteral("Small-GGUF"));
  ASSERT_TRUE(models->card()->training());
  EXPECT_TRUE(models->card()->address().endsWith(QStringLiteral("/ann/Small-GGUF")));
  hub.setOnline(false);
  models->card()->fetch();
  EXPECT_TRUE(waitFor([this] { return !models->card()->cause().isEmpty(); }));
}

TEST_F(DiscoverModelTest, GatedRepositoriesSayWhatToDo) {
  hub.add({QStringLiteral("acme/Gated-GGUF"),
           {{QStringLiteral("g-Q8_0.gguf"), modelFile(QStringLiteral("g"), 100)}},
           {QStringLiteral("gguf")},
           {},
           true});
  ASSERT_TRUE(search(QStringLiteral("gated")));
  ASSERT_EQ(discover->foundCount(), 1);
  EXPECT_TRUE(discover->rows().first().gated);
}

}  // namespace
