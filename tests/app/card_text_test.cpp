#include "text/card_text.h"

#include <gtest/gtest.h>

namespace {

QString factOf(const CardText& card, const char* key) {
  for (const auto& [name, value] : card.facts)
    if (name == QLatin1String(key)) return value;
  return {};
}

TEST(CardText, TakesTheKeysOffTheBeginning) {
  const CardText card = cardText(QStringLiteral(
      "---\nlicense: apache-2.0\ndatasets:\n- a/one\n- 'b/two'\nlanguage: [en, zh]\nunknown: x\ntags:\n- moe\nbase_model: \"o/n\"\n"
      "---\n\n# Title\nText"));
  EXPECT_EQ(factOf(card, "license"), QStringLiteral("apache-2.0"));
  EXPECT_EQ(factOf(card, "datasets"), QStringLiteral("a/one, b/two"));
  EXPECT_EQ(factOf(card, "language"), QStringLiteral("en, zh"));
  EXPECT_EQ(factOf(card, "base_model"), QStringLiteral("o/n"));
  EXPECT_EQ(card.facts.size(), 4);
  EXPECT_EQ(card.body, QStringLiteral("# Title\nText"));
}

TEST(CardText, ARuleIsNotABlockOfKeys) {
  EXPECT_EQ(cardText(QStringLiteral("Text\n---\nlicense: mit\n---\n")).facts.size(), 0);
  const QString open = QStringLiteral("---\nlicense: mit\nno end");
  EXPECT_EQ(cardText(open).body, open) << "without an end nothing is taken";
}

TEST(CardText, LeavesOutHtmlButNotInCode) {
  const CardText card =
      cardText(QStringLiteral("<div align=\"center\">\n  <img src=\"https://x/y.png\" width=60%>\n</div>\n<!-- a\nb --> kept\n\n"
                              "a <b>bold</b> word, 1 < 2 and <https://example.org>\n```html\n<div>code</div>\n```\n"));
  EXPECT_FALSE(card.body.contains(QStringLiteral("img")));
  EXPECT_FALSE(card.body.contains(QStringLiteral("<!--")));
  EXPECT_TRUE(card.body.contains(QStringLiteral("kept")));
  EXPECT_TRUE(card.body.contains(QStringLiteral("a bold word, 1 < 2 and <https://example.org>")));
  EXPECT_TRUE(card.body.contains(QStringLiteral("<div>code</div>")));
}

TEST(CardText, FindsSectionsAboutTrainingData) {
  const CardText card = cardText(QStringLiteral(
      "# Model\nintro\n## Training Data\n5 T tokens\n### Sources\nbooks\n## Use\nchat\n```\n# Training\n```\n## 训练数据\n中文\n"));
  EXPECT_EQ(card.training, QStringLiteral("## Training Data\n5 T tokens\n### Sources\nbooks\n## 训练数据\n中文"));
  EXPECT_TRUE(cardText(QStringLiteral("# A\n## Usage\nx")).training.isEmpty());
}

TEST(CardText, BoundsLongCards) {
  const CardText card = cardText(QStringLiteral("line of text\n").repeated(10'000), 1'000);
  EXPECT_TRUE(card.shortened);
  EXPECT_LE(card.body.size(), 1'000);
  EXPECT_TRUE(card.body.endsWith(QStringLiteral("text")));
  EXPECT_FALSE(cardText(QStringLiteral("short")).shortened);
  EXPECT_TRUE(cardText(QString(2'000'000, u'<')).shortened);
  EXPECT_TRUE(cardText({}).body.isEmpty());
}

}  // namespace
