// Taking chats along.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QUrl>

#include "services/chat_exchange_service.h"

class ChatService;
class Settings;

/// @brief Export and import of chats: one task at a time, what it found, and how it ended.
class ChatExchangeModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.exchange")
  /// "export", "inspect" or "import" while that is under way, else empty.
  Q_PROPERTY(QString task READ task NOTIFY changed)
  /// Of the task, 0..1.
  Q_PROPERTY(double fraction READ fraction NOTIFY progressChanged)
  /// What the chosen file would bring, one sentence; empty: there is no file to import.
  Q_PROPERTY(QString plan READ plan NOTIFY changed)
  /// What of it is left out; empty: nothing.
  Q_PROPERTY(QString planNote READ planNote NOTIFY changed)
  /// How the last task ended, in sentences; empty: it has not, or with a problem.
  Q_PROPERTY(QString result READ result NOTIFY changed)
  /// Something that was exported can be shown.
  Q_PROPERTY(bool canShow READ canShow NOTIFY changed)
  /// Why the last task failed; empty: it did not.
  Q_PROPERTY(QString cause READ cause NOTIFY changed)
  Q_PROPERTY(QString nextStep READ nextStep NOTIFY changed)
  /// How many chats there are to export.
  Q_PROPERTY(int chatCount READ chatCount NOTIFY changed)

 public:
  /// Both must outlive this object.
  ChatExchangeModel(ChatExchangeService* service, ChatService* chats, const Settings* settings, QObject* parent = nullptr);

  [[nodiscard]] QString task() const;
  [[nodiscard]] double fraction() const { return m_service->fraction(); }
  [[nodiscard]] QString plan() const;
  [[nodiscard]] QString planNote() const;
  [[nodiscard]] QString result() const;
  [[nodiscard]] bool canShow() const { return m_end == End::Exported; }
  [[nodiscard]] QString cause() const { return m_problem.cause(); }
  [[nodiscard]] QString nextStep() const { return m_problem.nextStep(); }
  [[nodiscard]] int chatCount() const;

  /// A name for the file of a chat (0: of all chats) in the user's folder for documents. `format`: "md", "html", "pdf" or "json".
  Q_INVOKABLE [[nodiscard]] QUrl suggestedFile(qint64 chatId, const QString& format) const;
  /// The folder in which suggestedFile() is.
  Q_INVOKABLE [[nodiscard]] QUrl documents() const;
  Q_INVOKABLE void exportChat(qint64 chatId, const QString& format, bool allBranches, bool thinking, const QUrl& file);
  /// All chats: as "json" into one file, else a file for each into a new folder inside `target`.
  Q_INVOKABLE void exportAll(const QString& format, bool allBranches, bool thinking, const QUrl& target);
  /// Looks at a file; `plan`, or a problem, says what is in it.
  Q_INVOKABLE void look(const QUrl& file);
  /// Imports what was found.
  Q_INVOKABLE void importFound();
  Q_INVOKABLE void cancel();
  /// Forgets plan, result and problem.
  Q_INVOKABLE void dismiss();
  /// Shows what was exported in the file manager.
  Q_INVOKABLE void show() const;
  /// Texts computed here change with the language.
  void retranslate() { Q_EMIT changed(); }

 Q_SIGNALS:
  void changed();
  void progressChanged();

 private:
  enum class End { None, Exported, Imported, Cancelled };

  void start();
  [[nodiscard]] static ChatFileFormat formatOf(const QString& name);
  [[nodiscard]] static QString programOf(ChatFormat format);
  [[nodiscard]] QString importResult() const;

  ChatExchangeService* m_service;
  ChatService* m_chats;
  const Settings* m_settings;
  End m_end = End::None;
  Problem m_problem;
  QString m_file;  // that was looked at
  ChatFileSummary m_found;
  ChatExportOutcome m_exported;
  ChatImportOutcome m_imported;
};
