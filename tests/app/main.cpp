#include <gtest/gtest.h>

#include <QGuiApplication>
#include <QStandardPaths>

#include "app/support/child_modes.h"

int main(int argc, char* argv[]) {
  QGuiApplication application(argc, argv);
  QStandardPaths::setTestModeEnabled(true);
  if (const auto status = hearth_test::runChildMode(QCoreApplication::arguments())) return *status;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
