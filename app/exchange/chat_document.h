// A conversation as something to read: which messages come in which order, under which headings.
#pragma once

#include <QList>
#include <QString>

#include "exchange/conversation_tree.h"

/// What people choose.
struct DocumentOptions {
  bool allBranches = false;  // else the shown branch only
  bool thinking = false;     // with what models thought before they answered
  bool watermark = false;    // ends with documentOrigin()
};

/// A run of messages, each of which answers the one before it.
struct DocumentPart {
  QString heading;  // empty: the shown branch
  QList<qint64> ids;
};

/// The shown branch first. With all branches, each other one follows from where it leaves those before it, so that no message is there
/// twice: a reader who opens a file wants the conversation as it was seen, and can go on to its variants.
[[nodiscard]] QList<DocumentPart> documentParts(const ConversationTree& tree, const DocumentOptions& options);

/// A stored answer as a model wrote it, in two parts.
struct AnswerParts {
  QString thinking;
  QString text;
};
[[nodiscard]] AnswerParts answerParts(const QString& stored);

/// "Untitled chat" for one without a title.
[[nodiscard]] QString documentTitle(const ConversationTree& tree);
/// "26 November 2026 at 17:40", in the language of the window.
[[nodiscard]] QString documentTime(const QDateTime& time);
/// "You", or the name of the model and its adapters.
[[nodiscard]] QString documentAuthor(const MessageRow& message);
/// Why an answer is not complete; empty: it is.
[[nodiscard]] QString documentRemark(const MessageRow& message);
/// "Written with Hearth by MODEL on DATE": the models of all shown answers, and the day of the last one. Empty: there is no answer.
[[nodiscard]] QString documentOrigin(const ConversationTree& tree, const DocumentOptions& options);
/// "Thinking".
[[nodiscard]] QString thinkingHeading();
/// What a file is called that has these messages, without its ending; never empty, and safe on every system.
[[nodiscard]] QString documentFileName(const QString& title);
