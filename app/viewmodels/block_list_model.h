// The blocks of one message.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QElapsedTimer>

#include "text/markdown_stream.h"

/// @brief Blocks of one message as rows; rows of finished blocks never change, so their delegates are kept.
///
/// Fed with plain text by append() while an answer streams; finish() closes the last block.
class BlockListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Blocks belong to a message")
  /// Number of blocks.
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    KindRole = Qt::UserRole + 1,  ///< "paragraph"|"heading"|"code"|"table"|"list"|"quote"|"rule"|"math"|"thinking"
    LevelRole,                    ///< heading level 1..6
    HtmlRole,                     ///< sanitised html, see text/sanitised_html.h
    CodeRole,                     ///< plain text of a code block; source of a formula
    LanguageRole,                 ///< language of a code block, may be empty
    RowsRole,                     ///< table: list of lists of html cells, header first
    AlignmentsRole,               ///< table: "left"|"center"|"right" for each column
    FormulaRole,                  ///< math: list of lines, a list of cells each, a list of pieces each (MathPiece); empty: show HtmlRole
    BoxedRole,                    ///< math: in a frame
    OpenRole,                     ///< still streaming
    TitleRole,                    ///< thinking: "Thinking…" or "Thought for 12 s"
  };
  Q_ENUM(Role)

  explicit BlockListModel(QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const;

  /// Adds streamed text.
  void append(const QString& text);
  /// No more text comes.
  void finish();
  /// Shows a whole, finished text. Only for an empty model.
  void setText(const QString& text);
  /// The code of a block; see codeAppended().
  Q_INVOKABLE [[nodiscard]] QString codeAt(int row) const;

 Q_SIGNALS:
  void countChanged();
  /// The code of a row has grown by `text`. No dataChanged() with CodeRole tells so: a long listing would be handed to QML as a whole
  /// with every token.
  void codeAppended(int row, const QString& text);

 private:
  void sync();
  /// Announces growth of the last row if it is code that was only added to; returns whether it was.
  bool syncCode(qsizetype row);
  [[nodiscard]] QString thinkingTitle(const MarkdownBlock& block) const;

  MarkdownStream m_stream;
  QList<MarkdownBlock::Kind> m_kinds;  // of the rows that the view has been told of
  qsizetype m_codeRow = -1;            // the last row, if it is code that the view knows up to m_codeSize
  qsizetype m_codeSize = 0;
  QElapsedTimer m_clock;     // since the first text; runs only for text that streams
  qint64 m_thinkingMs = -1;  // how long the thinking section took, once known
};
