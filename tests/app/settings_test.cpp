#include "services/settings.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "viewmodels/settings_model.h"

namespace {

using hearth_test::AppRun;
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

}  // namespace
