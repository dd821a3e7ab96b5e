// Ed25519 signatures (RFC 8032) by libsodium.
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

/// More than a signature in base64 takes; what is longer is none.
constexpr qint64 kSignatureMostBytes = 4096;

/// Where the signature of a signed document is: beside it, with ".sig" behind its name.
[[nodiscard]] QUrl signatureAddress(const QUrl& document);

/// Whether `signature` (64 bytes in base64) was made over exactly `data` with the private key of `publicKey` (32 bytes in base64).
/// False for anything that is not well-formed.
[[nodiscard]] bool isSignedBy(const QByteArray& data, const QByteArray& signature, const QString& publicKey);
