#include "viewmodels/readable.h"

#include <QLocale>
#include <cmath>

namespace {

constexpr double kManyTokens = 1000;  // a second: more is of no use to anybody

struct Unit {
  double factor;
  const char* name;
};

constexpr Unit kUnits[] = {{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}};

[[nodiscard]] Unit unitOf(double bytes) {
  for (const Unit& unit : kUnits)
    if (bytes >= unit.factor * 0.9995) return unit;
  return {1, "B"};
}

[[nodiscard]] int decimalsOf(const Unit& unit) {
  return unit.factor >= 1e9 ? 1 : 0;
}

}  // namespace

QString Readable::number(double value, int decimals) {
  return QLocale().toString(value, 'f', decimals);
}

QString Readable::size(quint64 bytes) {
  if (bytes == 0) return {};
  const Unit unit = unitOf(static_cast<double>(bytes));
  return tr("%1 %2", "number and unit").arg(number(static_cast<double>(bytes) / unit.factor, decimalsOf(unit)), QLatin1String(unit.name));
}

QString Readable::sizeOf(quint64 part, quint64 whole) {
  if (whole == 0) return size(part);
  const Unit unit = unitOf(static_cast<double>(whole));
  const int decimals = decimalsOf(unit);
  return tr("%1 of %2 %3", "two numbers and their unit")
      .arg(number(static_cast<double>(part) / unit.factor, decimals), number(static_cast<double>(whole) / unit.factor, decimals),
           QLatin1String(unit.name));
}

QString Readable::speed(double bytesPerSecond) {
  if (bytesPerSecond < 1) return {};
  const Unit unit = unitOf(bytesPerSecond);
  return tr("%1 %2/s", "number and unit, per second").arg(number(bytesPerSecond / unit.factor, decimalsOf(unit)), QLatin1String(unit.name));
}

QString Readable::timeLeft(int seconds) {
  if (seconds < 0) return {};
  if (seconds < 60) return tr("%n s left", nullptr, std::max(1, seconds));
  const int minutes = (seconds + 30) / 60;
  if (minutes < 100) return tr("%n min left", nullptr, minutes);
  const int hours = (minutes + 30) / 60;
  return hours < 48 ? tr("%n h left", nullptr, hours) : tr("%n days left", nullptr, (hours + 12) / 24);
}

QString Readable::parameters(quint64 count) {
  if (count == 0) return {};
  const auto value = static_cast<double>(count);
  if (value < 999.5e6) return tr("%1 M", "millions of parameters").arg(number(value / 1e6, value < 9.95e6 ? 1 : 0));
  return tr("%1 B", "billions of parameters").arg(number(value / 1e9, value < 99.95e9 ? 1 : 0));
}

QString Readable::parameters(quint64 total, quint64 active) {
  if (active == 0 || active >= total) return parameters(total);
  return tr("%1, %2 active", "parameters").arg(parameters(total), parameters(active));
}

QString Readable::context(int tokens) {
  if (tokens <= 0) return {};
  if (tokens < 1024) return tr("%1 tokens").arg(tokens);
  return tr("%1k tokens", "thousands of tokens").arg(number(std::round(tokens / 1024.0), 0));
}

QString Readable::tokensPerSecond(double rate) {
  if (!(rate > 0) || !std::isfinite(rate)) return {};
  if (rate >= kManyTokens) return tr("more than %1 tokens/s").arg(number(kManyTokens, 0));
  // No more digits than an estimate has.
  const double step = rate >= 100 ? 10 : rate >= 20 ? 5 : rate >= 5 ? 1 : 0.5;
  const double rounded = std::max(step, std::round(rate / step) * step);
  return tr("about %1 tokens/s").arg(number(rounded, step < 1 ? 1 : 0));
}
