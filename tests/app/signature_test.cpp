#include "net/signature.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace {

struct Pair {
  Pair() {
    EXPECT_GE(sodium_init(), 0);
    QByteArray open(crypto_sign_PUBLICKEYBYTES, '\0');
    secret.resize(crypto_sign_SECRETKEYBYTES);
    crypto_sign_keypair(reinterpret_cast<unsigned char*>(open.data()), reinterpret_cast<unsigned char*>(secret.data()));
    publicKey = QString::fromLatin1(open.toBase64());
  }
  [[nodiscard]] QByteArray sign(const QByteArray& data) const {
    QByteArray mark(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(mark.data()), nullptr, reinterpret_cast<const unsigned char*>(data.constData()),
                         static_cast<unsigned long long>(data.size()), reinterpret_cast<const unsigned char*>(secret.constData()));
    return mark.toBase64();
  }
  QString publicKey;
  QByteArray secret;
};

TEST(Signature, OnlyTheSignedBytesAndTheRightKeyPass) {
  const Pair pair, other;
  const QByteArray data("{\"version\": 3}");
  const QByteArray mark = pair.sign(data);
  EXPECT_TRUE(isSignedBy(data, mark, pair.publicKey));
  EXPECT_TRUE(isSignedBy(data, mark + '\n', pair.publicKey)) << "a file ends with a line end";
  EXPECT_FALSE(isSignedBy(data + ' ', mark, pair.publicKey));
  EXPECT_FALSE(isSignedBy(data, mark, other.publicKey));
  EXPECT_FALSE(isSignedBy(data, other.sign(data), pair.publicKey));
  EXPECT_TRUE(isSignedBy({}, pair.sign({}), pair.publicKey));
}

TEST(Signature, WhatIsNotWellFormedFails) {
  const Pair pair;
  const QByteArray data("x");
  const QByteArray mark = pair.sign(data);
  for (const QByteArray& bad : {QByteArray(), QByteArray("!!"), mark.left(40), mark + mark, QByteArray(88, 'A')})
    EXPECT_FALSE(isSignedBy(data, bad, pair.publicKey)) << bad.constData();
  for (const QString& bad : {QString(), QStringLiteral("*"), pair.publicKey.left(10), pair.publicKey + pair.publicKey})
    EXPECT_FALSE(isSignedBy(data, mark, bad)) << qPrintable(bad);
}

}  // namespace
