// One segment of Markdown -> blocks, through md4c.
#pragma once

#include <QList>
#include <QStringView>

#include "text/markdown_block.h"

/// How formulas inside sentences are written: as they are read, or as their source with its marks.
enum class SentenceMath { Drawn, Source };

/// Parses a whole segment; its blocks are closed. Never fails: what md4c cannot parse becomes one escaped paragraph.
[[nodiscard]] QList<MarkdownBlock> parseMarkdown(QStringView segment, SentenceMath formulas = SentenceMath::Drawn);

/// A block as html in one piece, for blocks inside a thinking section.
[[nodiscard]] QString flattenedHtml(const MarkdownBlock& block);
