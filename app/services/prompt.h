// What the model is told, and other texts made from a conversation. Pure functions.
#pragma once

#include <QList>
#include <QString>

#include "bridge/answer_engine.h"
#include "storage/rows.h"

/// A question of a branch with its answer, as the model is told: without thinking and marks of ours.
struct AnsweredTurn {
  qint64 questionId = 0;
  qint64 answerId = 0;
  QString question;
  QString answer;
};
/// Those of a branch, oldest first. Questions without an answer are left out: templates expect the roles to alternate.
[[nodiscard]] QList<AnsweredTurn> answeredTurns(const QList<MessageRow>& path);

/// Instructions, and behind them what a summary of earlier turns says. Either may be empty.
[[nodiscard]] QString withSummary(const QString& systemPrompt, const QString& summary);
/// Asks for a summary of the turns before it, and of an earlier summary in the instructions.
[[nodiscard]] QString summaryRequest();

/// What the model is told of a stored answer that goes on: without marks of ours and without spaces at its end, which it writes anew.
/// `maxTokens` > 0: no more than the end of it, as far as an estimate fits, from the beginning of a word on.
[[nodiscard]] BegunAnswer begunAnswer(const QString& stored, int maxTokens = 0);

/// Tokens of a text, on the high side: about 3 characters a token for Latin letters, 1.5 tokens for others.
[[nodiscard]] int estimatedTokens(const QString& text);

/// Title of a chat from its first message: the first line with text, without Markdown marks, shortened.
[[nodiscard]] QString titleFor(const QString& firstMessage);

/// What a request says of how its answer is written, as stored with the answer. The seed is stored beside it.
[[nodiscard]] QString samplingJson(const AnswerRequest& request);
