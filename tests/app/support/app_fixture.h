// The services on a database in a temporary folder, with a fake engine.
#pragma once

#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <memory>
#include <optional>

#include "app/support/fake_engine.h"
#include "app/support/wait.h"
#include "app_core.h"

namespace hearth_test {

/// One run of the application without a window.
class AppRun {
 public:
  /// `adapters`: the folder of those that come with the application.
  explicit AppRun(const QString& home, const QString& adapters = {}) : core(&engine, optionsFor(home, adapters)) {
    QObject::connect(&storage, &StorageThread::opened, &storage, [this](const StorageState& opened) { state = opened; });
    QObject::connect(&storage, &StorageThread::writeFailed, &storage, [this](const StorageError& error) { errors.append(error); });
  }

  ~AppRun() { quit(); }

  /// Opens the database.
  bool open(ModelService::Begin begin = ModelService::Begin::Load) {
    core.open({}, begin);
    return waitFor([this] { return state.has_value(); });
  }

  /// Opens the database and loads the model.
  bool openReady() {
    if (!open()) return false;
    engine.finishLoad();
    return models.state() == ModelService::State::Ready;
  }

  /// Lets results of the database arrive.
  void settle() {
    for (int round = 0; round < 3; ++round) {
      storage.flush();
      QCoreApplication::processEvents();
    }
  }

  void quit() { core.close(); }

  [[nodiscard]] static AppCore::Options optionsFor(const QString& home, const QString& adapters) {
    AppCore::Options options;
    options.dataFolder = home;
    options.starterPath = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");
    options.starterAdapters = adapters;
    return options;
  }

  FakeEngine engine;
  AppCore core;
  StorageThread& storage = core.storage();
  Settings& settings = core.settings();
  ModelService& models = core.models();
  ChatService& chats = core.chats();
  AppViewModel& viewModel = core.viewModel();
  std::optional<StorageState> state;
  QList<StorageError> errors;
};

class AppTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString home() const { return m_folder.filePath(QStringLiteral("home")); }

  QTemporaryDir m_folder;
};

}  // namespace hearth_test
