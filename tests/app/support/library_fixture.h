// The libraries of models and adapters on a database in a temporary folder.
#pragma once

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

#include "app/support/app_fixture.h"
#include "app/support/fake_model_files.h"
#include "bridge/engine_model_files.h"
#include "storage/migrations.h"

namespace hearth_test {

/// Writes a file and the folders above it.
inline QString writeFile(const QString& path, const QByteArray& text) {
  EXPECT_TRUE(QDir().mkpath(QFileInfo(path).path()));
  QFile file(path);
  EXPECT_TRUE(file.open(QIODevice::WriteOnly)) << qPrintable(path);
  EXPECT_EQ(file.write(text), text.size());
  return path;
}

/// SHA-256 of a file.
inline QString hashOf(const QString& path) {
  QFile file(path);
  EXPECT_TRUE(file.open(QIODevice::ReadOnly));
  return QString::fromLatin1(QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex());
}

/// One run of the application without a window, with fake model files unless others are given.
class LibraryRun {
 public:
  explicit LibraryRun(const QString& home, const QString& starter = {}, const QString& starterAdapters = {}, ModelFiles* real = nullptr)
      : core(&engine, {home, starter, nullptr, nullptr, starterAdapters, real ? real : &files}) {
    QObject::connect(&core.storage(), &StorageThread::opened, &core, [this] { opened = true; });
    QObject::connect(&library, &ModelLibrary::notice, &core, [this](const Problem& problem) { notices.append(problem); });
    QObject::connect(&adapters, &AdapterLibrary::notice, &core, [this](const Problem& problem) { notices.append(problem); });
    QObject::connect(&models, &ModelService::notice, &core, [this](const Problem& problem) { notices.append(problem); });
    QObject::connect(&jobs, &FileJobs::jobChanged, &core, [this](const FileJob& job) {
      if (job.state == FileJob::State::Failed) failures.append(job.problem);
    });
  }
  ~LibraryRun() { core.close(); }

  /// Opens the database and waits until list and disk are compared.
  bool open() {
    core.open({}, ModelService::Begin::Load);
    return waitFor([this] { return opened; }) && settle();
  }

  /// Waits until nothing is at work any more.
  bool settle() {
    int quiet = 0;
    const bool idle = waitFor([this, &quiet] {
      quiet = jobs.isWorking() ? 0 : quiet + 1;
      return quiet > 5;
    });
    core.storage().flush();
    QCoreApplication::processEvents();
    return idle;
  }

  void import(const QStringList& paths, ImportMode mode = ImportMode::Link) {
    library.import(paths, mode);
    EXPECT_TRUE(settle());
  }

  [[nodiscard]] QStringList titles() const {
    QStringList list;
    for (const Variant& variant : library.variants()) list += variant.title();
    return list;
  }

  [[nodiscard]] std::optional<Variant> named(const QString& modelName) const {
    for (const Variant& variant : library.variants()) {
      if (variant.modelName == modelName) return variant;
    }
    return {};
  }

  [[nodiscard]] std::optional<AdapterRow> adapterNamed(const QString& name) const {
    for (const AdapterRow& row : adapters.adapters()) {
      if (row.name == name) return row;
    }
    return {};
  }

  [[nodiscard]] QList<ErrorId> noticed() const {
    QList<ErrorId> ids;
    for (const Problem& problem : notices) ids.append(problem.id);
    return ids;
  }

  FakeEngine engine;
  FakeModelFiles files;
  AppCore core;
  ModelLibrary& library = core.library();
  AdapterLibrary& adapters = core.adapters();
  FileJobs& jobs = core.jobs();
  ModelService& models = core.models();
  QList<Problem> notices;
  QList<Problem> failures;  // of jobs
  bool opened = false;
};

class LibraryTest : public AppTest {
 protected:
  [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
  [[nodiscard]] QString ours(const QString& name) const { return home() + QStringLiteral("/models/") + name; }

  QString makeModel(const QString& file, const QString& name, const QString& architecture = QStringLiteral("llama"), int bytes = 1000) {
    return writeFile(file, FakeModelFiles::modelText(name, architecture, QStringLiteral("Q8_0"), bytes));
  }
  QString makeAdapter(const QString& file, const QString& name, const QString& architecture = QStringLiteral("llama")) {
    return writeFile(file, FakeModelFiles::adapterText(name, architecture));
  }
  QString makePeft(const QString& folder, const QString& name, const QString& architecture = QStringLiteral("llama")) {
    writeFile(folder + QStringLiteral("/adapter_config.json"), "{}");
    writeFile(folder + QStringLiteral("/adapter_model.safetensors"), FakeModelFiles::adapterText(name, architecture));
    return folder;
  }
  /// What the database holds of a statement's first column.
  [[nodiscard]] QVariant stored(const QString& sql) const {
    Database database;
    EXPECT_TRUE(database.openReadOnly(home() + QStringLiteral("/hearth.db")));
    const auto value = database.value(sql);
    return value ? *value : QVariant();
  }
};

}  // namespace hearth_test
