// Errors of the engine as problems of the catalogue. Internal to the folder.
#pragma once

#include <QFile>
#include <QString>
#include <string>

#include "engine/result.h"
#include "errors/error_catalogue.h"

[[nodiscard]] inline QString fromStd(const std::string& text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A path as the file system has it.
[[nodiscard]] inline std::string toStdPath(const QString& path) {
  return path.toStdString();
}
[[nodiscard]] inline QString fromStdPath(const std::string& path) {
  return QString::fromStdString(path);
}

/// The engine speaks English and names files, tensors and sizes: that is the detail under our own cause and next step.
[[nodiscard]] Problem problemOf(const engine::Error& error);
/// The same under another entry of the catalogue; what was cancelled stays that.
[[nodiscard]] Problem problemOf(const engine::Error& error, ErrorId id, const QStringList& arguments);
