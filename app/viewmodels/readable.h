// Numbers as people read them, in the language of the window.
#pragma once

#include <QCoreApplication>
#include <QString>

struct Readable {
  Q_DECLARE_TR_FUNCTIONS(Readable)

 public:
  /// "4.7 GB": powers of 1000, one digit from a gigabyte on. Empty for 0.
  [[nodiscard]] static QString size(quint64 bytes);
  /// "1.2 of 4.7 GB", with one unit for both.
  [[nodiscard]] static QString sizeOf(quint64 part, quint64 whole);
  /// "12 MB/s".
  [[nodiscard]] static QString speed(double bytesPerSecond);
  /// "3 min left"; empty for a negative number.
  [[nodiscard]] static QString timeLeft(int seconds);
  /// "15.7 B": parameters in billions or millions. Empty for 0.
  [[nodiscard]] static QString parameters(quint64 count);
  /// "15.7 B, 2.4 B active": the second part only where it differs.
  [[nodiscard]] static QString parameters(quint64 total, quint64 active);
  /// "32k tokens": of a context. Empty for 0.
  [[nodiscard]] static QString context(int tokens);
  /// "about 12 tokens/s"; empty for 0.
  [[nodiscard]] static QString tokensPerSecond(double rate);
  /// A number with the separators of the language.
  [[nodiscard]] static QString number(double value, int decimals);
};
