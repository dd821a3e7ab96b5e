// The first steps: who sees them, the self-test of the device, the model that is recommended.
#include "viewmodels/welcome_model.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QThread>

#include "app/support/app_fixture.h"
#include "app/support/fake_model_files.h"

namespace {

using hearth_test::AppRun;
using hearth_test::FakeEngine;
using hearth_test::FakeModelFiles;
using hearth_test::waitFor;

class WelcomeTest : public hearth_test::AppTest {
 protected:
  /// Whether a start that offers the first steps has them come.
  [[nodiscard]] bool comes(bool offered = true) {
    AppRun run(home());
    run.viewModel.welcome()->setOffered(offered);
    EXPECT_TRUE(run.openReady());
    const bool wanted = run.viewModel.welcome()->wanted();
    if (wanted) run.viewModel.welcome()->begin();
    run.settle();
    return wanted;
  }
};

/// A run whose model files say what fits.
struct FitRun {
  explicit FitRun(const QString& home) {
    AppCore::Options options = AppRun::optionsFor(home, {});
    options.files = &files;
    core = std::make_unique<AppCore>(&engine, options);
    core->viewModel().welcome()->setOffered(true);
  }
  bool open() {
    core->open({}, ModelService::Begin::Load);
    if (!waitFor([this] { return welcome().wanted(); })) return false;
    engine.finishLoad();
    welcome().begin();
    return true;
  }
  [[nodiscard]] WelcomeModel& welcome() { return *core->viewModel().welcome(); }

  FakeModelFiles files;
  FakeEngine engine;
  std::unique_ptr<AppCore> core;
};

/// What fits into so many bytes, at a speed that falls with the weights.
[[nodiscard]] std::function<ModelFit(const ModelShape&)> fitsInto(quint64 bytes) {
  return [bytes](const ModelShape& shape) {
    ModelFit fit;
    fit.weights = shape.weightBytes;
    fit.label = shape.weightBytes > bytes ? FitLabel::TooLarge : FitLabel::ProcessorOnly;
    fit.tokensPerSecond = 40e9 / static_cast<double>(std::max<quint64>(1, shape.bytesPerToken));
    return fit;
  };
}

TEST_F(WelcomeTest, ANewInstallationSeesThemOnce) {
  EXPECT_TRUE(comes());
  EXPECT_FALSE(comes());
}

TEST_F(WelcomeTest, NotUnlessOffered) {
  EXPECT_FALSE(comes(false));
  EXPECT_TRUE(comes());
}

TEST_F(WelcomeTest, WhoHasChatsNeverSeesThem) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.chats.send(0, QStringLiteral("Hello"));
    run.settle();
  }
  EXPECT_FALSE(comes());
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    EXPECT_TRUE(run.settings.value(SettingKey::WelcomeShown).toBool());  // nor when the chats are gone
  }
}

TEST_F(WelcomeTest, WhoHasUsedAnotherModelNeverSeesThem) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.settings.setValue(SettingKey::LastModelPath, QStringLiteral("/models/a.gguf"));
    run.settle();
  }
  EXPECT_FALSE(comes());
}

TEST_F(WelcomeTest, TheLanguageIsThatOfTheSystemUntilItIsChosen) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  WelcomeModel& welcome = *run.viewModel.welcome();
  QSignalSpy changes(&welcome, &WelcomeModel::languageChanged);
  EXPECT_EQ(welcome.language(), QLocale::system().language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en"));
  EXPECT_EQ(run.settings.text(SettingKey::Language), QStringLiteral("system"));
  welcome.setLanguage(QStringLiteral("zh_CN"));
  EXPECT_EQ(run.settings.text(SettingKey::Language), QStringLiteral("zh_CN"));
  EXPECT_EQ(welcome.language(), QStringLiteral("zh_CN"));
  EXPECT_EQ(changes.count(), 1);
}

TEST_F(WelcomeTest, TheDeviceOfTheSettingsIsTested) {
  FitRun run(home());
  QStringList tested;
  run.engine.onCheck = [&tested](const QString& id, const std::atomic<bool>&) {
    tested += id;
    return DeviceVerdict();
  };
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.welcome().checkState(), QStringLiteral("none"));
  run.welcome().checkDevice();
  EXPECT_EQ(run.welcome().checkState(), QStringLiteral("running"));
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("passed"); }));
  EXPECT_EQ(tested, QStringList{QStringLiteral("cpu")});  // what "auto" means here
  EXPECT_TRUE(run.welcome().checkText().contains(QLatin1String("CPU, 2 threads")));
  EXPECT_TRUE(run.welcome().summary().contains(QLatin1String("8.0 GB of its 16.0 GB"))) << run.welcome().summary().toStdString();
  run.core->settings().setValue(SettingKey::Device, QStringLiteral("vulkan:0"));
  EXPECT_EQ(run.welcome().checkState(), QStringLiteral("none"));
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("passed"); }));
  EXPECT_EQ(tested.last(), QStringLiteral("vulkan:0"));
  EXPECT_TRUE(run.welcome().summary().contains(QLatin1String("Small GPU")));
}

TEST_F(WelcomeTest, AFailureSaysWhyAndTheProcessorIsUsed) {
  FitRun run(home());
  run.engine.onCheck = [](const QString&, const std::atomic<bool>&) {
    return DeviceVerdict{DeviceVerdict::Result::Failed, QStringLiteral("9 of 300 checks failed.")};
  };
  ASSERT_TRUE(run.open());
  run.core->settings().setValue(SettingKey::Device, QStringLiteral("vulkan:0"));
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("failed"); }));
  EXPECT_EQ(run.welcome().checkText(), QStringLiteral("Small GPU cannot be used: 9 of 300 checks failed."));
  EXPECT_FALSE(run.welcome().checkNextStep().isEmpty());
  EXPECT_TRUE(run.welcome().summary().contains(QLatin1String("CPU, 2 threads"))) << run.welcome().summary().toStdString();
}

