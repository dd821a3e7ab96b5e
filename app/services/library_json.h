// Facts and settings of variants as the database keeps them.
#pragma once

#include <QString>

#include "services/model_library.h"

[[nodiscard]] QString toJson(const VariantSettings& settings);
/// What is missing or of another type is unset.
[[nodiscard]] VariantSettings settingsFromJson(const QString& json);

/// Without the parts, which are files of the variant.
[[nodiscard]] QString toJson(const ModelFileFacts& facts);
[[nodiscard]] ModelFileFacts factsFromJson(const QString& json);
