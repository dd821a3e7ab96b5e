#include "errors/error_catalogue.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

#include "text/plain_line.h"

namespace {

constexpr qsizetype kLongestArgument = 600;  // reasons of the engine are sentences, names of files are shorter

struct Entry {
  ErrorId id;
  const char* name;
  const char* cause;
  const char* nextStep;
};

constexpr std::array kEntries{
    Entry{ErrorId::StorageReadOnly, "storage-read-only",
          QT_TRANSLATE_NOOP("Errors", "The data folder cannot be written, so conversations are not saved yet."),
          QT_TRANSLATE_NOOP("Errors",
                            "Give yourself write permission to the data folder. Hearth keeps trying and says when everything is saved.")},
    Entry{ErrorId::StorageFull, "storage-full", QT_TRANSLATE_NOOP("Errors", "The disk is full, so the newest messages are not saved yet."),
          QT_TRANSLATE_NOOP("Errors", "Free some space and leave Hearth open: it keeps trying and says when everything is saved.")},
    Entry{ErrorId::StorageIo, "storage-io",
          QT_TRANSLATE_NOOP("Errors", "The disk reports an error, so the newest messages are not saved yet."),
          QT_TRANSLATE_NOOP("Errors",
                            "Check that the disk is connected and healthy. Hearth keeps trying and says when everything is saved.")},
    Entry{
        ErrorId::StorageBusy, "storage-busy",
        QT_TRANSLATE_NOOP("Errors", "Another program is using the file with your conversations, so the newest messages are not saved yet."),
        QT_TRANSLATE_NOOP("Errors", "Close the other program. Hearth keeps trying and says when everything is saved.")},
    Entry{
        ErrorId::StorageNewer, "storage-newer",
        QT_TRANSLATE_NOOP("Errors",
                          "The file with your conversations was written by a newer version of Hearth, so it is left alone and nothing new "
                          "is saved."),
        QT_TRANSLATE_NOOP("Errors", "Update Hearth to open it.")},
    Entry{ErrorId::StorageDamaged, "storage-damaged", QT_TRANSLATE_NOOP("Errors", "The file with your conversations is damaged."),
          QT_TRANSLATE_NOOP("Errors",
                            "Start Hearth again: it then restores the newest good backup and rescues what the damaged file still holds.")},
    Entry{ErrorId::StorageNotRepaired, "storage-not-repaired",
          QT_TRANSLATE_NOOP("Errors",
                            "The file with your conversations is damaged or missing and could not be repaired, so nothing new is saved."),
          QT_TRANSLATE_NOOP("Errors", "Free some space, make sure that the data folder can be written, and start Hearth again.")},
    Entry{ErrorId::StorageOther, "storage-other", QT_TRANSLATE_NOOP("Errors", "A part of the conversations could not be saved."),
          QT_TRANSLATE_NOOP("Errors", "Copy what you need, start Hearth again, and report the details if it happens again.")},
    Entry{
        ErrorId::StorageRestored, "storage-restored",
        QT_TRANSLATE_NOOP("Errors",
                          "The file with your conversations was damaged. It was restored from the backup of %1; messages rescued from the "
                          "damaged file: %2."),
        QT_TRANSLATE_NOOP("Errors",
                          "Check your newest chats. The damaged file is kept in the folder “damaged” until you delete a chat for good, "
                          "because it may hold that chat.")},
    Entry{ErrorId::StorageRebuilt, "storage-rebuilt",
          QT_TRANSLATE_NOOP(
              "Errors",
              "The file with your conversations was damaged and there was no backup. A new file was made; messages rescued from "
              "the damaged one: %1."),
          QT_TRANSLATE_NOOP("Errors",
                            "Check your newest chats. The damaged file is kept in the folder “damaged” until you delete a chat for good, "
                            "because it may hold that chat.")},
    Entry{ErrorId::StorageMissing, "storage-missing",
          QT_TRANSLATE_NOOP("Errors", "The file with your conversations was missing. It was restored from the backup of %1."),
          QT_TRANSLATE_NOOP("Errors", "Check your newest chats. To begin anew instead, use “Erase everything” in the settings.")},
    Entry{ErrorId::StorageTreeRepaired, "storage-tree-repaired",
          QT_TRANSLATE_NOOP("Errors", "Some messages had lost their place in their chat. They were put back, and none was removed."),
          QT_TRANSLATE_NOOP("Errors", "A chat may show them as another version of its first message: look at its outline.")},
    Entry{ErrorId::StorageSaved, "storage-saved", QT_TRANSLATE_NOOP("Errors", "Everything is saved now."), ""},
    Entry{ErrorId::EraseFailed, "erase-failed", QT_TRANSLATE_NOOP("Errors", "Not everything could be erased."),
          QT_TRANSLATE_NOOP("Errors",
                            "Close programs that use the data folder and try again, or delete the folder yourself after quitting Hearth.")},
    Entry{ErrorId::FolderMoved, "folder-moved", QT_TRANSLATE_NOOP("Errors", "Your data is now in %1."),
          QT_TRANSLATE_NOOP("Errors", "Nothing is left in the old folder.")},
    Entry{ErrorId::FolderMoveFailed, "folder-move-failed", QT_TRANSLATE_NOOP("Errors", "The data folder could not be moved to %1."),
          QT_TRANSLATE_NOOP("Errors", "Your data is where it was. Choose an empty folder with enough space that you may write to.")},
    Entry{ErrorId::FolderUnusable, "folder-unusable", QT_TRANSLATE_NOOP("Errors", "The folder %1 cannot hold your data."),
          QT_TRANSLATE_NOOP("Errors", "Choose an empty folder that you may write to, outside the present data folder.")},
    Entry{ErrorId::ExportNoSpace, "export-no-space",
          QT_TRANSLATE_NOOP("Errors", "The disk is full, so the chats were not exported. Nothing half-written is left behind."),
          QT_TRANSLATE_NOOP("Errors", "Free some space or choose another disk, and export again.")},
    Entry{ErrorId::ExportNotWritten, "export-not-written", QT_TRANSLATE_NOOP("Errors", "%1 could not be written."),
          QT_TRANSLATE_NOOP("Errors", "Choose a folder that you may write to, and export again.")},
    Entry{ErrorId::ExportNotRead, "export-not-read", QT_TRANSLATE_NOOP("Errors", "A chat could not be read, so nothing was exported."),
          QT_TRANSLATE_NOOP("Errors", "Start Hearth again, which looks for damage and repairs it, and export once more.")},
    Entry{ErrorId::ImportUnreadable, "import-unreadable", QT_TRANSLATE_NOOP("Errors", "%1 could not be read."),
          QT_TRANSLATE_NOOP("Errors", "Check that the file still exists and that you may read it, and choose it again.")},
    Entry{ErrorId::ImportArchive, "import-archive", QT_TRANSLATE_NOOP("Errors", "%1 is a zip archive."),
          QT_TRANSLATE_NOOP("Errors", "Extract it first, then choose the file “conversations.json” from it.")},
    Entry{ErrorId::ImportNotJson, "import-not-json",
          QT_TRANSLATE_NOOP("Errors", "%1 is not a file with chats: it is not JSON, or it is damaged."),
          QT_TRANSLATE_NOOP("Errors", "Export the chats again in the other program and choose that file.")},
    Entry{
        ErrorId::ImportCutOff, "import-cut-off",
        QT_TRANSLATE_NOOP("Errors", "%1 ends in the middle, as if it had not been copied or downloaded completely. Nothing was imported."),
        QT_TRANSLATE_NOOP("Errors", "Copy or download it again and choose it once more.")},
    Entry{ErrorId::ImportTooLarge, "import-too-large",
          QT_TRANSLATE_NOOP("Errors", "A single chat in %1 is larger than %2 and was refused."),
          QT_TRANSLATE_NOOP("Errors", "Remove pictures from that chat in the other program, export it again and choose that file.")},
    Entry{ErrorId::ImportNewer, "import-newer", QT_TRANSLATE_NOOP("Errors", "%1 was written by a newer version of Hearth."),
          QT_TRANSLATE_NOOP("Errors", "Update Hearth to import it.")},
    Entry{
        ErrorId::ImportNoChats, "import-no-chats", QT_TRANSLATE_NOOP("Errors", "There are no chats in %1 that Hearth can read."),
        QT_TRANSLATE_NOOP(
            "Errors", "Choose an export of Hearth, ChatGPT (conversations.json), Open WebUI or LM Studio, or a list of messages as JSON.")},
    Entry{ErrorId::ImportNotStored, "import-not-stored",
          QT_TRANSLATE_NOOP("Errors", "A chat could not be stored, so the import stopped. Chats imported before it are complete."),
          QT_TRANSLATE_NOOP("Errors", "Free some space and import the file again: chats that are here already are skipped.")},
    Entry{ErrorId::BackupDamaged, "backup-damaged",
          QT_TRANSLATE_NOOP("Errors", "This backup is damaged, so it was not restored. Your chats are as they were."),
          QT_TRANSLATE_NOOP("Errors", "Choose another backup.")},
    Entry{ErrorId::BackupNewer, "backup-newer",
          QT_TRANSLATE_NOOP("Errors",
                            "This backup was made by a newer version of Hearth, so it was not restored. Your chats are as they were."),
          QT_TRANSLATE_NOOP("Errors", "Update Hearth, or choose another backup.")},
    Entry{ErrorId::BackupNotRestored, "backup-not-restored",
          QT_TRANSLATE_NOOP("Errors", "The backup could not be restored. Your chats are as they were."),
          QT_TRANSLATE_NOOP("Errors", "Free some space, make sure that the data folder can be written, and try again.")},
    Entry{ErrorId::BackupUnsaved, "backup-unsaved",
          QT_TRANSLATE_NOOP("Errors", "Some messages are not saved yet, so no backup can be restored now."),
          QT_TRANSLATE_NOOP("Errors", "Free some space, wait until everything is saved, and try again.")},
    Entry{ErrorId::BackupRestored, "backup-restored", QT_TRANSLATE_NOOP("Errors", "Your chats are now those of the backup of %1."),
          QT_TRANSLATE_NOOP("Errors", "What was there before is the newest backup in the list.")},
    Entry{ErrorId::ModelFileMissing, "model-file-missing", QT_TRANSLATE_NOOP("Errors", "The model file %1 does not exist."),
          QT_TRANSLATE_NOOP("Errors", "Choose another model file, or use the starter model.")},
    Entry{ErrorId::LastModelMissing, "last-model-missing", QT_TRANSLATE_NOOP("Errors", "The model used last, %1, is not there any more."),
          QT_TRANSLATE_NOOP("Errors", "The starter model is used instead; choose another model file to change that.")},
    Entry{ErrorId::StarterMissing, "starter-missing", QT_TRANSLATE_NOOP("Errors", "The starter model was not found in this installation."),
          QT_TRANSLATE_NOOP("Errors", "Open a model file (.gguf) of your own, or install Hearth again.")},
    Entry{ErrorId::NoModel, "no-model", QT_TRANSLATE_NOOP("Errors", "No model is loaded."),
          QT_TRANSLATE_NOOP("Errors", "Open a model file or use the starter model, then try again.")},
    Entry{ErrorId::HeldAfterCrash, "held-after-crash",
          QT_TRANSLATE_NOOP("Errors", "Hearth did not end properly last time. No model was loaded now, in case %1 was the reason."),
          QT_TRANSLATE_NOOP("Errors", "Your chats are safe. Load the model again, or choose another one.")},
    Entry{ErrorId::NoChatTemplate, "model-without-template",
          QT_TRANSLATE_NOOP("Errors",
                            "This model comes without a chat template, so chats are written in the layout “%1”, guessed from its tokens."),
          QT_TRANSLATE_NOOP("Errors",
                            "If the answers are odd or do not end, choose a file of this model that is made for chat and has a template.")},
    Entry{ErrorId::BrokenChatTemplate, "model-template-broken",
          QT_TRANSLATE_NOOP(
              "Errors",
              "The chat template of this model does not work (%2), so chats are written in the layout “%1”, guessed from its tokens."),
          QT_TRANSLATE_NOOP(
              "Errors", "If the answers are odd or do not end, choose another file of this model: its template may be repaired there.")},
    Entry{ErrorId::DeviceNotUsed, "model-device-not-used",
          QT_TRANSLATE_NOOP("Errors", "%1 cannot be used (%2). The processor computes the answers instead."),
          QT_TRANSLATE_NOOP(
              "Errors", "Answers may come more slowly. A newer graphics driver may help; the settings show the state of every device.")},
    Entry{ErrorId::DeviceReplaced, "model-device-replaced",
          QT_TRANSLATE_NOOP("Errors", "%1 failed (%2). The processor computes the answers from now on, and none is lost."),
          QT_TRANSLATE_NOOP("Errors", "To try the device again, reload the model in the settings. A newer graphics driver may help.")},
    Entry{ErrorId::EngineIo, "engine-io", QT_TRANSLATE_NOOP("Errors", "A file could not be read."),
          QT_TRANSLATE_NOOP("Errors", "Check that the file can be read and that the disk is connected, then try again.")},
    Entry{ErrorId::EngineNotFound, "engine-not-found", QT_TRANSLATE_NOOP("Errors", "The model was not found."),
          QT_TRANSLATE_NOOP("Errors", "Choose another model file, or use the starter model.")},
    Entry{ErrorId::EngineBadFile, "engine-bad-file", QT_TRANSLATE_NOOP("Errors", "The model file is damaged or incomplete."),
          QT_TRANSLATE_NOOP("Errors", "Download the file again, or choose another one.")},
    Entry{ErrorId::EngineUnsupported, "engine-unsupported", QT_TRANSLATE_NOOP("Errors", "This model cannot be run here."),
          QT_TRANSLATE_NOOP("Errors", "Choose a model of a supported architecture and quantisation.")},
    Entry{ErrorId::EngineOutOfMemory, "engine-out-of-memory", QT_TRANSLATE_NOOP("Errors", "The model needs more memory than there is."),
          QT_TRANSLATE_NOOP("Errors", "Close other applications, shorten the context in the settings, or choose a smaller model.")},
    Entry{ErrorId::EngineInvalidArgument, "engine-invalid-argument", QT_TRANSLATE_NOOP("Errors", "The engine cannot do what was asked."),
          QT_TRANSLATE_NOOP("Errors", "Set the values in the settings back to their defaults and try again.")},
    Entry{ErrorId::EngineContextFull, "engine-context-full",
          QT_TRANSLATE_NOOP("Errors", "The conversation is longer than the context of this model."),
          QT_TRANSLATE_NOOP(
              "Errors", "Try again to answer without the oldest messages, start a new chat, or raise the context length in the settings.")},
    Entry{ErrorId::EngineBusy, "engine-busy", QT_TRANSLATE_NOOP("Errors", "Too many answers are waiting."),
          QT_TRANSLATE_NOOP("Errors", "Wait for an answer to finish, then try again.")},
    Entry{ErrorId::EngineCancelled, "engine-cancelled", QT_TRANSLATE_NOOP("Errors", "It was stopped."), ""},
    Entry{ErrorId::EngineDevice, "engine-device", QT_TRANSLATE_NOOP("Errors", "The compute device has failed."),
          QT_TRANSLATE_NOOP("Errors", "Try again; if it happens again, reload the model or choose another device in the settings.")},
    // Adapters at work.
    Entry{ErrorId::AnswerAdapterMissing, "answer-adapter-missing",
          QT_TRANSLATE_NOOP("Errors", "An adapter that is on is not there any more."),
          QT_TRANSLATE_NOOP("Errors", "Switch it off in the adapter menu at the top, or import it again, then try again.")},
    Entry{ErrorId::AnswerAdapterFailed, "answer-adapter-failed",
          QT_TRANSLATE_NOOP("Errors", "An adapter that is on cannot be used with this model."),
          QT_TRANSLATE_NOOP("Errors", "Switch it off in the adapter menu at the top, then try again.")},
    Entry{ErrorId::AnswerAdaptersTogether, "answer-adapters-together",
          QT_TRANSLATE_NOOP("Errors", "The adapters that are on cannot work together."),
          QT_TRANSLATE_NOOP("Errors", "Switch one of them off in the adapter menu at the top, then try again.")},
    Entry{ErrorId::AnswerTooManyAdapters, "answer-too-many-adapters", QT_TRANSLATE_NOOP("Errors", "More than four adapters are on."),
          QT_TRANSLATE_NOOP("Errors", "Switch some off in the adapter menu at the top, then try again.")},
    Entry{ErrorId::AnswerNoSummary, "answer-no-summary", QT_TRANSLATE_NOOP("Errors", "The earlier conversation could not be summarised."),
          QT_TRANSLATE_NOOP("Errors",
                            "Try again, or choose in the menu of the context, beside the message, that the oldest messages are left out.")},
    // Adapters on the hub.
    Entry{ErrorId::HubNoAdapter, "hub-no-adapter", QT_TRANSLATE_NOOP("Errors", "%1 holds no adapter that can be used."),
          QT_TRANSLATE_NOOP("Errors", "Choose a repository with a GGUF adapter or a PEFT adapter in the safetensors format.")},
    Entry{ErrorId::AdapterNotUsable, "adapter-not-usable", QT_TRANSLATE_NOOP("Errors", "The adapter %1 cannot be used with this model."),
          QT_TRANSLATE_NOOP("Errors", "The details say why. Turn the adapter off, or choose one that was made for this model.")},
    Entry{ErrorId::AdaptersTogether, "adapters-not-together", QT_TRANSLATE_NOOP("Errors", "These adapters cannot be used together: %1."),
          QT_TRANSLATE_NOOP("Errors", "The details say why. Turn one of them off.")},
    Entry{ErrorId::AdapterRefused, "adapter-refused", QT_TRANSLATE_NOOP("Errors", "%1 cannot be used as an adapter."),
          QT_TRANSLATE_NOOP("Errors", "The details say why. Choose a LoRA adapter: a GGUF file, or the folder of a PEFT adapter.")},
    Entry{ErrorId::QuantisedAlready, "model-quantised-already",
          QT_TRANSLATE_NOOP("Errors", "%1 is quantised already, and making it smaller once more would cost too much quality."),
          QT_TRANSLATE_NOOP("Errors", "Start from this model in F16, BF16 or Q8_0, or download a smaller variant.")},
    Entry{ErrorId::FolderNotImportable, "folder-not-importable",
          QT_TRANSLATE_NOOP("Errors", "The folder %1 cannot be imported as a model."),
          QT_TRANSLATE_NOOP("Errors",
                            "The details say why. Choose the whole folder of a downloaded model: config.json, the tokenizer and the "
                            ".safetensors files.")},
    Entry{ErrorId::TemplateBroken, "chat-template-broken", QT_TRANSLATE_NOOP("Errors", "This chat template does not work."),
          QT_TRANSLATE_NOOP("Errors", "The details say why. Correct it, or leave it empty to use the model's own.")},
    Entry{ErrorId::ModelNotWritten, "model-not-written", QT_TRANSLATE_NOOP("Errors", "The model file %1 could not be written."),
          QT_TRANSLATE_NOOP("Errors", "Free some space, or choose a folder that you may write to, then try again.")},
    Entry{ErrorId::LibraryNothingFound, "library-nothing-found", QT_TRANSLATE_NOOP("Errors", "No model and no adapter was found in %1."),
          QT_TRANSLATE_NOOP("Errors", "Choose GGUF files, a folder with such files, a Hugging Face model folder, or an adapter folder.")},
    Entry{ErrorId::LibraryNoModel, "library-no-model", QT_TRANSLATE_NOOP("Errors", "%1 cannot be used as a model: %2."),
          QT_TRANSLATE_NOOP("Errors", "Download the file again if it may be incomplete, or choose another one.")},
    Entry{ErrorId::LibraryManyRefused, "library-many-refused", QT_TRANSLATE_NOOP("Errors", "%1 files could not be used, among them %2."),
          QT_TRANSLATE_NOOP("Errors", "Import one of them alone to see the reason. The others were added.")},
    Entry{ErrorId::LibraryDuplicate, "library-duplicate", QT_TRANSLATE_NOOP("Errors", "%1 is here already, as %2. It was not added again."),
          ""},
    Entry{ErrorId::LibraryPartsMissing, "library-parts-missing",
          QT_TRANSLATE_NOOP("Errors", "The model %1 is split into several files, and some are missing: %2."),
          QT_TRANSLATE_NOOP("Errors", "Put all parts into one folder and import again.")},
    Entry{ErrorId::LibraryNoSpace, "library-no-space",
          QT_TRANSLATE_NOOP("Errors", "There is not enough space: %1 are needed, %2 are free."),
          QT_TRANSLATE_NOOP(
              "Errors", "Remove models that you do not use, free some space, or use the files where they are instead of copying them.")},
    Entry{ErrorId::LibraryReadOnly, "library-read-only", QT_TRANSLATE_NOOP("Errors", "The folder %1 cannot be written."),
          QT_TRANSLATE_NOOP("Errors", "Give yourself write permission to it, or choose another data folder in the settings.")},
    Entry{ErrorId::LibraryFileGone, "library-file-gone", QT_TRANSLATE_NOOP("Errors", "The file %1 is not there any more."),
          QT_TRANSLATE_NOOP("Errors", "Connect the disk that holds it, or show Hearth where the file is now.")},
    Entry{ErrorId::LibraryFileUnreadable, "library-file-unreadable", QT_TRANSLATE_NOOP("Errors", "The file %1 cannot be read."),
          QT_TRANSLATE_NOOP("Errors", "Give yourself read permission to it and check that its disk is healthy, then try again.")},
    Entry{ErrorId::LibraryHashDiffers, "library-hash-differs",
          QT_TRANSLATE_NOOP("Errors", "The contents of %1 are not what they should be. Changed or damaged: %2."),
          QT_TRANSLATE_NOOP("Errors", "Remove it and download or import it again.")},
    Entry{ErrorId::LibraryOtherFile, "library-other-file", QT_TRANSLATE_NOOP("Errors", "%1 is not the file that is missing, %2."),
          QT_TRANSLATE_NOOP("Errors", "Choose the file that was moved, or import this one as a model of its own.")},
    Entry{ErrorId::LibraryNotRemoved, "library-not-removed", QT_TRANSLATE_NOOP("Errors", "%1 could not be deleted."),
          QT_TRANSLATE_NOOP("Errors", "Give yourself write permission to its folder and try again.")},
    Entry{ErrorId::LibraryStays, "library-stays", QT_TRANSLATE_NOOP("Errors", "%1 belongs to Hearth and cannot be removed."),
          QT_TRANSLATE_NOOP("Errors", "It takes no space in your data folder; leave it unused if you do not need it.")},
    Entry{ErrorId::LibraryLoadedRemoved, "library-loaded-removed",
          QT_TRANSLATE_NOOP("Errors", "The model %1 was removed while it was loaded. The starter model answers from now on."), ""},
    // Network, hubs and downloads.
    Entry{ErrorId::NetworkUnreachable, "network-unreachable",
          QT_TRANSLATE_NOOP("Errors", "%1 cannot be reached, or the connection broke off."),
          QT_TRANSLATE_NOOP("Errors",
                            "Check the connection to the internet. If the site is blocked where you are, switch on another endpoint or set "
                            "a proxy in the settings.")},
    Entry{
        ErrorId::NetworkTls, "network-tls",
        QT_TRANSLATE_NOOP("Errors", "The connection to %1 is not secure: its certificate cannot be trusted."),
        QT_TRANSLATE_NOOP(
            "Errors",
            "Check the date of this computer. If your network reads encrypted traffic, its certificate belongs into the system’s store.")},
    Entry{ErrorId::NetworkRedirects, "network-redirects", QT_TRANSLATE_NOOP("Errors", "%1 sends from one address to the next without end."),
          QT_TRANSLATE_NOOP("Errors", "Try again later, or switch on another endpoint in the settings.")},
    Entry{ErrorId::NetworkInsecure, "network-insecure",
          QT_TRANSLATE_NOOP("Errors", "%1 leads from an encrypted connection to one that is not, so it was not followed."),
          QT_TRANSLATE_NOOP("Errors", "Use another endpoint, or tell whoever runs this server.")},
    Entry{ErrorId::NetworkProxy, "network-proxy", QT_TRANSLATE_NOOP("Errors", "The proxy does not let the connection to %1 through."),
          QT_TRANSLATE_NOOP("Errors", "Check the address, the user and the password of the proxy in the settings.")},
    Entry{ErrorId::NetworkBusy, "network-busy", QT_TRANSLATE_NOOP("Errors", "%1 is overloaded or asks for a pause."),
          QT_TRANSLATE_NOOP("Errors", "It is tried again by itself; another endpoint in the settings may be quicker.")},
    Entry{ErrorId::NetworkServer, "network-server", QT_TRANSLATE_NOOP("Errors", "%1 answered with error %2."),
          QT_TRANSLATE_NOOP("Errors", "Try again later, or switch on another endpoint in the settings.")},
    Entry{ErrorId::HubAnswer, "hub-answer", QT_TRANSLATE_NOOP("Errors", "The answer of %1 cannot be understood."),
          QT_TRANSLATE_NOOP("Errors", "Try again later, or switch on another endpoint in the settings.")},
    Entry{ErrorId::HubNotFound, "hub-not-found", QT_TRANSLATE_NOOP("Errors", "%1 was not found on the hub, or is private."),
          QT_TRANSLATE_NOOP("Errors", "Check the name. For a private repository, enter an access token in the settings.")},
    Entry{ErrorId::HubTokenNeeded, "hub-token-needed", QT_TRANSLATE_NOOP("Errors", "%1 is only for people who are signed in."),
          QT_TRANSLATE_NOOP(
              "Errors",
              "Accept its licence on the page of the model, make an access token for reading there, and enter it in the settings.")},
    Entry{ErrorId::HubTokenRefused, "hub-token-refused",
          QT_TRANSLATE_NOOP("Errors", "%1 does not accept the access token that is saved for it."),
          QT_TRANSLATE_NOOP("Errors", "Make a new access token on the site and enter it in the settings, or remove the old one there.")},
    Entry{ErrorId::HubLicence, "hub-licence", QT_TRANSLATE_NOOP("Errors", "Your account has no access to %1 yet."),
          QT_TRANSLATE_NOOP("Errors",
                            "Open the page of the model in a browser, accept its licence with the account of your token, then try again.")},
    Entry{ErrorId::HubAddress, "hub-address",
          QT_TRANSLATE_NOOP("Errors", "“%1” is neither the name of a repository nor an address of a known hub."),
          QT_TRANSLATE_NOOP("Errors", "Enter owner/name, or copy the address of the model’s page.")},
    Entry{ErrorId::HubNoEndpoint, "hub-no-endpoint", QT_TRANSLATE_NOOP("Errors", "No endpoint for downloads is switched on."),
          QT_TRANSLATE_NOOP("Errors", "Switch one on in the settings, under Network.")},
    Entry{ErrorId::HubNoSearch, "hub-no-search", QT_TRANSLATE_NOOP("Errors", "None of the endpoints that are on can be searched."),
          QT_TRANSLATE_NOOP("Errors", "Paste the address of a model’s page, or switch on another endpoint in the settings.")},
    Entry{ErrorId::DownloadNoSpace, "download-no-space",
          QT_TRANSLATE_NOOP("Errors", "The download needs %1, but only %2 are free on the disk."),
          QT_TRANSLATE_NOOP("Errors",
                            "Make room, for example by deleting models that you do not use, then continue. Nothing was left behind.")},
    Entry{ErrorId::DownloadFolder, "download-folder", QT_TRANSLATE_NOOP("Errors", "The folder %1 cannot be written."),
          QT_TRANSLATE_NOOP("Errors", "Allow writing to it, or choose another data folder in the settings, then continue.")},
    Entry{ErrorId::DownloadDisk, "download-disk", QT_TRANSLATE_NOOP("Errors", "The disk failed while %1 was written or read."),
          QT_TRANSLATE_NOOP("Errors", "Check that the disk is connected and not full, then continue. What had arrived before is kept.")},
    Entry{ErrorId::DownloadDamaged, "download-damaged",
          QT_TRANSLATE_NOOP("Errors", "What arrived as %1 is not the right file: its checksum differs. It was deleted."),
          QT_TRANSLATE_NOOP(
              "Errors", "Try again. If it happens again, use another endpoint: this one, or something on the way, sends damaged data.")},
    Entry{ErrorId::DownloadChanged, "download-changed",
          QT_TRANSLATE_NOOP("Errors", "%1 is another file on %2 than the one that was chosen: its size or checksum differs."),
          QT_TRANSLATE_NOOP("Errors",
                            "Remove this download and look the model up again to get the present version, or use another endpoint.")},
    Entry{ErrorId::DownloadName, "download-name", QT_TRANSLATE_NOOP("Errors", "The repository has a file whose name is not safe: %1"),
          QT_TRANSLATE_NOOP("Errors", "Nothing was written. Choose another repository; this one may be meant to do harm.")},
    Entry{ErrorId::DownloadIncomplete, "download-incomplete",
          QT_TRANSLATE_NOOP("Errors", "Parts of the split file %1 are missing in the repository."),
          QT_TRANSLATE_NOOP("Errors", "Choose another variant or another repository.")},
    Entry{
        ErrorId::SecretUnavailable, "secret-unavailable",
        QT_TRANSLATE_NOOP("Errors", "The keychain of the system cannot be used, so passwords and tokens are only kept until Hearth ends."),
        QT_TRANSLATE_NOOP("Errors", "Unlock or install a keychain (GNOME Keyring, KWallet), then enter them again.")},
    // The list of models that is fetched.
    Entry{ErrorId::CatalogueAddress, "catalogue-address",
          QT_TRANSLATE_NOOP("Errors", "“%1” is not an address from which a list of models can be fetched."),
          QT_TRANSLATE_NOOP("Errors", "Use a build of Hearth with a good address. The list you have stays.")},
    Entry{ErrorId::CatalogueNotSigned, "catalogue-not-signed",
          QT_TRANSLATE_NOOP("Errors", "The list of models that arrived is not signed by the makers of this program, so it is not used."),
          QT_TRANSLATE_NOOP("Errors", "Try again later. The list you have stays.")},
    Entry{ErrorId::CatalogueUnreadable, "catalogue-unreadable",
          QT_TRANSLATE_NOOP("Errors", "The list of models that arrived is made for another version of Hearth."),
          QT_TRANSLATE_NOOP("Errors", "Update Hearth to see it. The list you have stays.")},
    Entry{ErrorId::CatalogueOlder, "catalogue-older",
          QT_TRANSLATE_NOOP("Errors", "The list of models that arrived is older than the one you have, so it is not used."),
          QT_TRANSLATE_NOOP("Errors", "Nothing needs to be done; the list you have stays.")},
    // Files that are opened: from the desktop, as arguments, or dropped onto the window.
    Entry{ErrorId::OpenedNoFile, "opened-no-file", QT_TRANSLATE_NOOP("Errors", "“%1” is not a file on this computer."),
          QT_TRANSLATE_NOOP("Errors", "Download it first, under Models or with a browser, then open the file.")},
    Entry{ErrorId::OpenedManyRefused, "opened-many-refused", QT_TRANSLATE_NOOP("Errors", "%1 files cannot be used, among them %2."),
          QT_TRANSLATE_NOOP("Errors", "Open one of them alone to see the reason.")},
    Entry{ErrorId::OpenedInUse, "opened-in-use", QT_TRANSLATE_NOOP("Errors", "%1 is among your models already. It answers from now on."),
          ""},
    Entry{ErrorId::OpenedImported, "opened-imported", QT_TRANSLATE_NOOP("Errors", "%1 was imported. It answers from now on."), ""},
    Entry{ErrorId::OpenedAdapterHere, "opened-adapter-here", QT_TRANSLATE_NOOP("Errors", "The adapter %1 is here already."), ""},
    Entry{ErrorId::FileNotSaved, "file-not-saved", QT_TRANSLATE_NOOP("Errors", "%1 could not be saved."),
          QT_TRANSLATE_NOOP("Errors", "Free some space, or choose a folder that you may write to, then save it again.")},
    Entry{ErrorId::UpdateAddress, "update-address",
          QT_TRANSLATE_NOOP("Errors", "“%1” is not an address that can be asked for other versions of Hearth."),
          QT_TRANSLATE_NOOP("Errors",
                            "Enter an address that begins with https:// in the settings, or clear the field to use the usual one.")},
    Entry{ErrorId::UpdateUnreachable, "update-unreachable",
          QT_TRANSLATE_NOOP("Errors",
                            "%1 cannot be reached, or the connection broke off, so it is not known whether there is another version."),
          QT_TRANSLATE_NOOP("Errors", "Check the connection to the internet, or set a proxy in the settings. Hearth works without it.")},
    Entry{ErrorId::UpdateInsecure, "update-insecure",
          QT_TRANSLATE_NOOP("Errors", "The search for other versions was led to %1 without encryption, so it was not followed."),
          QT_TRANSLATE_NOOP("Errors", "Check whether this network asks you to log in on a web page, then try again.")},
    Entry{ErrorId::UpdateNoAnswer, "update-no-answer",
          QT_TRANSLATE_NOOP("Errors", "%1 has no news of other versions: it answered with error %2."),
          QT_TRANSLATE_NOOP("Errors", "Try again later. If you changed the address in the settings, check it.")},
    Entry{ErrorId::UpdateNotSigned, "update-not-signed",
          QT_TRANSLATE_NOOP("Errors", "What arrived about other versions is not signed by the makers of this program, so it is not shown."),
          QT_TRANSLATE_NOOP("Errors",
                            "Try again later, from another network if you can. Do not install what someone offers you in its place.")},
    Entry{ErrorId::UpdateUnreadable, "update-unreadable",
          QT_TRANSLATE_NOOP("Errors", "The news of other versions cannot be read by this version of Hearth."),
          QT_TRANSLATE_NOOP("Errors", "Look at the page that you have Hearth from.")},
    Entry{ErrorId::UpdateOlder, "update-older",
          QT_TRANSLATE_NOOP("Errors", "The news of other versions that arrived is older than what was seen before, so it is not used."),
          QT_TRANSLATE_NOOP("Errors", "Try again later, from another network if you can: someone may be holding newer versions back.")},
    Entry{ErrorId::UpdateExpired, "update-expired",
          QT_TRANSLATE_NOOP("Errors", "The news of other versions that arrived was only good until %1."),
          QT_TRANSLATE_NOOP("Errors", "Check the date of this computer, then try again later.")},
};

[[nodiscard]] const Entry* entryOf(ErrorId id) {
  const auto it = std::find_if(kEntries.begin(), kEntries.end(), [id](const Entry& entry) { return entry.id == id; });
  return it == kEntries.end() ? nullptr : &*it;
}

/// One pass over the markers, so that an argument with a "%1" of its own stays as it is.
[[nodiscard]] QString filled(const char* source, const QStringList& arguments) {
  const QString text = QCoreApplication::translate("Errors", source);
  const auto argument = [&arguments](qsizetype at) { return plainLine(arguments.value(at), kLongestArgument); };
  if (text.contains(QLatin1String("%2"))) return text.arg(argument(0), argument(1));
  return text.contains(QLatin1String("%1")) ? text.arg(argument(0)) : text;
}

}  // namespace

