#include "text/sentence_splitter.h"

#include <gtest/gtest.h>

namespace {

/// The sentences of a text that arrives in pieces of `step` characters.
[[nodiscard]] QStringList split(const QString& text, qsizetype step) {
  SentenceSplitter splitter;
  QStringList all;
  for (qsizetype at = 0; at < text.size(); at += step) all += splitter.feed(text.mid(at, step));
  return all + splitter.finish();
}

TEST(SentenceSplitter, SentencesComeOutAsSoonAsTheyAreComplete) {
  SentenceSplitter splitter;
  EXPECT_EQ(splitter.feed(QStringLiteral("Hello there. How are")), QStringList{QStringLiteral("Hello there.")});
  EXPECT_EQ(splitter.feed(QStringLiteral(" you?")), QStringList());  // perhaps more marks follow
  EXPECT_EQ(splitter.feed(QStringLiteral(" Fine")), QStringList{QStringLiteral("How are you?")});
  EXPECT_EQ(splitter.finish(), QStringList{QStringLiteral("Fine")});
}

TEST(SentenceSplitter, TheResultDoesNotDependOnThePieces) {
  const QString text = QStringLiteral(
      "<think>\nHidden thoughts. Really.\n</think>\n# A **bold** heading\nPi is 3.14 or so. See [the page](https://x.org/a.b).\n\n"
      "- one\n- two\n\n```cpp\nint a = 1; // x. y\nint b;\n```\nDone! 你好。再见！");
  const QStringList expected{QStringLiteral("A bold heading"),
                             QStringLiteral("Pi is 3.14 or so."),
                             QStringLiteral("See the page."),
                             QStringLiteral("one"),
                             QStringLiteral("two"),
                             QStringLiteral("\u0001"
                                            "2"),
                             QStringLiteral("Done!"),
                             QStringLiteral("你好。"),
                             QStringLiteral("再见！")};
  for (const qsizetype step : {1, 2, 3, 7, 1000}) EXPECT_EQ(split(text, step), expected) << step;
}

TEST(SentenceSplitter, OpenCodeAndOpenThoughts) {
  EXPECT_EQ(split(QStringLiteral("```\na\nb"), 1), QStringList{QStringLiteral("\u0001"
                                                                              "2")});
  EXPECT_EQ(split(QStringLiteral("<think>never ends. at all."), 3), QStringList());
  EXPECT_EQ(split(QString(), 1), QStringList());
}

}  // namespace
