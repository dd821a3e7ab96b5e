// Models on this computer.
#pragma once

#include <QDateTime>
#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

#include "bridge/model_files.h"
#include "errors/error_catalogue.h"

class DownloadService;
class FileJobs;
class ModelFiles;
class Settings;
class StorageThread;
struct DownloadRow;
struct LibraryRows;

/// A file of a variant or of an adapter.
struct LibraryFile {
  qint64 id = 0;
  QString path;  // absolute
  quint64 size = 0;
  QDateTime modifiedAt;
  QString sha256;
  QDateTime verifiedAt;  // invalid: never
  bool missing = false;
  bool linked = false;  // stays where the user has it; never deleted by us
};

/// Settings of one variant; what is unset follows the application's settings.
struct VariantSettings {
  std::optional<int> contextLength;
  std::optional<QString> device;
  std::optional<double> temperature, topP, minP, repeatPenalty;
  std::optional<int> topK, maxTokens;
  std::optional<QString> systemPrompt;
  QString chatTemplate;  // in place of the model's own; empty: its own

  bool operator==(const VariantSettings&) const = default;
};

struct Variant {
  qint64 id = 0;
  qint64 modelId = 0;
  QString modelName;
  QString publisher;
  QString licence;
  QString repository;
  QString catalogueId;
  QString description;
  QString card;  // Markdown of the hub or beside the file: hostile text
  QString name;  // "Q4_K_M"
  QString architecture;
  QString quantisation;
  QString source;  // "starter", "download", "import", "made"
  QList<LibraryFile> files;
  ModelFileFacts facts;  // as far as known
  VariantSettings settings;
  QDateTime addedAt;
  QDateTime usedAt;

  /// Model and variant, for people.
  [[nodiscard]] QString title() const;
  [[nodiscard]] QString path() const { return files.isEmpty() ? QString() : files.first().path; }
  [[nodiscard]] quint64 bytes() const;
  [[nodiscard]] bool isMissing() const;  // one of its files is
  [[nodiscard]] bool isLinked() const;
  [[nodiscard]] bool isStarter() const { return source == QLatin1String("starter"); }
};

/// What importing may do with files that are not in the data folder.
enum class ImportMode { Link, Copy };

/// The list of models, kept in memory and in the database. Scanning, hashing, copying and making are jobs (file_jobs.h).
///
/// At the start the list, the folder models/ and the files on the disk are compared in the background: new files are added, files that
/// are gone are shown as missing, files that changed are read again.
class ModelLibrary : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object.
  ModelLibrary(StorageThread* storage, ModelFiles* files, FileJobs* jobs, DownloadService* downloads, const QString& dataFolder,
               const QString& starterPath, QObject* parent = nullptr);
  ~ModelLibrary() override;

  /// Takes the list that was read with the database, then reconciles. Again after everything was erased: files that are still there
  /// come back.
  void start(const LibraryRows& rows);
  [[nodiscard]] bool isStarted() const;

  /// By model name, then by size.
  [[nodiscard]] QList<Variant> variants() const;
  [[nodiscard]] std::optional<Variant> variant(qint64 id) const;
  /// The variant that a file is a part of.
  [[nodiscard]] std::optional<Variant> variantOf(const QString& path) const;
  /// Whether all files of a download are here already, by hash.
  [[nodiscard]] bool hasHash(const QString& sha256) const;
  /// Bytes of all files that are ours; linked ones are not.
  [[nodiscard]] quint64 bytesUsed() const;
  /// Bytes free on the disk of the data folder.
  [[nodiscard]] quint64 bytesFree() const;

  /// GGUF files, folders with such files (searched, also those of Ollama and LM Studio), and Hugging Face model folders. Each is read and
  /// hashed first; what cannot be used is reported, what is here already (by hash) is not added twice.
  void import(const QStringList& paths, ImportMode mode);
  /// Model folders of other programs on this computer: {name, path}.
  [[nodiscard]] static QList<QPair<QString, QString>> knownFolders();

  void setSettings(qint64 id, const VariantSettings& settings);
  /// Name for people of the model it belongs to.
  void rename(qint64 id, const QString& modelName);
  void setUsed(qint64 id);
  /// Deletes the files that are ours and forgets the variant. The starter model cannot be removed.
  void remove(qint64 id);
  /// Hashes the files again and compares. Answers verified().
  void verify(qint64 id);
  /// A missing file has been moved: takes `path` in its place if it is the same file.
  void locate(qint64 id, const QString& path);
  /// Makes a variant of another type beside it, in the background. Returns the job.
  quint64 makeSmaller(qint64 id, const QString& type);
  /// Merges adapters into a new variant.
  quint64 merge(qint64 id, const QList<AdapterUse>& adapters, const QString& name, const QString& type);
  /// Compares list and disk again. Answers reconciled().
  void reconcile();

 Q_SIGNALS:
  void started();
  /// The list is another.
  void listChanged();
  void variantChanged(qint64 id);
  void added(qint64 id);
  /// It is about to be removed: whoever uses the file lets go of it now.
  void removing(qint64 id);
  void removed(qint64 id);
  /// The contents of its files are others than before.
  void filesChanged(qint64 id);
  void reconciled();
  /// The model that was imported from this file (of several, the first part) is in the list, new or as one that was there.
  void imported(const QString& path, qint64 id);
  /// Adapters among imported paths: for the library of adapters.
  void adaptersFound(const QStringList& paths, ImportMode mode);
  /// Bad files are named in the problem.
  void verified(qint64 id, bool good);
  /// Something that the user should know; not tied to a job.
  void notice(const Problem& problem);

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
