// A part of a block as text, for copying.
#pragma once

#include <QString>
#include <memory>
#include <optional>

#include "text/markdown_block.h"

class QTextBlock;
class QTextDocument;
class QTextTable;

/// @brief A block with the positions that its delegate has: those of the document that shows its html, of the characters of code, and 0
/// (in front) and 1 (behind) of what is selected as one thing, a displayed formula or a rule.
///
/// Parts are half open, [from, to), and clipped to what there is.
class BlockText {
 public:
  struct Part {
    int from = 0;
    int to = 0;
    bool operator==(const Part&) const = default;
  };

  explicit BlockText(MarkdownBlock block);
  /// What a person wrote.
  [[nodiscard]] static BlockText ofQuestion(const QString& text);
  ~BlockText();
  BlockText(BlockText&&) noexcept;

  /// The position behind the last character.
  [[nodiscard]] int length() const;
  /// Readable text: items with bullets and numbers, cells with tabs between them, formulas of their own as their source.
  [[nodiscard]] QString plain(Part part) const;
  /// The same as Markdown.
  [[nodiscard]] QString markdown(Part part) const;
  /// The word around a position; what is no word, as one character.
  [[nodiscard]] Part wordAt(int position) const;
  /// The paragraph, line of code, item or cell around a position.
  [[nodiscard]] Part lineAt(int position) const;

 private:
  enum class Style { Plain, Markdown };
  BlockText();

  [[nodiscard]] Part clipped(Part part) const;
  [[nodiscard]] bool isWhole(Part part) const { return part.from <= 0 && part.to >= length(); }
  /// The characters by position; ends of paragraphs are line breaks.
  [[nodiscard]] QString characters() const;
  [[nodiscard]] QString written(Part part, Style style) const;
  [[nodiscard]] QString inlineText(const QTextBlock& line, Part part, Style style) const;
  [[nodiscard]] QString cell(const QTextTable& table, int row, int column, Part part, Style style) const;
  [[nodiscard]] QString rows(const QTextTable& table, Part part, Style style) const;
  [[nodiscard]] QString codeMarkdown(const QString& code) const;

  MarkdownBlock m_block;
  std::optional<QString> m_text;              // code and questions
  std::unique_ptr<QTextDocument> m_document;  // what is shown as html
  bool m_isQuestion = false;
};
