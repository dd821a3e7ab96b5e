// A key pair of this test run; the private half is never written.
#pragma once

#include <sodium.h>

#include <QByteArray>
#include <QString>

namespace hearth_test {

class Signer {
 public:
  Signer() {
    if (sodium_init() < 0) qFatal("no libsodium");
    QByteArray open(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_keypair(reinterpret_cast<unsigned char*>(open.data()), reinterpret_cast<unsigned char*>(m_secret.data()));
    publicKey = QString::fromLatin1(open.toBase64());
  }
  [[nodiscard]] QByteArray sign(const QByteArray& data) const {
    QByteArray mark(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(mark.data()), nullptr, reinterpret_cast<const unsigned char*>(data.constData()),
                         static_cast<unsigned long long>(data.size()), reinterpret_cast<const unsigned char*>(m_secret.constData()));
    return mark.toBase64() + '\n';
  }
  QString publicKey;

 private:
  QByteArray m_secret = QByteArray(crypto_sign_SECRETKEYBYTES, '\0');
};

}  // namespace hearth_test
