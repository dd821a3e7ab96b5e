// What is still on the disk after everything was erased in the window.
#pragma once

#include <QString>

class DataFolder;

/// Removed at the very end, when no engine, no download and no database holds a file any more: what was only worked out or fetched
/// (the caches), folders that are empty, and on request the models and adapters, too.
class Leftovers {
 public:
  enum class Removal { None, Caches, Everything };

  /// `location` may be null: then only the data folder is looked at. It must outlive this object.
  Leftovers(QString dataFolder, const DataFolder* location);
  /// Carries it out.
  ~Leftovers();
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

  void setRemoval(Removal removal) { m_removal = removal; }

 private:
  QString m_dataFolder;
  const DataFolder* m_location;
  Removal m_removal = Removal::None;
};
