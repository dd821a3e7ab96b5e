// Ed25519 signatures (RFC 8032) by libsodium.
#pragma once

#include <QByteArray>
#include <QString>

/// Whether `signature` (64 bytes in base64) was made over exactly `data` with the private key of `publicKey` (32 bytes in base64).
/// False for anything that is not well-formed.
[[nodiscard]] bool isSignedBy(const QByteArray& data, const QByteArray& signature, const QString& publicKey);