TEST_F(WelcomeTest, ATestCanBeStoppedAndBegunAgain) {
  FitRun run(home());
  std::atomic<int> begun{0};
  run.engine.onCheck = [&begun](const QString&, const std::atomic<bool>& cancel) {
    if (begun++ > 0) return DeviceVerdict();
    while (!cancel) QThread::msleep(1);
    return DeviceVerdict{DeviceVerdict::Result::Cancelled, {}};
  };
  ASSERT_TRUE(run.open());
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return begun == 1; }));
  run.welcome().checkDevice();  // no second one
  run.welcome().cancelCheck();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("stopped"); }));
  EXPECT_EQ(begun, 1);
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("passed"); }));
}

TEST_F(WelcomeTest, AnotherDeviceIsTestedAfterTheOneUnderWay) {
  FitRun run(home());
  QStringList tested;
  run.engine.onCheck = [&tested](const QString& id, const std::atomic<bool>&) {
    tested += id;
    QThread::msleep(30);
    return DeviceVerdict{id == QLatin1String("cpu") ? DeviceVerdict::Result::Failed : DeviceVerdict::Result::Passed, {}};
  };
  ASSERT_TRUE(run.open());
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkText().contains(QLatin1String("Testing CPU")); }));
  run.core->settings().setValue(SettingKey::Device, QStringLiteral("vulkan:0"));
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("passed"); }));
  EXPECT_EQ(tested.last(), QStringLiteral("vulkan:0"));
  EXPECT_TRUE(run.welcome().checkText().contains(QLatin1String("Small GPU")));
}

TEST_F(WelcomeTest, LeavingStopsTheTest) {
  FitRun run(home());
  std::atomic<bool> stopped{false};
  run.engine.onCheck = [&stopped](const QString&, const std::atomic<bool>& cancel) {
    while (!cancel) QThread::msleep(1);
    stopped = true;
    return DeviceVerdict{DeviceVerdict::Result::Cancelled, {}};
  };
  ASSERT_TRUE(run.open());
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkText().contains(QLatin1String("Testing")); }));
  run.welcome().finish();
  EXPECT_TRUE(waitFor([&] { return stopped.load(); }));
}

TEST_F(WelcomeTest, TheRecommendedModelFits) {
  constexpr quint64 kRoom = 12'000'000'000;
  FitRun run(home());
  run.files.fits = fitsInto(kRoom);
  ASSERT_TRUE(run.open());
  EXPECT_TRUE(run.welcome().recommended().isEmpty());  // nothing is computed before the step is shown
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return !run.welcome().recommended().isEmpty(); }));
  run.core->catalogue().refreshFits();
  waitFor([&] { return run.welcome().checkState() == QLatin1String("passed"); });
  const QVariantMap model = run.welcome().recommended();
  for (const char* key : {"entryId", "variant", "name", "goodAt", "sizeText", "qualityText", "fitText"})
    EXPECT_FALSE(model.value(QLatin1String(key)).toString().isEmpty()) << key;
  const QString id = model.value(QStringLiteral("entryId")).toString().section(u':', 1);
  for (const CatalogueModel& known : run.core->catalogue().models()) {
    if (known.id != id) continue;
    for (const CatalogueVariant& variant : known.variants)
      if (variant.quantisation == model.value(QStringLiteral("variant")).toString()) {
        EXPECT_TRUE(variant.recommended);
        EXPECT_LE(known.shapeOf(variant).weightBytes, kRoom);
      }
  }
  EXPECT_TRUE(run.welcome().summary().contains(QLatin1String("Models of up to"))) << run.welcome().summary().toStdString();
}

TEST_F(WelcomeTest, NothingIsRecommendedWhereNothingFits) {
  FitRun run(home());
  run.files.fits = fitsInto(1000);
  ASSERT_TRUE(run.open());
  run.welcome().checkDevice();
  ASSERT_TRUE(waitFor([&] { return run.welcome().checkState() == QLatin1String("passed"); }));
  EXPECT_TRUE(run.welcome().recommended().isEmpty());
  run.welcome().download();
  EXPECT_TRUE(run.core->downloads().downloads().isEmpty());
}

TEST_F(WelcomeTest, QualityOfQuantisations) {
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("Q8_0")), 5);
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("BF16")), 5);
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("Q6_K")), 4);
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("UD-Q4_K_XL")), 3);
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("MXFP4")), 3);
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("Q3_K_M")), 2);
  EXPECT_EQ(WelcomeModel::qualityOf(QStringLiteral("IQ2_XXS")), 1);
}

TEST_F(WelcomeTest, TheSettingsOfANewInstallation) {
  EXPECT_FALSE(Settings::standard(SettingKey::WelcomeShown).toBool());
  EXPECT_TRUE(Settings::standard(SettingKey::Notifications).toBool());
  EXPECT_FALSE(Settings::standard(SettingKey::Tray).toBool());
  EXPECT_FALSE(Settings::standard(SettingKey::TrayTold).toBool());
  AppRun run(home());
  ASSERT_TRUE(run.open());
  SettingsModel& model = *run.viewModel.settings();
  EXPECT_TRUE(model.notifications());
  EXPECT_FALSE(model.tray());
  EXPECT_FALSE(model.trayPossible());  // not known without a window
  QSignalSpy changes(&model, &SettingsModel::trayChanged);
  model.setTray(true);
  model.setTrayPossible(true);
  EXPECT_EQ(changes.count(), 2);
  model.setNotifications(false);
  EXPECT_FALSE(run.settings.value(SettingKey::Notifications).toBool());
}

}  // namespace
