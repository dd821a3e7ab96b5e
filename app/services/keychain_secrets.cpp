#include "services/keychain_secrets.h"

#include <qt6keychain/keychain.h>

namespace {

[[nodiscard]] QString service() {
  return QStringLiteral("Hearth");
}

[[nodiscard]] Problem problemOf(const QKeychain::Job& job) {
  if (job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound) return {};
  return {ErrorId::SecretUnavailable, {}, job.errorString()};
}

}  // namespace

void KeychainSecrets::read(const QString& key, std::function<void(const QString&, const Problem&)> done) {
  auto* job = new QKeychain::ReadPasswordJob(service(), this);
  job->setKey(key);
  connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] { done(job->textData(), problemOf(*job)); });
  job->start();  // answers from the event loop, and deletes itself then
}

void KeychainSecrets::write(const QString& key, const QString& secret, std::function<void(const Problem&)> done) {
  QKeychain::Job* job = nullptr;
  if (secret.isEmpty()) {
    job = new QKeychain::DeletePasswordJob(service(), this);
  } else {
    auto* write = new QKeychain::WritePasswordJob(service(), this);
    write->setTextData(secret);
    job = write;
  }
  job->setKey(key);
  connect(job, &QKeychain::Job::finished, this, [job, done = std::move(done)] { done(problemOf(*job)); });
  job->start();
}
