#include "services/network_settings.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "app/support/fake_secrets.h"
#include "services/keychain_secrets.h"
#include "viewmodels/network_settings_model.h"

namespace {

using hearth_test::FakeSecrets;
using hearth_test::waitFor;

class NetworkSettingsTest : public hearth_test::AppTest {
 protected:
  NetworkSettingsTest() : storage(home()), settings(&storage) { make(); }
  ~NetworkSettingsTest() override { storage.close(); }
  void make() {
    model.reset();
    network = std::make_unique<NetworkSettings>(&settings, &secrets);
    model = std::make_unique<NetworkSettingsModel>(network.get(), &settings);
  }
  NetworkSetup setup() {
    std::optional<NetworkSetup> now;
    network->withSetup(network.get(), [&](const NetworkSetup& got) { now = got; });
    EXPECT_TRUE(waitFor([&] { return now.has_value(); }));
    return now.value_or(NetworkSetup());
  }

  StorageThread storage;
  Settings settings;
  FakeSecrets secrets;
  std::unique_ptr<NetworkSettings> network;
  std::unique_ptr<NetworkSettingsModel> model;
  const QString hub = QStringLiteral("huggingface.co");
  const QString key = QStringLiteral("hub-token/huggingface.co");
};

TEST_F(NetworkSettingsTest, MirrorsAreOffUntilTheyAreChosen) {
  ASSERT_EQ(setup().endpoints.size(), 1);
  EXPECT_EQ(setup().endpoints[0].base, QUrl(QStringLiteral("https://huggingface.co")));
  EXPECT_EQ(setup().http.proxy.mode, ProxyChoice::Mode::System);
  model->setEndpointOn(QStringLiteral("modelscope"), true);
  model->setEndpointOn(QStringLiteral("own"), true);
  model->moveEndpoint(QStringLiteral("modelscope"), -5);
  ASSERT_EQ(setup().endpoints.size(), 2) << "an own server without an address is left out";
  EXPECT_EQ(setup().endpoints[0].kind, Endpoint::Kind::ModelScope);
  EXPECT_TRUE(model->endpoints()[3].toMap()[QStringLiteral("needsAddress")].toBool());
  model->setOwnServer(QStringLiteral(" http://box:9000/ "));
  EXPECT_EQ(setup().endpoints[2].host(), QStringLiteral("box:9000"));
  EXPECT_FALSE(model->ownServerNote().isEmpty()) << "not encrypted";
  EXPECT_EQ(model->tokens().size(), 1) << "so it gets no token";
  model->setOwnServer(QStringLiteral("https://box"));
  EXPECT_TRUE(model->ownServerNote().isEmpty());
  EXPECT_EQ(model->tokens().size(), 2);
  model->setOwnServer(QStringLiteral("ftp://box"));
  EXPECT_FALSE(model->ownServerNote().isEmpty());
}

TEST_F(NetworkSettingsTest, TokensAreInTheKeychainAndNowhereElse) {
  QSignalSpy changes(network.get(), &NetworkSettings::changed);
  model->setToken(hub, QStringLiteral("  hf_secret\n"));
  EXPECT_EQ(setup().http.tokens.value(hub), QStringLiteral("hf_secret")) << "at once";
  EXPECT_GE(changes.count(), 1);
  ASSERT_TRUE(waitFor([&] { return settings.text(SettingKey::TokenHosts) == hub; }));
  EXPECT_EQ(secrets.kept.value(key), QStringLiteral("hf_secret"));
  EXPECT_TRUE(network->hasToken(hub));
  make();  // the next start
  EXPECT_TRUE(network->hasToken(hub));
  EXPECT_EQ(secrets.reads, 0) << "not before it is needed";
  EXPECT_EQ(setup().http.tokens.value(hub), QStringLiteral("hf_secret"));
  EXPECT_EQ(secrets.reads, 1);
  setup();
  EXPECT_EQ(secrets.reads, 1);
  model->setToken(hub, {});
  ASSERT_TRUE(waitFor([&] { return secrets.kept.isEmpty(); }));
  EXPECT_TRUE(setup().http.tokens.isEmpty());
  EXPECT_FALSE(network->hasToken(hub));
}

TEST_F(NetworkSettingsTest, WithoutAKeychainATokenLastsAsLongAsTheApplication) {
  secrets.isBroken = true;
  model->setToken(hub, QStringLiteral("hf_secret"));
  ASSERT_TRUE(waitFor([&] { return !model->problem().isEmpty(); }));
  EXPECT_TRUE(network->hasToken(hub));
  EXPECT_EQ(setup().http.tokens.value(hub), QStringLiteral("hf_secret"));
  EXPECT_EQ(settings.text(SettingKey::TokenHosts), QString());
  make();
  EXPECT_FALSE(network->hasToken(hub));
  // One that was there before and cannot be read now.
  settings.setValue(SettingKey::TokenHosts, hub);
  EXPECT_TRUE(setup().http.tokens.isEmpty());
  EXPECT_FALSE(model->problem().isEmpty());
}

TEST_F(NetworkSettingsTest, ErasingEverythingTakesTheSecrets) {
  model->setToken(hub, QStringLiteral("hf_secret"));
  ASSERT_TRUE(waitFor([&] { return !settings.text(SettingKey::TokenHosts).isEmpty(); }));
  settings.reset();
  ASSERT_TRUE(waitFor([&] { return secrets.kept.isEmpty(); }));
  EXPECT_FALSE(network->hasToken(hub));
}

TEST_F(NetworkSettingsTest, ProxyAndLimit) {
  model->setProxyMode(QStringLiteral("socks5"));
  model->setProxyHost(QStringLiteral(" proxy.local "));
  model->setProxyPort(1080);
  model->setProxyUser(QStringLiteral("ann"));
  model->setProxyPassword(QStringLiteral("pass"));
  model->setBandwidthLimit(250);
  ASSERT_TRUE(waitFor([&] { return settings.value(SettingKey::ProxySecret).toBool(); }));
  make();
  const NetworkSetup now = setup();
  EXPECT_EQ(now.http.proxy,
            (ProxyChoice{ProxyChoice::Mode::Socks5, QStringLiteral("proxy.local"), 1080, QStringLiteral("ann"), QStringLiteral("pass")}));
  EXPECT_EQ(now.bytesPerSecond, 250'000);
  model->setProxyPassword({});
  ASSERT_TRUE(waitFor([&] { return secrets.kept.isEmpty(); }));
  EXPECT_FALSE(model->hasProxyPassword());
}

TEST(KeychainSecrets, WithoutAServiceItSaysSoOrKeepsTheSecret) {
  // Where there is a keychain it works, and where there is none it answers all the same.
  KeychainSecrets keychain;
  const QString key = QStringLiteral("test/%1").arg(QCoreApplication::applicationPid());
  std::optional<Problem> written, read, removed;
  QString secret;
  keychain.write(key, QStringLiteral("s"), [&](const Problem& problem) { written = problem; });
  EXPECT_FALSE(written) << "never from inside the call";
  ASSERT_TRUE(waitFor([&] { return written.has_value(); }));
  keychain.read(key, [&](const QString& got, const Problem& problem) {
    secret = got;
    read = problem;
  });
  ASSERT_TRUE(waitFor([&] { return read.has_value(); }));
  keychain.write(key, {}, [&](const Problem& problem) { removed = problem; });
  ASSERT_TRUE(waitFor([&] { return removed.has_value(); }));
  if (written->id == ErrorId::None)
    EXPECT_EQ(secret, QStringLiteral("s"));
  else
    EXPECT_EQ(written->id, ErrorId::SecretUnavailable);
}

}  // namespace
