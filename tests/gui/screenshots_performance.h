// Pictures of the performance panel.
#pragma once

#include <QString>

namespace hearth_test {

/// Before the first answer, beside a finished one of a split model, and of a model without experts.
void performancePictures(const QString& out, const QString& language);

}  // namespace hearth_test
