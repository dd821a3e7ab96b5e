// The services on a database in a temporary folder, with a fake engine.
#pragma once

#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <memory>
#include <optional>

#include "app/support/fake_engine.h"
#include "app/support/wait.h"
#include "services/chat_service.h"
#include "services/model_service.h"
#include "services/settings.h"
#include "storage/storage_thread.h"
#include "viewmodels/app_view_model.h"

namespace hearth_test {

/// One run of the application without a window.
class AppRun {
 public:
  explicit AppRun(const QString& home)
      : storage(home),
        settings(&storage),
        models(&engine, &settings, QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf")),
        chats(&storage, &engine, &models, &settings),
        viewModel(&chats, &models, &settings, nullptr) {
    QObject::connect(&storage, &StorageThread::opened, &storage, [this](const StorageState& opened) {
      state = opened;
      settings.load(opened.settings);
      models.start({});
      chats.start(opened);
    });
    QObject::connect(&storage, &StorageThread::writeFailed, &storage, [this](const StorageError& error) { errors.append(error); });
  }

  ~AppRun() { quit(); }

  /// Opens the database.
  bool open() {
    storage.open();
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
    storage.flush();
    QCoreApplication::processEvents();
    storage.flush();
    QCoreApplication::processEvents();
  }

  void quit() {
    chats.shutDown();
    storage.close();
  }

  FakeEngine engine;
  StorageThread storage;
  Settings settings;
  ModelService models;
  ChatService chats;
  AppViewModel viewModel;
  std::optional<StorageState> state;
  QList<StorageError> errors;
};

class AppTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString home() const { return m_folder.filePath(QStringLiteral("home")); }

  QTemporaryDir m_folder;
};

}  // namespace hearth_test
