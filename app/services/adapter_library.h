// LoRA adapters on this computer, which models they fit, and which are on in which chat.
#pragma once

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

#include "bridge/model_files.h"
#include "services/model_library.h"

struct AdapterRows;

/// An adapter of the list.
struct AdapterRow {
  qint64 id = 0;
  QString name;
  QString domain;  // "medical", "legal", "finance", "code", "style", "own"
  QString description;
  QString licence;
  QString format;  // "gguf" or "peft"
  QString architecture;
  QString baseName;
  int rank = 0;
  double alpha = 0;
  QStringList targets;
  QString source;  // "starter", "download", "import"
  QList<LibraryFile> files;
  QDateTime addedAt;

  /// What the engine takes: the GGUF file, or the PEFT folder.
  [[nodiscard]] QString path() const;
  /// Of its weights.
  [[nodiscard]] QString hash() const;
  [[nodiscard]] quint64 bytes() const;
  [[nodiscard]] bool isMissing() const;
};

/// Whether an adapter can be used with a model.
struct AdapterFit {
  enum class State { Unknown, Fits, DoesNotFit };
  State state = State::Unknown;
  QString reason;  // why it does not, in the engine's words
};

/// A switch of a chat.
struct AdapterSwitch {
  qint64 adapterId = 0;
  bool on = false;
  double scale = 1;  // 0..2

  bool operator==(const AdapterSwitch&) const = default;
};

class AdapterLibrary : public QObject {
  Q_OBJECT

 public:
  static constexpr double kLargestScale = 2;

  /// All must outlive this object. `starterFolder`: adapters that come with the application, may be empty.
  AdapterLibrary(StorageThread* storage, ModelFiles* files, FileJobs* jobs, DownloadService* downloads, ModelLibrary* models,
                 const QString& dataFolder, const QString& starterFolder, QObject* parent = nullptr);
  ~AdapterLibrary() override;

  /// Takes the list that was read with the database; compares it with the disk and checks what has not been checked against which model
  /// in the background. Again after everything was erased.
  void start(const AdapterRows& rows);

  /// By name.
  [[nodiscard]] QList<AdapterRow> adapters() const;
  [[nodiscard]] std::optional<AdapterRow> adapter(qint64 id) const;
  [[nodiscard]] AdapterFit fit(qint64 adapterId, qint64 variantId) const;

  /// GGUF adapters and PEFT folders (or files inside one). Refusals are reported by notice().
  void import(const QStringList& paths, ImportMode mode = ImportMode::Copy);
  /// Name, domain, description and licence.
  void update(const AdapterRow& changed);
  /// Deletes the files that are ours and forgets the adapter with its switches. Those of the application cannot be removed.
  void remove(qint64 id);
  /// Compares list and disk again. Answers reconciled().
  void reconcile();

  /// Switches of a chat, 0: of a new one. Only adapters that are there.
  [[nodiscard]] QList<AdapterSwitch> switches(qint64 chatId) const;
  void setSwitch(qint64 chatId, const AdapterSwitch& change);
  /// A new chat was stored: it takes the switches of "new chat" along.
  void chatBegan(qint64 chatId);
  /// Those that are on with a scale above 0 and fit the variant: what an answer of the chat uses.
  [[nodiscard]] QList<AdapterRow> active(qint64 chatId, qint64 variantId, QList<double>* scales) const;

 Q_SIGNALS:
  void listChanged();
  void adapterChanged(qint64 id);
  void added(qint64 id);
  void removed(qint64 id);
  /// What was at this path is gone or has changed: whoever has it in memory lets go of it.
  void pathChanged(const QString& path);
  void reconciled();
  void fitChanged(qint64 adapterId, qint64 variantId);
  void switchesChanged(qint64 chatId);
  void notice(const Problem& problem);

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
