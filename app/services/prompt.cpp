#include "services/prompt.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "text/attached_text.h"
#include "text/markdown_stream.h"
#include "text/thinking_marks.h"

namespace {

constexpr int kTitleLength = 60;

}  // namespace

int estimatedTokens(const QString& text) {
  qsizetype latin = 0;
  for (const QChar c : text) latin += c.unicode() < 0x250 ? 1 : 0;
  return static_cast<int>((latin + 2) / 3 + (text.size() - latin) * 3 / 2);
}

QList<AnsweredTurn> answeredTurns(const QList<MessageRow>& path) {
  QList<AnsweredTurn> turns;
  for (qsizetype i = 0; i + 1 < path.size(); ++i) {
    const MessageRow& question = path[i];
    const MessageRow& answer = path[i + 1];
    if (question.role != MessageRole::User || answer.role != MessageRole::Assistant) continue;
    const QString text = ThinkingMarks::plain(MarkdownStream::withoutThinking(answer.content));
    if (!text.trimmed().isEmpty()) turns.append({question.id, answer.id, question.content, text});
  }
  return turns;
}

// Words for the model, in no language of the window.
QString withSummary(const QString& systemPrompt, const QString& summary) {
  if (summary.trimmed().isEmpty()) return systemPrompt;
  const QString told = QStringLiteral("Summary of the earlier conversation:\n") + summary.trimmed();
  return systemPrompt.trimmed().isEmpty() ? told : systemPrompt + QStringLiteral("\n\n") + told;
}

QString summaryRequest() {
  return QStringLiteral(
      "Summarise our conversation so far, and the earlier summary if there is one, so that it can go on from the summary alone. Keep "
      "facts, names, numbers, decisions and open questions. Write in the language of the conversation, briefly, in plain sentences, and "
      "write nothing but the summary.");
}

BegunAnswer begunAnswer(const QString& stored, int maxTokens) {
  const auto trimmed = [maxTokens](QString text) {
    while (text.endsWith(u' ')) text.chop(1);
    if (maxTokens <= 0 || estimatedTokens(text) <= maxTokens) return text;
    qsizetype from = 0;
    for (qsizetype end = text.size(); from < end;) {  // the first place from which it fits
      const qsizetype middle = from + (end - from) / 2;
      if (estimatedTokens(text.mid(middle)) > maxTokens)
        from = middle + 1;
      else
        end = middle;
    }
    while (from < text.size() && !text[from].isSpace()) ++from;
    return text.mid(from).trimmed();
  };
  BegunAnswer begun;
  if (stored.startsWith(kThinkBegin)) {
    const qsizetype end = stored.indexOf(kThinkEnd);
    const qsizetype from = kThinkBegin.size();
    begun.thinking = ThinkingMarks::plain(end < 0 ? stored.mid(from) : stored.mid(from, end - from)).trimmed();
    begun.text = end < 0 ? QString() : stored.mid(end + kThinkEnd.size());
    while (!begun.text.isEmpty() && begun.text.front().isSpace()) begun.text.remove(0, 1);
  } else {
    begun.text = stored;
  }
  begun.text = trimmed(ThinkingMarks::plain(begun.text));
  if (begun.text.isEmpty() || maxTokens <= 0 || estimatedTokens(begun.thinking + begun.text) <= maxTokens)
    begun.thinking = trimmed(begun.thinking);
  else
    begun.thinking.clear();  // thinking that is over matters less than the answer
  return begun;
}

QString titleFor(const QString& firstMessage) {
  if (const MessageParts parts = messageParts(firstMessage); !parts.files.isEmpty())
    return titleFor(parts.text.trimmed().isEmpty() || !cutFileName(parts.text).isEmpty() ? parts.files.first().name : parts.text);
  if (const QString cut = cutFileName(firstMessage); !cut.isEmpty()) return titleFor(cut);
  for (const QStringView line : QStringView(firstMessage).split(u'\n')) {
    QString title = line.toString().simplified();
    qsizetype marks = 0;
    while (marks < title.size() && QStringView(u"#>*-`~ ").contains(title[marks])) ++marks;
    title = title.mid(marks);
    if (title.isEmpty()) continue;
    if (title.size() <= kTitleLength) return title;
    title.truncate(kTitleLength);
    const qsizetype space = title.lastIndexOf(u' ');
    if (space > kTitleLength / 2) title.truncate(space);
    if (title.back().isHighSurrogate()) title.chop(1);
    return title + QChar(0x2026);
  }
  return firstMessage.simplified().left(kTitleLength);
}

QString samplingJson(const AnswerRequest& request) {
  const SamplingSettings& sampling = request.sampling;
  QJsonObject object{{QStringLiteral("temperature"), sampling.temperature},
                     {QStringLiteral("top_p"), sampling.topP},
                     {QStringLiteral("min_p"), sampling.minP},
                     {QStringLiteral("top_k"), sampling.topK},
                     {QStringLiteral("repeat_penalty"), sampling.repeatPenalty},
                     {QStringLiteral("presence_penalty"), sampling.presencePenalty},
                     {QStringLiteral("penalty_last_n"), sampling.penaltyWindow},
                     {QStringLiteral("max_tokens"), request.maxTokens}};
  if (!request.stop.isEmpty()) object.insert(QStringLiteral("stop"), QJsonArray::fromStringList(request.stop));
  if (request.thinking) object.insert(QStringLiteral("thinking"), *request.thinking);
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}
