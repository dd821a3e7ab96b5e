// A keychain in memory.
#pragma once

#include <QHash>
#include <QTimer>

#include "services/secrets.h"

namespace hearth_test {

class FakeSecrets final : public Secrets {
 public:
  using Secrets::Secrets;

  void read(const QString& key, std::function<void(const QString&, const Problem&)> done) override {
    ++reads;
    QTimer::singleShot(0, this, [this, key, done] { done(isBroken ? QString() : kept.value(key), problem()); });
  }
  void write(const QString& key, const QString& secret, std::function<void(const Problem&)> done) override {
    QTimer::singleShot(0, this, [this, key, secret, done] {
      if (!isBroken && secret.isEmpty()) kept.remove(key);
      if (!isBroken && !secret.isEmpty()) kept.insert(key, secret);
      done(problem());
    });
  }

  QHash<QString, QString> kept;
  bool isBroken = false;
  int reads = 0;

 private:
  [[nodiscard]] Problem problem() const { return isBroken ? Problem{ErrorId::SecretUnavailable, {}, {}} : Problem(); }
};

}  // namespace hearth_test
