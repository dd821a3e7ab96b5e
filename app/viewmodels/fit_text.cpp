#include "viewmodels/fit_text.h"

#include <QVariantMap>

#include "viewmodels/readable.h"

namespace {

void add(QVariantList& list, const QString& label, const QString& value) {
  if (!value.isEmpty()) list.append(QVariantMap{{QStringLiteral("label"), label}, {QStringLiteral("value"), value}});
}

}  // namespace

QString FitText::label(const ModelFit& fit) {
  const QString speed = Readable::tokensPerSecond(fit.tokensPerSecond);
  const auto with = [&speed](const QString& text) {
    return speed.isEmpty() ? text : tr("%1, %2", "where it runs, how fast").arg(text, speed);
  };
  switch (fit.label) {
    case FitLabel::Device:
      return with(tr("Runs on the GPU"));
    case FitLabel::DeviceAndMemory:
      return with(tr("GPU and memory"));
    case FitLabel::ProcessorOnly:
      return with(tr("Processor only"));
    case FitLabel::TooLarge:
      return tr("Too large for this computer");
    case FitLabel::Unknown:
      break;
  }
  return {};
}

QString FitText::tone(const ModelFit& fit) {
  constexpr double kReadingSpeed = 5;  // tokens/s: about as fast as people read
  switch (fit.label) {
    case FitLabel::Device:
      return QStringLiteral("good");
    case FitLabel::DeviceAndMemory:
    case FitLabel::ProcessorOnly:
      return fit.tokensPerSecond > 0 && fit.tokensPerSecond < kReadingSpeed ? QStringLiteral("slow") : QStringLiteral("fair");
    case FitLabel::TooLarge:
      return QStringLiteral("bad");
    case FitLabel::Unknown:
      break;
  }
  return {};
}

QVariantList FitText::numbers(const ModelFit& fit) {
  QVariantList list;
  if (fit.label == FitLabel::Unknown) return list;
  add(list, fit.experts > 0 ? tr("Weights without experts") : tr("Weights"), Readable::size(fit.weights));
  add(list, tr("Experts"), Readable::size(fit.experts));
  add(list, tr("Memory of a chat (%1)").arg(Readable::context(fit.contextLength)), Readable::size(fit.cache));
  add(list, tr("Working memory"), Readable::size(fit.scratch));
  add(list, tr("Together"), Readable::size(fit.total()));
  if (!fit.deviceName.isEmpty()) {
    add(list, tr("Of it on %1").arg(fit.deviceName), Readable::size(fit.onDevice));
    add(list, tr("Of it in the computer's memory"), Readable::size(fit.inMemory));
    add(list, tr("Free on %1 now").arg(fit.deviceName), Readable::sizeOf(fit.deviceFree, fit.deviceTotal));
    if (fit.deviceTotal > fit.deviceFree) {
      add(list, tr("Used there by programs now"), Readable::size(fit.deviceTotal - fit.deviceFree));
    }
  }
  add(list, tr("Free memory now"), Readable::sizeOf(fit.memoryFree, fit.memoryTotal));
  if (fit.memoryTotal > fit.memoryFree) add(list, tr("Used by programs now"), Readable::size(fit.memoryTotal - fit.memoryFree));
  return list;
}
