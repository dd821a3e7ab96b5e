// From a search on the hub to an adapter that can be switched on: real HTTP with the test's own hub, real files, real checks.
#include "viewmodels/adapter_hub_model.h"

#include <QCryptographicHash>

#include "app/support/hub_server.h"
#include "app/support/library_fixture.h"

namespace {

using hearth_test::HubFault;
using hearth_test::HubServer;
using hearth_test::HubSite;
using hearth_test::LibraryRun;
using hearth_test::LibraryTest;
using hearth_test::waitFor;

QByteArray contentOf(const QString& path) {
  QFile file(path);
  EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << qPrintable(path);
  return file.readAll();
}

class AdapterHubTest : public LibraryTest {
 protected:
  void SetUp() override {
    qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
    QLocale::setDefault(QLocale(QStringLiteral("en")));
    real = std::make_unique<EngineModelFiles>(path(QStringLiteral("cache")));
    run = std::make_unique<LibraryRun>(home(), QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf"), QString(), real.get());
    run->core.network().setAddress(Endpoint::Kind::HuggingFace, hub.url());
    ASSERT_TRUE(run->open());
    model = run->core.viewModel().adapters()->hub();
  }
  void TearDown() override {
    run.reset();
    QLocale::setDefault(QLocale::system());
  }

  [[nodiscard]] QVariant value(int row, int role) const { return model->data(model->index(row, 0), role); }
  [[nodiscard]] bool search(const QString& text) {
    model->search(text);
    return waitFor([this] { return !model->busy(); });
  }

  HubServer hub;
  std::unique_ptr<EngineModelFiles> real;
  std::unique_ptr<LibraryRun> run;
  AdapterHubModel* model = nullptr;
};

TEST_F(AdapterHubTest, ADownloadedAdapterIsCheckedAndFits) {
  const QByteArray fables = contentOf(QStringLiteral(HEARTH_MODELS "/../adapters/fables.gguf"));
  hub.add({QStringLiteral("ann/Ember-Fables-LoRA"),
           {{QStringLiteral("fables-lora.gguf"), fables}, {QStringLiteral("README.md"), QByteArray("# Fables\n"), false}},
           {QStringLiteral("gguf"), QStringLiteral("lora")},
           QStringLiteral("apache-2.0")});
  hub.misbehave(HubSite::Cdn, {HubFault::Kind::Drop, 100'000}, 2);
  ASSERT_TRUE(search(QStringLiteral("fables")));
  ASSERT_EQ(model->count(), 1) << qPrintable(model->errorCause());
  model->download(0);
  ASSERT_TRUE(waitFor([this] { return value(0, AdapterHubModel::StateRole) == QLatin1String("done"); }, 30'000))
      << qPrintable(value(0, AdapterHubModel::StateTextRole).toString() + model->errorCause());
  ASSERT_TRUE(run->settle());
  ASSERT_EQ(run->adapters.adapters().size(), 1);
  const AdapterRow row = run->adapters.adapters().first();
  EXPECT_EQ(row.source, QStringLiteral("download"));
  EXPECT_EQ(row.rank, 8);
  EXPECT_EQ(row.hash(), QString::fromLatin1(QCryptographicHash::hash(fables, QCryptographicHash::Sha256).toHex()));
  EXPECT_TRUE(row.path().startsWith(home() + QStringLiteral("/adapters/"))) << qPrintable(row.path());
  const qint64 ember = run->library.variants().first().id;
  EXPECT_EQ(run->adapters.fit(row.id, ember).state, AdapterFit::State::Fits);
  run->adapters.setSwitch(0, {row.id, true, 1});
  EXPECT_EQ(run->adapters.active(0, ember, nullptr).size(), 1);
}

TEST_F(AdapterHubTest, WhatIsNoAdapterIsSaidAndNotKept) {
  hub.add({QStringLiteral("bob/Broken-LoRA"),
           {{QStringLiteral("broken-lora.gguf"), QByteArray("GGUF is not all that makes a GGUF file")}},
           {QStringLiteral("gguf"), QStringLiteral("lora")}});
  ASSERT_TRUE(search(QStringLiteral("bob/Broken-LoRA")));
  ASSERT_EQ(model->count(), 1) << qPrintable(model->errorCause());
  model->download(0);
  ASSERT_TRUE(waitFor([this] { return !run->notices.isEmpty(); }, 30'000));
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(run->notices.first().id, ErrorId::AdapterRefused);
  EXPECT_TRUE(run->adapters.adapters().isEmpty());
}

}  // namespace
