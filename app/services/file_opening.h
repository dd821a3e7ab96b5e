// Files that a person opens: from the desktop, as arguments of a start, or dropped onto the window.
#pragma once

#include <QList>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <memory>

#include "services/model_library.h"

class AdapterLibrary;

/// One thing to import that a library does not have yet.
struct OpenedItem {
  enum class Kind { Model, Adapter, ModelFolder };
  Kind kind = Kind::Model;
  QString fileName;  // as on the disk: hostile text
  QString title;     // what the file says of itself, likewise
  quint64 bytes = 0;
  QString path;  // of the first part
};

/// What import() should be asked about.
struct OpenedFiles {
  QStringList given;  // paths as opened, without those that brought nothing new
  QList<OpenedItem> items;
};

/// Looks at what was opened in the background and decides: what a library has already is not asked about but used or shown; what can be
/// imported is asked about, all in one question; the rest is reported. Nothing is changed before the answer.
class FileOpening : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object.
  FileOpening(ModelLibrary* library, AdapterLibrary* adapters, ModelFiles* files, FileJobs* jobs, const QString& dataFolder,
              QObject* parent = nullptr);
  ~FileOpening() override;

  /// The libraries are known: what was opened before is looked at now. Again after everything was erased.
  void start();
  /// Absolute paths of files and folders; any part of a split model stands for all. Anything else is reported as not on this computer.
  void open(const QStringList& given);
  /// The file of the model that open() was asked for before start(), where the library is enough to know that; empty: none, or several.
  [[nodiscard]] QString firstModel() const;
  /// Imports. `use`: the model among them answers as soon as it is here.
  enum class Then { Keep, Use };
  void import(const OpenedFiles& files, ImportMode mode, Then then);
  /// Something is being looked at.
  [[nodiscard]] bool isLooking() const;

 Q_SIGNALS:
  /// Some of it can be imported.
  void asked(const OpenedFiles& files);
  /// This model was opened and is here already, or was imported to be used.
  void modelWanted(qint64 variantId, bool isNew);
  /// An adapter was opened that is here already.
  void adapterWanted(qint64 adapterId);
  void lookingChanged();
  void notice(const Problem& problem);

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
