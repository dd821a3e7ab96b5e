// Words about adapters that several view-models use.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "storage/rows.h"

struct Variant;

/// Domain tags, in the order in which they are offered.
[[nodiscard]] QStringList adapterDomains();
[[nodiscard]] QString adapterDomainText(const QString& domain);
/// "1.0", "0.55".
[[nodiscard]] QString adapterScaleText(double scale);
/// "Fables 1.0, Tales 0.55"; empty for none.
[[nodiscard]] QString adaptersText(const QList<AnswerAdapter>& adapters);
/// A variant among others: "Ember Q8_0".
[[nodiscard]] QString variantText(const Variant& variant);