QString Problem::cause() const {
  return errorText(id, arguments).cause;
}

QString Problem::nextStep() const {
  return errorText(id, arguments).nextStep;
}

ErrorText errorText(ErrorId id, const QStringList& arguments) {
  const Entry* entry = entryOf(id);
  if (!entry) return {};
  return {filled(entry->cause, arguments), *entry->nextStep == 0 ? QString() : filled(entry->nextStep, arguments)};
}

QString errorName(ErrorId id) {
  const Entry* entry = entryOf(id);
  return entry ? QString::fromLatin1(entry->name) : QString();
}

ErrorId errorIdFromName(const QString& name) {
  for (const Entry& entry : kEntries) {
    if (name == QLatin1String(entry.name)) return entry.id;
  }
  return ErrorId::None;
}

QList<ErrorId> allErrors() {
  QList<ErrorId> ids;
  for (const Entry& entry : kEntries) ids.append(entry.id);
  return ids;
}

bool isInformation(ErrorId id) {
  return id == ErrorId::StorageSaved || id == ErrorId::FolderMoved || id == ErrorId::BackupRestored || id == ErrorId::LibraryDuplicate ||
         id == ErrorId::LibraryLoadedRemoved || id == ErrorId::OpenedInUse || id == ErrorId::OpenedImported ||
         id == ErrorId::OpenedAdapterHere;
}
