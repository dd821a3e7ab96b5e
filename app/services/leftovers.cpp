#include "services/leftovers.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <utility>

#include "services/data_folder.h"
#include "services/library_paths.h"

namespace {

/// A folder and what is in it; a link to a folder elsewhere goes with the contents of that folder, which stays.
void removeTree(const QString& folder) {
  QDir(folder).removeRecursively();
  if (QFileInfo(folder).isSymLink()) QFile::remove(folder);
}

/// Only where they are empty.
void removeEmpty(const QString& folder) {
  QDir().rmdir(LibraryPaths::incoming(folder));
  QDir().rmdir(folder);
}

}  // namespace

Leftovers::Leftovers(QString dataFolder, const DataFolder* location) : m_dataFolder(std::move(dataFolder)), m_location(location) {}

Leftovers::~Leftovers() {
  if (m_removal == Removal::None) return;
  const LibraryPaths paths(m_dataFolder);
  removeTree(m_dataFolder + QLatin1String("/cache"));
  for (const QString& folder : {paths.models(), paths.adapters()})
    m_removal == Removal::Everything ? removeTree(folder) : removeEmpty(folder);
  // Gone unless it holds models, something that was written after the erasing, or files of somebody else.
  const bool gone = QDir().rmdir(m_dataFolder);
  if (!m_location) return;
  removeTree(QStandardPaths::writableLocation(QStandardPaths::CacheLocation));
  if (gone) m_location->forget();
}
