#include "gui/screenshots_exchange.h"

#include <QFile>

#include "gui/screenshot_stage.h"

namespace hearth_test {

namespace {

/// Three small chats as ChatGPT exports them, and one entry that cannot be read.
[[nodiscard]] QString foreignFile(const QDir& folder) {
  QByteArray json = "[";
  for (const char* title : {"A plan for the garden", "面包与酵种", "Regular expressions, explained"}) {
    const QByteArray name(title);
    json += R"({"title":")" + name + R"(","conversation_id":")" + name + R"(","create_time":1717243200,"mapping":{"a":{"children":["b"],)" +
            R"("message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["How?"]}}},"b":{"parent":"a","children":[],)" +
            R"("message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["Like this."]}}}}},)";
  }
  QFile file(folder.filePath(QStringLiteral("conversations.json")));
  if (!file.open(QIODevice::WriteOnly)) qFatal("no file");
  file.write(json + "{\"title\":\"unreadable\"}]");
  return file.fileName();
}

[[nodiscard]] bool waitForTask(Stage& stage) {
  const bool ended = waitFor([&stage] { return stage.app().exchange()->task().isEmpty(); });
  Stage::settle(200);
  return ended;
}

void ask(const char* dialog, const QVariant& chat = {}) {
  QObject* object = Stage::object(dialog);
  const bool called = object && (chat.isValid() ? QMetaObject::invokeMethod(object, "ask", Q_ARG(QVariant, chat))
                                                : QMetaObject::invokeMethod(object, "ask"));
  if (!called) qWarning("no %s.ask()", dialog);
  Stage::settle(300);
}

void exportPictures(Stage& stage, const QDir& folder) {
  stage.app().openChat(3);
  Stage::settle(300);
  stage.shoot(QStringLiteral("80-header"));
  ask("exportDialog", 3);
  stage.shoot(QStringLiteral("81-export-chat"));
  stage.app().exchange()->exportChat(3, QStringLiteral("pdf"), false, false,
                                     QUrl::fromLocalFile(folder.filePath(QStringLiteral("chat.pdf"))));
  if (!waitForTask(stage)) qWarning("no export");
  stage.shoot(QStringLiteral("82-exported"));
  stage.app().exchange()->exportChat(3, QStringLiteral("pdf"), false, false,
                                     QUrl::fromLocalFile(folder.filePath(QStringLiteral("no/x.pdf"))));
  if (!waitForTask(stage)) qWarning("no problem");
  stage.shoot(QStringLiteral("83-export-failed"));
  Stage::call("exportDialog", "close");
  ask("exportDialog", 0);
  stage.shoot(QStringLiteral("84-export-all"));
  Stage::call("exportDialog", "close");
}

void importPictures(Stage& stage, const QDir& folder) {
  ask("importChatsDialog");
  stage.shoot(QStringLiteral("85-import"));
  stage.app().exchange()->look(QUrl::fromLocalFile(foreignFile(folder)));
  if (!waitForTask(stage)) qWarning("no plan");
  stage.shoot(QStringLiteral("86-import-plan"));
  stage.app().exchange()->importFound();
  if (!waitForTask(stage)) qWarning("no import");
  stage.shoot(QStringLiteral("87-imported"));
  Stage::call("importChatsDialog", "close");
}

void backupPictures(Stage& stage) {
  stage.core().storage().backUpIfDue();
  stage.core().storage().flush();
  Stage::call("settingsDialog", "open");
  Stage::settle(400);
  stage.shoot(QStringLiteral("88-settings-backups"), [] { Stage::scrollTo(QStringLiteral("exportAllChats")); });
  QMetaObject::invokeMethod(Stage::object("restoreDialog"), "ask", Q_ARG(QString, QString()),
                            Q_ARG(QString, stage.app().backups()->items().value(0).toMap().value(QStringLiteral("time")).toString()));
  Stage::settle(300);
  stage.shoot(QStringLiteral("89-restore"));
  Stage::call("restoreDialog", "close");
  Stage::call("settingsDialog", "close");
}

}  // namespace

void exchangePictures(const QString& out, const QString& language) {
  QTemporaryDir folder;
  Stage stage(out, language, false);
  stage.sizes = {{1440, 900}, {900, 600}, {420, 640}};
  stage.loadEmber();
  exportPictures(stage, QDir(folder.path()));
  importPictures(stage, QDir(folder.path()));
  backupPictures(stage);
}

}  // namespace hearth_test
