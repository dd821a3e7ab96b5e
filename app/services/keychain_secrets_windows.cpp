#include <windows.h>
// After windows.h, which it builds upon.
#include <wincred.h>

#include <QMetaObject>
#include <memory>

#include "services/keychain_secrets.h"

// The credential store of the account (Control Panel, "Credential Manager", Windows credentials), encrypted by Windows for this account.

namespace {

[[nodiscard]] std::wstring targetOf(const QString& key) {
  return (QLatin1String("Hearth/") + key).toStdWString();
}

[[nodiscard]] Problem problemOf(DWORD error) {
  if (error == ERROR_SUCCESS || error == ERROR_NOT_FOUND) return {};
  return {ErrorId::SecretUnavailable, {}, QStringLiteral("CredRead/CredWrite: %1").arg(error)};
}

struct FreeCredential {
  void operator()(CREDENTIALW* credential) const { ::CredFree(credential); }
};

}  // namespace

void KeychainSecrets::read(const QString& key, std::function<void(const QString&, const Problem&)> done) {
  CREDENTIALW* found = nullptr;
  const DWORD error = ::CredReadW(targetOf(key).c_str(), CRED_TYPE_GENERIC, 0, &found) ? ERROR_SUCCESS : ::GetLastError();
  const std::unique_ptr<CREDENTIALW, FreeCredential> credential(found);
  QString secret;
  if (credential)
    secret = QString::fromUtf8(reinterpret_cast<const char*>(credential->CredentialBlob),
                               static_cast<qsizetype>(credential->CredentialBlobSize));
  QMetaObject::invokeMethod(
      this, [done = std::move(done), secret, problem = problemOf(error)] { done(secret, problem); }, Qt::QueuedConnection);
}

void KeychainSecrets::write(const QString& key, const QString& secret, std::function<void(const Problem&)> done) {
  std::wstring target = targetOf(key);
  QByteArray bytes = secret.toUtf8();
  DWORD error = ERROR_SUCCESS;
  if (secret.isEmpty()) {
    if (!::CredDeleteW(target.c_str(), CRED_TYPE_GENERIC, 0)) error = ::GetLastError();
  } else {
    std::wstring user = L"Hearth";
    CREDENTIALW credential{};
    credential.Type = CRED_TYPE_GENERIC;
    credential.TargetName = target.data();
    credential.UserName = user.data();
    credential.CredentialBlob = reinterpret_cast<BYTE*>(bytes.data());
    credential.CredentialBlobSize = static_cast<DWORD>(bytes.size());
    credential.Persist = CRED_PERSIST_LOCAL_MACHINE;
    if (!::CredWriteW(&credential, 0)) error = ::GetLastError();
  }
  QMetaObject::invokeMethod(
      this, [done = std::move(done), problem = problemOf(error)] { done(problem); }, Qt::QueuedConnection);
}
