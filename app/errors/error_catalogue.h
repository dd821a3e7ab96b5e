// Every problem that the window can report, with its cause and next step: the one source of those texts.
//
// docs/errors/*.md are written from this table by hearth_error_catalogue (tests/app), and a test checks that they are up to date.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

enum class ErrorId {
  None,
  // The file with the conversations.
  StorageReadOnly,
  StorageFull,
  StorageIo,
  StorageBusy,
  StorageNewer,
  StorageDamaged,
  StorageNotRepaired,
  StorageOther,
  StorageRestored,
  StorageRebuilt,
  StorageMissing,
  StorageTreeRepaired,
  StorageSaved,
  EraseFailed,
  FolderMoved,
  FolderMoveFailed,
  FolderUnusable,
  // Chats as files, and copies of all of them.
  ExportNoSpace,
  ExportNotWritten,
  ExportNotRead,
  ImportUnreadable,
  ImportArchive,
  ImportNotJson,
  ImportCutOff,
  ImportTooLarge,
  ImportNewer,
  ImportNoChats,
  ImportNotStored,
  BackupDamaged,
  BackupNewer,
  BackupNotRestored,
  BackupUnsaved,
  BackupRestored,
  // Models.
  ModelFileMissing,
  LastModelMissing,
  StarterMissing,
  NoModel,
  HeldAfterCrash,
  NoChatTemplate,
  BrokenChatTemplate,
  DeviceNotUsed,
  DeviceReplaced,
  // What the engine reports.
  EngineIo,
  EngineNotFound,
  EngineBadFile,
  EngineUnsupported,
  EngineOutOfMemory,
  EngineInvalidArgument,
  EngineContextFull,
  EngineBusy,
  EngineCancelled,
  EngineDevice,
  // Adapters at work.
  AnswerAdapterMissing,
  AnswerAdapterFailed,
  AnswerAdaptersTogether,
  AnswerTooManyAdapters,
  AnswerNoSummary,
  // Adapters on the hub.
  HubNoAdapter,
  // Model and adapter files.
  AdapterNotUsable,
  AdaptersTogether,
  AdapterRefused,
  QuantisedAlready,
  FolderNotImportable,
  TemplateBroken,
  ModelNotWritten,
  // Models and adapters on this computer: finding, keeping, checking and removing their files.
  LibraryNothingFound,
  LibraryNoModel,
  LibraryManyRefused,
  LibraryDuplicate,
  LibraryPartsMissing,
  LibraryNoSpace,
  LibraryReadOnly,
  LibraryFileGone,
  LibraryFileUnreadable,
  LibraryHashDiffers,
  LibraryOtherFile,
  LibraryNotRemoved,
  LibraryStays,
  LibraryLoadedRemoved,
  // Network, hubs and downloads.
  NetworkUnreachable,
  NetworkTls,
  NetworkRedirects,
  NetworkInsecure,
  NetworkProxy,
  NetworkBusy,
  NetworkServer,
  HubAnswer,
  HubNotFound,
  HubTokenNeeded,
  HubTokenRefused,
  HubLicence,
  HubAddress,
  HubNoEndpoint,
  HubNoSearch,
  DownloadNoSpace,
  DownloadFolder,
  DownloadDisk,
  DownloadDamaged,
  DownloadChanged,
  DownloadName,
  DownloadIncomplete,
  SecretUnavailable,
  // The list of models that is fetched.
  CatalogueAddress,
  CatalogueNotSigned,
  CatalogueUnreadable,
  CatalogueOlder,
  // Files that are opened: from the desktop, as arguments, or dropped onto the window.
  OpenedNoFile,
  OpenedManyRefused,
  OpenedInUse,
  OpenedImported,
  OpenedAdapterHere,
  // Files that the person saves.
  FileNotSaved,
  // News of other versions of Hearth.
  UpdateAddress,
  UpdateUnreachable,
  UpdateInsecure,
  UpdateNoAnswer,
  UpdateNotSigned,
  UpdateUnreadable,
  UpdateOlder,
  UpdateExpired,
};

/// What went wrong and what to do about it, one or two sentences each, in the language of the window.
struct ErrorText {
  QString cause;
  QString nextStep;
};

/// Something to tell the user: which entry of the catalogue, what its place markers stand for, and technical text that is
/// shown as it is.
struct Problem {
  ErrorId id = ErrorId::None;
  QStringList arguments;
  QString detail;

  explicit operator bool() const { return id != ErrorId::None; }
  bool operator==(const Problem&) const = default;
  [[nodiscard]] QString cause() const;
  [[nodiscard]] QString nextStep() const;
};

Q_DECLARE_METATYPE(Problem)

/// The texts of an entry; %1, %2 are replaced by `arguments`. Both are empty for None.
[[nodiscard]] ErrorText errorText(ErrorId id, const QStringList& arguments = {});

/// Name that never changes: in the database and as heading of the documentation.
[[nodiscard]] QString errorName(ErrorId id);
/// None for a name that this build does not know.
[[nodiscard]] ErrorId errorIdFromName(const QString& name);

/// All entries, in the order of the documentation.
[[nodiscard]] QList<ErrorId> allErrors();

/// Good news or a finished repair rather than a problem.
[[nodiscard]] bool isInformation(ErrorId id);
