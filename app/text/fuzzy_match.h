// How well a few typed letters fit a title. Pure functions.
#pragma once

#include <QString>
#include <optional>

/// The letters of `typed`, spaces aside, in their order anywhere in `text`; case does not matter. Higher is better: letters that
/// follow each other and letters at the beginning of words count more, and so does a match that begins early. Nothing: they are not all
/// there. A blank `typed` fits everything with 0. Time grows with the length of `text` only.
[[nodiscard]] std::optional<int> fuzzyScore(QStringView text, QStringView typed);
