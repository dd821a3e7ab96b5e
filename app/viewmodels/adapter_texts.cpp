#include "viewmodels/adapter_texts.h"

#include <QCoreApplication>
#include <QLocale>
#include <array>

#include "services/model_library.h"

namespace {

struct Domain {
  const char* tag;
  const char* text;
};

constexpr std::array<Domain, 6> kDomains{{{"medical", QT_TRANSLATE_NOOP("Adapters", "Medical")},
                                          {"legal", QT_TRANSLATE_NOOP("Adapters", "Legal")},
                                          {"finance", QT_TRANSLATE_NOOP("Adapters", "Finance")},
                                          {"code", QT_TRANSLATE_NOOP("Adapters", "Code")},
                                          {"style", QT_TRANSLATE_NOOP("Adapters", "Style")},
                                          {"own", QT_TRANSLATE_NOOP("Adapters", "Other")}}};

}  // namespace

QStringList adapterDomains() {
  QStringList tags;
  for (const Domain& domain : kDomains) tags.append(QString::fromLatin1(domain.tag));
  return tags;
}

QString adapterDomainText(const QString& domain) {
  for (const Domain& known : kDomains) {
    if (domain == QLatin1String(known.tag)) return QCoreApplication::translate("Adapters", known.text);
  }
  return QCoreApplication::translate("Adapters", kDomains.back().text);
}

QString adapterScaleText(double scale) {
  const int hundredths = qRound(scale * 100);
  return QLocale().toString(scale, 'f', hundredths % 10 == 0 ? 1 : 2);
}

QString adaptersText(const QList<AnswerAdapter>& adapters) {
  QStringList parts;
  for (const AnswerAdapter& adapter : adapters) parts.append(adapter.name + u' ' + adapterScaleText(adapter.scale));
  return parts.join(QCoreApplication::translate("Adapters", ", ", "between the items of a list"));
}

QString variantText(const Variant& variant) {
  return variant.name.isEmpty() || variant.modelName.contains(variant.name) ? variant.modelName : variant.modelName + u' ' + variant.name;
}
