#include "net/signature.h"

#include <sodium.h>

namespace {

/// The bytes of a base64 text; empty unless there are exactly `size`.
[[nodiscard]] QByteArray decoded(const QByteArray& text, qsizetype size) {
  const auto result = QByteArray::fromBase64Encoding(text.trimmed(), QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
  return result && result.decoded.size() == size ? result.decoded : QByteArray();
}

[[nodiscard]] const unsigned char* bytes(const QByteArray& data) {
  return reinterpret_cast<const unsigned char*>(data.constData());
}

}  // namespace

QUrl signatureAddress(const QUrl& document) {
  QUrl beside = document;
  beside.setPath(document.path() + QLatin1String(".sig"));
  return beside;
}

bool isSignedBy(const QByteArray& data, const QByteArray& signature, const QString& publicKey) {
  const QByteArray mark = decoded(signature, crypto_sign_BYTES);
  const QByteArray key = decoded(publicKey.toLatin1(), crypto_sign_PUBLICKEYBYTES);
  if (mark.isEmpty() || key.isEmpty() || sodium_init() < 0) return false;
  return crypto_sign_verify_detached(bytes(mark), bytes(data), static_cast<unsigned long long>(data.size()), bytes(key)) == 0;
}
