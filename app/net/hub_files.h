// From the files of a repository to what people choose between.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "net/hub_repository.h"

struct HubContents {
  QList<HubVariant> variants;  // smallest first
  bool isAdapter = false;      // the variants are adapters
  QStringList incomplete;      // split files of which a part is missing: not offered
  QStringList unsafe;          // paths that are refused
};

/// Sorts the files of a repository: one variant for each GGUF file or complete set of parts; projectors of pictures ("mmproj") and
/// importance matrices are left out. A folder with adapter_config.json and adapter_model.safetensors is an adapter, and so is a GGUF file
/// that its name or the tags of the repository call one. Pickle files are never offered.
[[nodiscard]] HubContents sortHubFiles(const QList<DownloadFile>& files, const QStringList& tags);

/// The quantisation that a file name says ("Q4_K_M", "UD-IQ2_XXS", "F16"); empty: none.
[[nodiscard]] QString quantisationInName(const QString& fileName);
