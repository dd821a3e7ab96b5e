// What there is to import behind the paths that a user gives: found by names and by the small files of other programs, before any model
// file is opened. Worker threads only.
#pragma once

#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>

#include "bridge/model_files.h"

/// Files that could be one variant.
struct ModelCandidate {
  QStringList parts;    // absolute; first part first
  QString modelName;    // as far as known without reading the file
  QString variantName;  // "Q4_K_M"
  QString publisher;
  QString repository;   // "publisher/model" of a tree that is built so
  QString sha256;       // that the program's own list promises; of a single file
  QStringList missing;  // names of parts that are not there
};

/// All that was found.
struct ScanResult {
  QList<ModelCandidate> models;
  QStringList modelFolders;  // Hugging Face models: config.json and *.safetensors
  QStringList adapters;      // PEFT folders
  QStringList gone;          // paths that do not exist
  bool complete = true;      // false: a limit was reached or it was cancelled
};

/// Files and folders: folders are searched, without following a link into a folder twice; Ollama's and LM Studio's are recognised.
[[nodiscard]] ScanResult scanForModels(const QStringList& paths, const WorkControl& control);

/// Only GGUF files below a folder of our own; unfinished files are none.
[[nodiscard]] ScanResult scanOwnFolder(const QString& folder, const WorkControl& control);

/// Model folders of other programs on this computer: {name, path}.
[[nodiscard]] QList<QPair<QString, QString>> foldersOfOthers();

/// The card beside a model file: README.md of its folder, at most 1 MB; empty: none that belongs to the model.
[[nodiscard]] QString cardBeside(const QString& modelFile);
/// What the first lines of a card say of a key ("license"); empty: nothing.
[[nodiscard]] QString cardValue(const QString& card, const QString& key);
