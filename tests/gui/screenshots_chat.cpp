#include "gui/screenshots_chat.h"

#include <QFile>
#include <QUrl>

#include "gui/screenshot_stage.h"

namespace hearth_test {

namespace {

/// A file to attach, with lines of text.
QUrl written(const QTemporaryDir& folder, const QString& name, const QString& line, int lines) {
  QFile file(folder.filePath(name));
  if (!file.open(QIODevice::WriteOnly)) qWarning("no file");
  for (int i = 0; i < lines; ++i) file.write(line.toUtf8() + '\n');
  return QUrl::fromLocalFile(file.fileName());
}

void writing(Stage& stage) {
  const QTemporaryDir files;
  ComposerModel* composer = stage.app().composer();
  composer->addFiles({written(files, stage.text("weather.csv", "天气.csv"), QStringLiteral("2026-11-25,7.5,rain"), 40),
                      written(files, stage.text("minutes.txt", "会议记录.txt"), stage.text("We met and talked.", "我们开了会。"), 4000)});
  if (!waitFor([&] { return !composer->reading() && composer->attachments().size() == 2; })) qWarning("no attachments");
  stage.app().setDraft(stage.text("What was decided?", "会上决定了什么？"));
  stage.settle();
  stage.shoot(QStringLiteral("w1-attachments"));
  stage.talk(stage.text("What was decided?", "会上决定了什么？"), stage.text("To meet again.", "决定再开一次会。"));
  stage.shoot(QStringLiteral("w2-sent-with-files"));
  stage.app().send(stage.text("When?", "什么时候？"));
  waitFor([&] { return stage.engine->requests.size() == 2; });
  stage.engine->text(1, stage.text("The minutes say", "会议记录里写着"));
  stage.app().send(
      stage.text("And where? And who brings the cake, and who writes the next minutes?", "在哪里？谁带蛋糕？谁来写下一次的会议记录？"));
  stage.app().send(stage.text("Thank you.", "谢谢。"));
  stage.settle();
  stage.shoot(QStringLiteral("w3-waiting"));
  stage.app().stop();
  stage.engine->finish(1, AnswerEnd::Cancelled);
  stage.settle();
  stage.shoot(QStringLiteral("w4-held"));
  while (!composer->waiting().isEmpty()) composer->removeWaiting(0);
  stage.app().snippets()->save(0, stage.text("Shorter", "缩短"),
                               stage.text("Say this in {number} sentences: {text}", "用{数量}句话概括：{内容}"));
  stage.app().snippets()->save(0, stage.text("Translate", "翻译"), stage.text("Translate into {language}:", "翻译成{语言}："));
  stage.settle();
  stage.shoot(QStringLiteral("w5-slash-menu"), [&stage] {
    stage.app().setDraft({});
    Stage::key(Qt::Key_L, Qt::ControlModifier);
    Stage::key(Qt::Key_Slash);
    stage.settle(200);
  });
  Stage::key(Qt::Key_Escape);
  stage.app().setDraft({});
  Stage::call("snippetDialog", "show");
  stage.shoot(QStringLiteral("w6-prompts"));
  Stage::call("snippetDialog", "close");
}

void finding(Stage& stage) {
  ChatFilingModel* filing = stage.app().filing();
  const qint64 work = filing->addFolder(stage.text("Work", "工作"), 4);
  filing->addFolder(stage.text("Kitchen", "厨房"), 5);
  filing->move(7, work);
  filing->pin(3, true);
  filing->archive(6, true);
  stage.app().openChat(4);
  stage.settle(300);
  stage.shoot(QStringLiteral("x1-folders"));
  Stage::call("folderDialog", "open");
  stage.shoot(QStringLiteral("x2-new-folder"));
  Stage::call("folderDialog", "close");
  stage.shoot(QStringLiteral("x3-switcher"), [&stage] {
    stage.app().switcher()->open();
    Stage::call("chatSwitcher", "open");
    stage.settle(200);
  });
  Stage::key(Qt::Key_Escape);
  Stage::key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
  const QString query = stage.text("folder:Work read", "folder:工作 读取");
  if (QQuickItem* field = Stage::find(QStringLiteral("chatSearch"))) field->setProperty("text", query);
  stage.app().search()->setQuery(query);
  stage.settle(300);
  stage.shoot(QStringLiteral("x4-filtered-search"));
  Stage::key(Qt::Key_Escape);
  Stage::key(Qt::Key_Escape);
  stage.app().search()->setQuery({});
}

void control(Stage& stage) {
  stage.app().openChat(3);
  stage.settle(300);
  Stage::key(Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
  stage.settle(200);
  stage.shoot(QStringLiteral("y1-chat-settings"));
  stage.app().chatSettings()->addStop(QStringLiteral("###"));
  stage.shoot(QStringLiteral("y2-chat-settings-sampling"), [] { Stage::scrollTo(QStringLiteral("chatMinP")); });
  stage.shoot(QStringLiteral("y3-chat-settings-end"), [] { Stage::scrollTo(QStringLiteral("resetChatSettings")); });
  Stage::key(Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
}

/// Selecting, and a chat that is longer than the context.
void reading(Stage& stage) {
  stage.app().newChat();
  stage.talk(stage.text("Name two birds.", "说出两种鸟。"),
             stage.text("- A **wren**\n- A _robin_\n\nBoth are small: $m < 30$ g.", "- **鹪鹩**\n- _知更鸟_\n\n两种都很小：$m < 30$ 克。"));
  stage.shoot(QStringLiteral("v1-selected"), [] {
    if (QQuickItem* reader = Stage::find(QStringLiteral("conversationReader"))) reader->forceActiveFocus();
    Stage::key(Qt::Key_A, Qt::ControlModifier);
    Stage::key(Qt::Key_A, Qt::ControlModifier);
  });
  Stage::key(Qt::Key_Escape);
  const QString line = stage.text("word and word again ", "一个 又一个 词 和 字 ");
  for (int i = 0; i < 3; ++i) stage.talk(stage.text("Go on.", "继续。"), line.repeated(80));
  stage.settle(400);
  stage.shoot(QStringLiteral("v2-context-left-out"));
  stage.app().setDraft(stage.text("And then?", "然后呢？"));
  stage.shoot(QStringLiteral("v3-context"), [&stage] {
    Stage::key(Qt::Key_Escape);  // a second click would close it
    if (QQuickItem* gauge = Stage::find(QStringLiteral("contextGauge"))) QMetaObject::invokeMethod(gauge, "clicked");
    stage.settle(200);
  });
  Stage::key(Qt::Key_Escape);
  stage.app().setDraft({});
}

void firstSteps(Stage& stage) {
  Stage::call("welcomeDialog", "start");
  stage.shoot(QStringLiteral("t1-first-steps"));
  for (const char* name : {"t2-first-steps-device", "t3-first-steps-model"}) {
    if (QQuickItem* next = Stage::find(QStringLiteral("welcomeNext"))) QMetaObject::invokeMethod(next, "clicked");
    stage.settle(1500);
    stage.shoot(QLatin1String(name));
  }
  Stage::call("welcomeDialog", "close");
}

void care(Stage& stage) {
  stage.app().newPrivateChat();
  stage.talk(stage.text("What does ‘arrhythmia’ mean?", "“心律不齐”是什么意思？"), stage.text("An irregular heartbeat.", "心跳不规律。"));
  stage.shoot(QStringLiteral("z1-private"));
  stage.app().openChat(3);
  Stage::call("settingsDialog", "open");
  stage.settle(300);
  stage.shoot(QStringLiteral("z2-content-rules"), [] { Stage::scrollTo(QStringLiteral("policyOn")); });
  Stage::call("policyDialog", "open");
  stage.shoot(QStringLiteral("z3-content-rule"));
  Stage::call("policyDialog", "close");
  Stage::call("settingsDialog", "close");
  stage.themes = {QStringLiteral("contrast")};
  stage.talk(stage.text("Show a list.", "列一个清单。"), QStringLiteral("- **A**\n- `b`\n\n```python\nprint(1)  # one\n```\n\n> C\n"));
  stage.shoot(QStringLiteral("z4-contrast"));
  Stage::call("shortcutSheet", "open");
  stage.shoot(QStringLiteral("z5-contrast-keys"));
  Stage::call("shortcutSheet", "close");
}

}  // namespace

void chatPictures(const QString& out, const QString& language) {
  Stage stage(out, language, false);
  stage.sizes = {{1440, 900}, {900, 600}, {420, 640}};
  stage.loadEmber();
  writing(stage);
  finding(stage);
  control(stage);
  reading(stage);
  firstSteps(stage);
  care(stage);
}

}  // namespace hearth_test
