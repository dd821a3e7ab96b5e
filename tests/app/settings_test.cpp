#include "services/settings.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "viewmodels/settings_model.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;
using SettingsTest = hearth_test::AppTest;

TEST_F(SettingsTest, ValuesOutliveTheApplication) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.open());
    SettingsModel& model = *run.viewModel.settings();
    EXPECT_EQ(model.theme(), QStringLiteral("system"));
    EXPECT_FALSE(model.dark());
    model.setTheme(QStringLiteral("dark"));
    model.setTemperature(0.25);
    model.setTopK(12);
    model.setReducedMotion(true);
    model.setWrapCode(true);
    model.setSystemPrompt(QStringLiteral("Answer in verse."));
    EXPECT_TRUE(model.dark());
  }
  AppRun run(home());
  QSignalSpy themeChanges(run.viewModel.settings(), &SettingsModel::themeChanged);
  ASSERT_TRUE(run.open());
  const SettingsModel& model = *run.viewModel.settings();
  EXPECT_EQ(themeChanges.count(), 1);
  EXPECT_TRUE(model.dark());
  EXPECT_EQ(model.temperature(), 0.25);
  EXPECT_EQ(model.topK(), 12);
  EXPECT_TRUE(model.reducedMotion());
  EXPECT_TRUE(model.wrapCode());
  EXPECT_EQ(model.systemPrompt(), QStringLiteral("Answer in verse."));
}

TEST_F(SettingsTest, NonsenseIsRefused) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  Settings& settings = run.settings;
  settings.setValue(SettingKey::Temperature, 99.0);
  EXPECT_EQ(settings.number(SettingKey::Temperature), 2.0);
  settings.setValue(SettingKey::TopP, QStringLiteral("often"));
  EXPECT_EQ(settings.number(SettingKey::TopP), 0.9);
  settings.setValue(SettingKey::Theme, QStringLiteral("pink"));
  EXPECT_EQ(settings.text(SettingKey::Theme), QStringLiteral("system"));
  settings.load({{QStringLiteral("top_k"), QStringLiteral("-5")}, {QStringLiteral("unknown"), QStringLiteral("x")}});
  EXPECT_EQ(settings.integer(SettingKey::TopK), 0);
}

TEST_F(SettingsTest, DevicesAndMemoryOfTheContext) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  SettingsModel& model = *run.viewModel.settings();
  ASSERT_TRUE(waitFor([&] { return model.devices().size() == 6; }));
  const auto usable = [&](int i) { return model.devices()[i].toMap()[QStringLiteral("usable")].toBool(); };
  const auto note = [&](int i) { return model.devices()[i].toMap()[QStringLiteral("reason")].toString().toStdString(); };
  EXPECT_EQ(model.devices()[1].toMap()[QStringLiteral("value")].toString(), QStringLiteral("cpu"));
  EXPECT_EQ(note(0), "At present: CPU, 2 threads");
  EXPECT_EQ(note(1), "8.0 GB of 16.0 GB free.");
  EXPECT_FALSE(usable(2));
  EXPECT_NE(note(2), "");
  EXPECT_TRUE(usable(3));
  EXPECT_NE(note(3).find("3.0 GB of 4.0 GB free. Tested. Not chosen automatically: it shares"), std::string::npos) << note(3);
  EXPECT_FALSE(usable(4)) << "known to compute wrong results";
  EXPECT_NE(note(4).find("3 of 300 checks failed"), std::string::npos) << note(4);
  EXPECT_TRUE(usable(5));
  EXPECT_NE(note(5).find("Will be tested before its first use."), std::string::npos) << note(5);
  model.setContextLength(2'000'000'000);  // cut to the most there is
  ASSERT_TRUE(waitFor([&] { return model.contextCost().contains(QStringLiteral("1,048,576")); }));
  EXPECT_TRUE(model.contextCost().contains(QStringLiteral("1.1 GB"))) << qPrintable(model.contextCost());
  EXPECT_FALSE(model.contextCostWarning());
  model.setDevice(QStringLiteral("cpu"));
  run.viewModel.reloadModel();
  EXPECT_EQ(run.engine.loads.last().device, QStringLiteral("cpu"));
}

TEST_F(SettingsTest, SamplingReachesTheEngineAndGoesBackToTheStandard) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  SettingsModel& model = *run.viewModel.settings();
  model.setMinP(0.1);
  model.setRepeatPenalty(1.3);
  model.setTopK(7);
  model.setFontPercent(500);
  EXPECT_EQ(model.fontPercent(), 160);
  run.viewModel.send(QStringLiteral("q"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  EXPECT_EQ(run.engine.requests[0].sampling.minP, 0.1);
  EXPECT_EQ(run.engine.requests[0].sampling.repeatPenalty, 1.3);
  model.resetSampling();
  EXPECT_EQ(model.minP(), 0);
  EXPECT_EQ(model.repeatPenalty(), 1);
  EXPECT_EQ(model.topK(), 40);
  EXPECT_EQ(model.fontPercent(), 160);
}

}  // namespace
