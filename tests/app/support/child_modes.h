// The test program started again as a child with a task of its own.
#pragma once

#include <QStringList>
#include <QtGlobal>
#include <optional>

namespace hearth_test {

/// The clock that the lines of a child refer to; the same in all processes.
qint64 steadyMicroseconds();

/// Runs the task that the arguments name; empty when they name none.
std::optional<int> runChildMode(const QStringList& arguments);

}  // namespace hearth_test
