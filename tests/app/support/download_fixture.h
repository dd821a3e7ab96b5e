// Downloads from the test's own hub into a temporary folder.
#pragma once

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <optional>

#include "app/support/hub_server.h"
#include "app/support/wait.h"
#include "net/download_worker.h"

namespace hearth_test {

/// Runs a DownloadWorker in this thread and remembers what it says.
class DownloadTest : public ::testing::Test {
 protected:
  DownloadTest() {
    qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
    worker = std::make_unique<DownloadWorker>();
    listen();
  }

  void listen() {
    QObject::connect(worker.get(), &DownloadWorker::finished, worker.get(),
                     [this](qint64, const DownloadRequest& request, const QStringList& files) {
                       done = request;
                       paths = files;
                     });
    QObject::connect(worker.get(), &DownloadWorker::failed, worker.get(), [this](qint64, const Problem& why) { problem = why; });
    QObject::connect(worker.get(), &DownloadWorker::progressed, worker.get(), [this](const DownloadProgress& now) { progress = now; });
  }

  [[nodiscard]] QString folder() const { return m_folder.filePath(QStringLiteral("home")); }
  [[nodiscard]] static Endpoint at(const HubServer& hub, HubSite site = HubSite::Hub) {
    return {site == HubSite::Hub ? Endpoint::Kind::HuggingFace : Endpoint::Kind::HfMirror, hub.url(site)};
  }
  [[nodiscard]] static DownloadRequest request(const QStringList& files = {QStringLiteral("model-Q4_K_M.gguf")},
                                               const QString& repository = QStringLiteral("ann/model")) {
    DownloadRequest made;
    made.repository = repository;
    for (const QString& file : files) made.files.append({file, 0, {}});
    return made;
  }
  /// A repository with one file.
  static QByteArray fill(HubServer& hub, qsizetype size = 1'000'000) {
    const QByteArray data = HubServer::bytes(size);
    hub.add({QStringLiteral("ann/model"), {{QStringLiteral("model-Q4_K_M.gguf"), data}}});
    return data;
  }

  void begin(const DownloadRequest& wanted, const QList<Endpoint>& endpoints, qint64 bytesPerSecond = 0) {
    done.reset();
    problem.reset();
    paths.clear();
    NetworkSetup setup;
    setup.endpoints = endpoints;
    setup.bytesPerSecond = bytesPerSecond;
    worker->start(1, wanted, folder(), setup);
  }
  /// Whether it ended well within the time.
  bool run(const DownloadRequest& wanted, const QList<Endpoint>& endpoints, int milliseconds = 20000) {
    begin(wanted, endpoints);
    return waitFor([this] { return done || problem; }, milliseconds) && done;
  }
  [[nodiscard]] static QByteArray content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  [[nodiscard]] QByteArray first() const { return paths.isEmpty() ? QByteArray() : content(paths.first()); }
  /// All files below the folder, relative.
  [[nodiscard]] QStringList files() const { return filesBelow(folder()); }
  [[nodiscard]] static QStringList filesBelow(const QString& path) {
    QStringList names;
    const QDir dir(path);
    const auto entries = dir.entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name);
    for (const QFileInfo& entry : entries) {
      if (!entry.isDir()) names.append(entry.fileName());
      if (entry.isDir()) names += filesBelow(entry.filePath());
    }
    return names;
  }

  QTemporaryDir m_folder;
  std::unique_ptr<DownloadWorker> worker;
  std::optional<DownloadRequest> done;
  std::optional<Problem> problem;
  QStringList paths;
  DownloadProgress progress;
};

}  // namespace hearth_test
