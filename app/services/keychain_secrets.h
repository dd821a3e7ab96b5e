// The keychain of the system: Secret Service, KWallet, macOS Keychain, Windows Credential Store.
#pragma once

#include "services/secrets.h"

class KeychainSecrets final : public Secrets {
  Q_OBJECT

 public:
  using Secrets::Secrets;
  void read(const QString& key, std::function<void(const QString& secret, const Problem& problem)> done) override;
  void write(const QString& key, const QString& secret, std::function<void(const Problem& problem)> done) override;
};
