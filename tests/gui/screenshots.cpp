// Pictures of every page and state of the real window: real view-models, real database, an engine whose answers are written here.
//   screenshots OUT_DIR all            both themes and languages at 900x600 and 1440x900
//   screenshots OUT_DIR spot           six spot checks; start it with QT_SCALE_FACTOR=2 for 2560x1440 at scale 2
//   screenshots OUT_DIR docs           those of the user guide and the README
//   screenshots OUT_DIR code           listings only
//   screenshots OUT_DIR TOPIC          one of kTopics only
#include <QQuickStyle>
#include <algorithm>
#include <iterator>

#include "gui/screenshot_stage.h"
#include "gui/screenshots_chat.h"
#include "gui/screenshots_exchange.h"
#include "gui/screenshots_library.h"
#include "gui/screenshots_performance.h"
#include "gui/screenshots_texts.h"
#include "gui/screenshots_tree.h"
#include "gui/screenshots_updates.h"

namespace {

using hearth_test::Stage;
using hearth_test::waitFor;

struct Topic {
  const char* name;
  void (*pictures)(const QString& out, const QString& language);
};
constexpr Topic kTopics[] = {{"library", hearth_test::libraryPictures},    // models and adapters
                             {"opened", hearth_test::openedPictures},      // files opened from the desktop
                             {"updates", hearth_test::updatePictures},     // about, and newer versions
                             {"texts", hearth_test::textPictures},         // formulas and Markdown
                             {"exchange", hearth_test::exchangePictures},  // export, import and backups
                             {"tree", hearth_test::treePictures},          // versions and branches
                             {"performance", hearth_test::performancePictures},
                             {"chat", hearth_test::chatPictures}};  // writing, finding, control, care

const QString kQuestion = QStringLiteral("Explain quicksort. Show code and the running times in a table.");
const QString kAnswer = QStringLiteral(
    "<think>The user wants quicksort, with code and a table.\nI should keep it short.</think>\n## Quicksort\nQuicksort picks a **pivot**, "
    "splits the "
    "list into smaller and larger items, and sorts both parts the same way. See [the article](https://en.wikipedia.org/wiki/Quicksort) or "
    "call "
    "`sorted()`.\n\n```python\ndef quicksort(items):\n    if len(items) <= 1:\n        return items\n    pivot, *rest = items\n    smaller "
    "= [x for x in rest if "
    "x < pivot]  # a comment that makes this line much longer than the block is wide, so that it scrolls\n    larger = [x for x in rest if "
    "x >= pivot]\n    "
    "return quicksort(smaller) + [pivot] + quicksort(larger)\n```\n\n### Running times\n\n| Case | Time | When |\n|:---|---:|:---|\n| Best "
    "| `O(n log n)` | "
    "balanced pivots |\n| Worst | `O(n²)` | sorted input, first item as pivot |\n\n- It sorts **in place** with a partition scheme.\n- It "
    "is not stable:\n  - equal "
    "items may swap;\n  - use merge sort instead.\n\n1. Choose a pivot.\n2. Partition.\n3. Recurse.\n\n> Premature optimization is the "
    "root of all evil.\n\n---\n\nDone.");
const QString kChineseQuestion = QStringLiteral("请介绍快速排序，并给出代码和运行时间表。");
const QString kChineseAnswer = QStringLiteral(
    "<think>用户想了解快速排序，需要代码和表格。</think>\n## "
    "快速排序\n快速排序先选一个**基准**，把列表分成较小和较大的两部分，再用同样的方法分别排序。参见[百科条目](https://zh.wikipedia.org/"
    "wiki/快速排序)"
    "或直接调用 `sorted()`。很长的中文段落也应该自动换行，不会超出阅读宽度，标点符号与行距看起来要舒服。\n\n```python\ndef "
    "quicksort(items):  # 快速排序\n    if len(items) <= 1:\n        return items\n"
    "    pivot, *rest = items\n    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= "
    "pivot])\n```\n\n"
    "| 情况 | 时间 | 条件 |\n|:---|---:|:---|\n| 最好 | `O(n log n)` | 基准均衡 |\n| 最坏 | `O(n²)` | 输入已有序 |\n\n- 原地排序\n- "
    "不稳定\n\n> 过早优化是万恶之源。");

const char* const kListings =
    "```python\n@cache\ndef mean(values: list[float]) -> float:\n    \"\"\"The average; 0.0 for nothing.\"\"\"\n"
    "    return sum(values) / len(values) if values else 0.0  # a comment that is so long that it does not fit into the width of the "
    "column any more\n```\n"
    "```cpp\n#include <vector>\ntemplate <typename T>\nstd::vector<T> twice(const std::vector<T>& in) {  // doubles\n"
    "  std::vector<T> out;\n  for (const T& x : in) out.push_back(x * 2'000);\n  return out;\n}\n```\n"
    "```html\n<!-- a page -->\n<a href=\"#top\" class='link'>Up</a>\n<script>const n = `${1 + 2} items`;</script>\n```\n"
    "```sql\nSELECT name, count(*) FROM users WHERE age > 17 AND city = 'Köln' GROUP BY name; -- adults\n```\n"
    "```diff\n@@ -1,2 +1,2 @@\n-old line\n+new line\n```\n"
    "```bash\nfor f in *.txt; do echo \"$f: ${#f}\" | grep --color -v '^#'; done  # names\n```\n"
    "```rust\n#[derive(Debug)]\nstruct Point<'a> { name: &'a str, x: f64 }\nfn main() { println!(\"{:?}\", Point { name: r#\"raw\"#, x: "
    "1e3 }); }\n```\n"
    "```json\n{\"name\": \"Hearth\", \"size\": 6.5, \"free\": true, \"tags\": [null, \"x\"]}\n```\n"
    "```yaml\n# settings\nname: \"x\"\nsteps:\n  - run: |\n      echo hello\n```\n"
    "```css\n.card > a:hover { color: #ff8800; margin: 1.5em auto; }\n```\n"
    "```\nno language at all\n```\n";

void conversationStates(Stage& stage) {
  stage.shoot(QStringLiteral("01-empty"));
  stage.talk(stage.chinese ? kChineseQuestion : kQuestion, stage.chinese ? kChineseAnswer : kAnswer);
  stage.shoot(QStringLiteral("02-blocks-end"));
  Stage::scrollToStart();
  if (QQuickItem* toggle = Stage::find(QStringLiteral("thinkingToggle"))) QMetaObject::invokeMethod(toggle, "clicked");
  stage.shoot(QStringLiteral("03-blocks-thinking"), [] { Stage::scrollToStart(); });
  stage.app().retryLast();
  waitFor([&] { return stage.engine->requests.size() == 2; });
  Q_EMIT stage.engine->answerProgress(stage.engine->ids[1], 43, 100);
  stage.shoot(QStringLiteral("04-reading"));
  stage.engine->text(
      1, stage.text("Quicksort is a way to sort. It works by splitting the list", "快速排序是一种排序方法。它不断地把列表分成"));
  stage.app().setDraft(stage.text("And how does merge sort differ?", "那归并排序有什么不同？"));
  stage.shoot(QStringLiteral("05-streaming"));
  stage.app().setDraft({});
  stage.engine->finish(1, AnswerEnd::Cancelled);
  stage.shoot(QStringLiteral("06-stopped-second-version"));
  stage.talk(stage.text("Go on.", "继续。"), {});
  stage.app().send(stage.text("Tell me everything about the universe.", "把宇宙的一切都告诉我。"));
  waitFor([&] { return stage.engine->requests.size() == 4; });
  stage.engine->fail(3, ErrorId::EngineContextFull, QStringLiteral("The prompt has 2048 tokens, but the context holds 1024."));
  stage.shoot(QStringLiteral("07-failed"));
  stage.app().finder()->setQuery({});
  Stage::key(Qt::Key_F, Qt::ControlModifier);
  if (QQuickItem* field = Stage::find(QStringLiteral("findField"))) field->setProperty("text", stage.text("sort", "排序"));
  stage.app().finder()->setQuery(stage.text("sort", "排序"));
  stage.settle();
  stage.shoot(QStringLiteral("08-find"));
  Stage::key(Qt::Key_Escape);
}

/// Listings of several languages, with and without wrapping.
void codeStates(Stage& stage) {
  stage.app().newChat();
  stage.talk(stage.text("Show me some code.", "给我看几段代码。"), QString::fromUtf8(kListings));
  Stage::scrollToStart();
  stage.shoot(QStringLiteral("09-code"), [] { Stage::scrollToStart(); });
  stage.app().settings()->setWrapCode(true);
  stage.shoot(QStringLiteral("09-code-wrapped"), [] { Stage::scrollToStart(); });
  stage.app().settings()->setWrapCode(false);
  stage.shoot(QStringLiteral("09-code-end"), [] {
    if (QQuickItem* reader = Stage::find(QStringLiteral("conversationReader")))
      QMetaObject::invokeMethod(reader->parentItem(), "jumpToEnd");
    Stage::settle();
  });
}

void sidebarStates(Stage& stage) {
  Stage::key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
  if (QQuickItem* field = Stage::find(QStringLiteral("chatSearch"))) field->setProperty("text", stage.text("rabbit", "兔子"));
  stage.app().search()->setQuery(stage.text("rabbit", "兔子"));
  stage.settle(300);
  stage.shoot(QStringLiteral("10-search"));
  if (QQuickItem* field = Stage::find(QStringLiteral("chatSearch"))) field->setProperty("text", QStringLiteral("xylophone"));
  stage.app().search()->setQuery(QStringLiteral("xylophone"));
  stage.settle(300);
  stage.shoot(QStringLiteral("11-search-nothing"));
  Stage::key(Qt::Key_Escape);
  Stage::key(Qt::Key_Escape);
  stage.app().search()->setQuery({});
  stage.app().openChat(3);
  stage.settle(300);
  stage.shoot(QStringLiteral("12-rename"), [] { Stage::key(Qt::Key_F2); });
  Stage::key(Qt::Key_Escape);
  stage.shoot(QStringLiteral("13-chat-menu"), [&stage] {
    Stage::key(Qt::Key_Escape);
    Stage::key(Qt::Key_L, Qt::ControlModifier);
    Stage::key(Qt::Key_F6, Qt::ShiftModifier);
    Stage::key(Qt::Key_F6, Qt::ShiftModifier);
    Stage::key(Qt::Key_Menu);
    stage.settle(200);
  });
  Stage::key(Qt::Key_Escape);
  stage.app().deleteChat(2);
  stage.settle();
  stage.shoot(QStringLiteral("14-undo"));
  stage.app().undoDelete();
  stage.app().openChat(3);
}

void dialogStates(Stage& stage) {
  Stage::call("modelPanel", "open");
  stage.shoot(QStringLiteral("20-model-panel"));
  Stage::call("modelPanel", "close");
  Stage::call("settingsDialog", "open");
  stage.settle(300);
  stage.shoot(QStringLiteral("21-settings"));
  for (const auto& [name, item] : {std::pair("22-settings-answers", "temperature"), std::pair("23-settings-model", "deviceChoice"),
                                   std::pair("24-settings-data", "eraseEverything")}) {
    stage.shoot(QLatin1String(name), [item = QLatin1String(item)] { Stage::scrollTo(item); });
  }
  if (QQuickItem* field = Stage::find(QStringLiteral("settingsSearch"))) field->setProperty("text", stage.text("memory", "内存"));
  stage.settle(200);
  stage.shoot(QStringLiteral("25-settings-search"));
  if (QQuickItem* field = Stage::find(QStringLiteral("settingsSearch"))) field->setProperty("text", QString());
  Stage::call("eraseDialog", "open");
  stage.shoot(QStringLiteral("26-erase"));
  Stage::call("eraseDialog", "close");
  Stage::call("settingsDialog", "close");
  Stage::call("shortcutSheet", "open");
  stage.shoot(QStringLiteral("27-shortcuts"));
  Stage::call("shortcutSheet", "close");
  QMetaObject::invokeMethod(Stage::object("linkDialog"), "ask", Q_ARG(QString, QStringLiteral("https://en.wikipedia.org/wiki/Quicksort")));
  stage.settle();
  stage.shoot(QStringLiteral("28-link"));
  Stage::call("linkDialog", "close");
  Stage::call("unsavedDialog", "open");
  stage.shoot(QStringLiteral("29-unsaved"));
  Stage::call("unsavedDialog", "close");
}

void noticeStates(Stage& stage) {
  stage.app().showProblem({ErrorId::StorageFull, {}, {}});
  stage.shoot(QStringLiteral("30-notice"));
  stage.app().dismissNotice();
  stage.app().showProblem({ErrorId::StorageRestored, {QStringLiteral("24/11/2026 18:05"), QStringLiteral("12")}, {}});
  stage.shoot(QStringLiteral("31-restored"));
  stage.app().dismissNotice();
  const QString reason = QStringLiteral("The self-test of Odd GPU failed: 3 of 300 checks failed");
  stage.app().showProblem({ErrorId::DeviceNotUsed, {QStringLiteral("Odd GPU"), reason}, {}});
  stage.shoot(QStringLiteral("45-device-not-used"));
  stage.app().dismissNotice();
  stage.app().showProblem({ErrorId::DeviceReplaced, {QStringLiteral("Odd GPU"), QStringLiteral("The GPU stopped while computing")}, {}});
  stage.shoot(QStringLiteral("46-device-replaced"));
  stage.app().dismissNotice();
  stage.app().showProblem({ErrorId::StorageSaved, {}, {}});
  stage.shoot(QStringLiteral("32-saved"));
  stage.app().dismissNotice();
  stage.app().reloadModel();
  Q_EMIT stage.engine->loadProgress(stage.engine->loading, 0.43);
  stage.app().send(stage.text("Hello!", "你好！"));
  stage.settle();
  stage.shoot(QStringLiteral("33-loading"));
  stage.engine->failLoad(
      QStringLiteral("/models/mixtral-8x7b.gguf is cut off: it ends at byte 1,288,490,188 but its tensors reach to 28,346,785,792."));
  stage.settle();
  stage.shoot(QStringLiteral("34-model-failed"));
  stage.app().reloadModel();
  stage.loadEmber();
  stage.app().reloadModel();
  stage.engine->finishLoad(4096, QStringLiteral("Qwen3 30B"), QStringLiteral("CPU (AVX2, 2 threads)"), QStringLiteral("ChatML"),
                           QStringLiteral("chat template, line 12: no filter named 'urlize'"));
  stage.settle();
  stage.shoot(QStringLiteral("38-no-chat-template"));
  stage.app().dismissNotice();
  Stage::call("modelPanel", "open");
  stage.shoot(QStringLiteral("39-no-chat-template-panel"));
  Stage::call("modelPanel", "close");
  stage.app().reloadModel();
  stage.loadEmber();
  stage.app().settings()->setFontPercent(160);
  stage.app().openChat(3);
  stage.settle(300);
  stage.shoot(QStringLiteral("35-text-160"));
  Stage::call("settingsDialog", "open");
  stage.settle(300);
  stage.shoot(QStringLiteral("36-settings-160"));
  Stage::call("settingsDialog", "close");
  stage.app().settings()->setFontPercent(100);
}

void everything(const QString& out) {
  for (const char* language : {"en", "zh_CN"}) {
    {
      Stage stage(out, QLatin1String(language), false);
      stage.settle(400);
      stage.shoot(QStringLiteral("00-starting"));
      stage.loadEmber();
      conversationStates(stage);
      codeStates(stage);
      sidebarStates(stage);
      dialogStates(stage);
      noticeStates(stage);
      stage.sizes = {{420, 560}};
      stage.app().openChat(3);
      stage.settle(300);
      stage.shoot(QStringLiteral("40-narrow"));
      Stage::key(Qt::Key_B, Qt::ControlModifier);
      stage.shoot(QStringLiteral("41-narrow-sidebar"));
    }
    for (const Topic& topic : kTopics) topic.pictures(out, QLatin1String(language));
    Stage crashed(out, QLatin1String(language), true);
    crashed.settle(300);
    crashed.app().send(crashed.text("Hello!", "你好！"));
    crashed.settle(300);
    crashed.shoot(QStringLiteral("37-held"));
  }
}

/// Six states at one large size, taken with a scale of two.
void spots(const QString& out) {
  for (const char* language : {"en", "zh_CN"}) {
    const bool chinese = QLatin1String(language) == QLatin1String("zh_CN");
    Stage stage(out, QLatin1String(language), false);
    stage.sizes = {{2560, 1440}};
    stage.themes = {chinese ? QStringLiteral("dark") : QStringLiteral("light")};
    stage.loadEmber();
    stage.shoot(QStringLiteral("50-empty"));
    stage.talk(stage.chinese ? kChineseQuestion : kQuestion, stage.chinese ? kChineseAnswer : kAnswer);
    stage.shoot(QStringLiteral("51-blocks"));
    Stage::call("settingsDialog", "open");
    stage.settle(300);
    stage.shoot(QStringLiteral("52-settings"));
    Stage::call("settingsDialog", "close");
  }
}

void codePictures(const QString& out) {
  Stage stage(out, QStringLiteral("en"), false);
  stage.loadEmber();
  codeStates(stage);
}

/// Light for the English guide, both for the README.
void documentation(const QString& out) {
  for (const char* language : {"en", "zh_CN"}) {
    Stage stage(out, QLatin1String(language), false);
    stage.sizes = {{1180, 780}};
    stage.loadEmber();
    stage.talk(stage.chinese ? kChineseQuestion : kQuestion, stage.chinese ? kChineseAnswer : kAnswer);
    stage.shoot(QStringLiteral("window"), [] { Stage::scrollToStart(); });
    stage.themes = {QStringLiteral("light")};
    Stage::key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    if (QQuickItem* field = Stage::find(QStringLiteral("chatSearch"))) field->setProperty("text", stage.text("rabbit", "兔子"));
    stage.app().search()->setQuery(stage.text("rabbit", "兔子"));
    stage.settle(300);
    stage.shoot(QStringLiteral("search"));
    stage.app().search()->setQuery({});
    Stage::key(Qt::Key_Escape);
    Stage::key(Qt::Key_Escape);
    Stage::call("settingsDialog", "open");
    stage.settle(300);
    stage.shoot(QStringLiteral("settings"));
    Stage::call("settingsDialog", "close");
    Stage::call("shortcutSheet", "open");
    stage.shoot(QStringLiteral("shortcuts"));
    Stage::call("shortcutSheet", "close");
    Stage::key(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
    stage.settle(800);
    if (QQuickItem* page = Stage::find(QStringLiteral("modelsPage"))) page->setProperty("tab", QStringLiteral("discover"));
    stage.settle(800);
    stage.shoot(QStringLiteral("models"));
    Stage::key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    stage.settle(800);
    stage.shoot(QStringLiteral("adapters"));
    Stage::key(Qt::Key_Escape);
  }
}

}  // namespace

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  const QStringList arguments = QCoreApplication::arguments();
  const QString out = arguments.value(1);
  const QString what = arguments.value(2);
  if (arguments.size() != 3 || !QDir().mkpath(out)) {
    qCritical("usage: screenshots OUT_DIR all|spot|docs|code|TOPIC");
    return 2;
  }
  if (what == QLatin1String("spot"))
    spots(out);
  else if (what == QLatin1String("docs"))
    documentation(out);
  else if (what == QLatin1String("code"))
    codePictures(out);
  else if (what == QLatin1String("all"))
    everything(out);
  else if (const auto* topic = std::ranges::find(kTopics, what, [](const Topic& t) { return QLatin1String(t.name); });
           topic != std::end(kTopics))
    for (const char* language : {"en", "zh_CN"}) topic->pictures(out, QLatin1String(language));
  else
    return 2;
  return 0;
}
