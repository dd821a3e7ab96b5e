#include "gui/screenshots_tree.h"

#include "gui/screenshot_stage.h"

namespace hearth_test {

namespace {

[[nodiscard]] qint64 idAt(Stage& stage, int row) {
  return stage.app().conversation()->index(row).data(ConversationModel::MessageIdRole).toLongLong();
}

void answer(Stage& stage, const QString& text, AnswerEnd end = AnswerEnd::EndOfTurn) {
  const qsizetype request = stage.engine->requests.size() - 1;
  stage.engine->text(request, text);
  Q_EMIT stage.engine->answerFinished(stage.engine->ids[request], end, AnswerUsage{20, 5, 34, 0.8, 0.21, 42});
  stage.settle();
}

/// What was asked of the service is computed.
void awaitRequest(Stage& stage, qsizetype count) {
  if (!waitFor([&] { return stage.engine->requests.size() == count; })) qWarning("no request");
}

void menuOf(Stage& stage, int row) {
  QQuickItem* list = Stage::find(QStringLiteral("conversationList"));
  QQuickItem* item = nullptr;
  if (list) QMetaObject::invokeMethod(list, "itemAtIndex", Q_RETURN_ARG(QQuickItem*, item), Q_ARG(int, row));
  if (QQuickItem* more = item ? Stage::find(QStringLiteral("moreButton"), item) : nullptr) QMetaObject::invokeMethod(more, "clicked");
  stage.settle(200);
}

void versions(Stage& stage) {
  stage.talk(stage.text("How do I keep bread fresh?", "怎样让面包保持新鲜？"),
             stage.text("Wrap it in a cloth and keep it in a box.", "用布包好，放在盒子里。"));
  stage.talk(stage.text("And for a week?", "那放一个星期呢？"), stage.text("Freeze it in slices.", "切片后冷冻。"));
  stage.app().retryLast();
  awaitRequest(stage, 3);
  answer(stage, stage.text("A week is long: bake less, more often.", "一个星期太久了：少烤一些，多烤几次。"));
  ChatService& chats = stage.core().chats();
  const qint64 chatId = stage.app().currentChatId();
  chats.edit(chatId, idAt(stage, 3),
             stage.text("A week is long. Freeze slices, and bake less.", "一个星期太久了。切片冷冻，并且少烤一些。"));
  stage.settle();
  chats.edit(chatId, idAt(stage, 2), stage.text("And rolls, for three days?", "那小面包放三天呢？"));
  awaitRequest(stage, 4);
  answer(stage, stage.text("Put them into a paper bag and then", "先放进纸袋，然后"), AnswerEnd::Cancelled);
  stage.shoot(QStringLiteral("80-versions-and-stopped"));
}

}  // namespace

void treePictures(const QString& out, const QString& language) {
  Stage stage(out, language, false);
  stage.sizes = {{1440, 900}, {900, 600}, {420, 640}};
  stage.loadEmber();
  versions(stage);
  stage.shoot(QStringLiteral("81-message-menu"), [&] { menuOf(stage, 3); });
  Stage::call("messageMenu", "close");
  stage.app().conversation()->startEdit(idAt(stage, 2));
  stage.settle();
  stage.shoot(QStringLiteral("82-editing-a-question"), [] {
    if (QQuickItem* editor = Stage::find(QStringLiteral("messageEditor"))) editor->forceActiveFocus();
  });
  stage.app().conversation()->cancelEdit(idAt(stage, 2));
  stage.app().showVersion(idAt(stage, 2), -1);
  stage.settle(300);
  stage.shoot(QStringLiteral("83-edited-answer"));
  stage.app().conversation()->startEdit(idAt(stage, 3));
  stage.settle();
  stage.shoot(QStringLiteral("84-editing-an-answer"));
  stage.app().conversation()->cancelEdit(idAt(stage, 3));
  Stage::call("outlinePanel", "open");
  stage.settle(300);
  stage.shoot(QStringLiteral("85-outline"));
  Stage::call("outlinePanel", "close");
  stage.shoot(QStringLiteral("86-answer-with"), [] { Stage::key(Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier); });
  Stage::call("answerWithDialog", "close");
  Stage::call("editsDialog", "open");
  stage.shoot(QStringLiteral("87-edits-dialog"));
  Stage::call("editsDialog", "close");
  stage.app().deleteMessage(idAt(stage, 1));
  stage.settle(300);
  stage.shoot(QStringLiteral("88-message-deleted"));
  stage.app().showProblem({ErrorId::StorageTreeRepaired, {}, {}});
  stage.shoot(QStringLiteral("89-tree-repaired"));
}

}  // namespace hearth_test
