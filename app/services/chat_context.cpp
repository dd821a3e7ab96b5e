// What of a conversation is sent when the context of the model is small: counting, leaving out, summarising.
#include "services/chat_context.h"

#include <algorithm>

#include "services/chat_service.h"
#include "services/chat_settings_service.h"
#include "services/chat_summaries.h"
#include "services/model_library.h"
#include "services/model_service.h"
#include "services/prompt.h"
#include "services/settings.h"
#include "services/token_counter.h"
#include "text/markdown_stream.h"

namespace {

constexpr double kSummaryTemperature = 0.3;

[[nodiscard]] QList<qint64> idsOf(const QList<AnsweredTurn>& turns, qsizetype count) {
  QList<qint64> ids;
  for (const AnsweredTurn& turn : turns.first(count)) ids += {turn.questionId, turn.answerId};
  return ids;
}

[[nodiscard]] int turnsIn(const std::optional<SummaryRow>& summary) {
  return summary ? static_cast<int>(summary->covers.size() / 2) : 0;
}

void addTurns(QList<ChatTurn>& out, const QString& instructions, const QList<AnsweredTurn>& turns, qsizetype from, qsizetype to) {
  if (!instructions.trimmed().isEmpty()) out.append({QStringLiteral("system"), instructions});
  for (qsizetype i = from; i < to; ++i)
    out += {{QStringLiteral("user"), turns[i].question}, {QStringLiteral("assistant"), turns[i].answer}};
}

[[nodiscard]] QStringList textsOf(const QList<AnsweredTurn>& turns) {
  QStringList texts;
  for (const AnsweredTurn& turn : turns) texts += {turn.question, turn.answer};
  return texts;
}

}  // namespace

void ChatService::connectContext() {
  connect(m_tokens, &TokenCounter::changed, this, [this] {
    dispatch();
    Q_EMIT contextChanged(0);
  });
  connect(m_summaries, &ChatSummaries::arrived, this, [this](qint64 chatId) {
    dispatch();
    Q_EMIT contextChanged(chatId);
  });
}

ContextPolicy ChatService::contextPolicy(qint64 chatId) const {
  const QString own = m_chatSettings ? m_chatSettings->of(chatId).contextPolicy : QString();
  return contextPolicyFromString(own.isEmpty() ? m_settings->text(SettingKey::ContextPolicy) : own);
}

/// A request for an answer of a chat, as far as settings say.
AnswerRequest ChatService::requestOf(qint64 chatId) const {
  AnswerRequest request = baseRequest(*m_settings, m_models->settings(), m_models->isStarter());
  if (m_chatSettings) m_chatSettings->applyTo(request, chatId, m_models->facts().thinkingSwitch);
  return request;
}

QString ChatService::instructionsOf(qint64 chatId) const {
  const QString own = m_chatSettings ? m_chatSettings->of(chatId).systemPrompt : QString();
  return own.trimmed().isEmpty() ? systemPromptOf(*m_settings, m_models->settings(), m_models->isStarter()) : own;
}

/// Tokens of what an answer is to, without the room that is kept for it.
ContextInput ChatService::measured(const QString& instructions, const QList<AnsweredTurn>& turns, const QString& question) const {
  const int marks = m_tokens->turnMarks();
  const auto cost = [this, marks](const QString& text) { return text.isEmpty() ? 0 : m_tokens->tokens(text) + marks; };
  ContextInput input;
  input.context = m_models->facts().contextLength;
  input.instructions = instructions.trimmed().isEmpty() ? 0 : cost(instructions);
  for (const AnsweredTurn& turn : turns) input.turns.append({cost(turn.question), cost(turn.answer)});
  input.question = cost(question);
  return input;
}

void ChatService::takeSummary(ContextInput& input, const std::optional<SummaryRow>& summary) const {
  input.summarised = turnsIn(summary);
  if (summary) input.summary = m_tokens->tokens(summary->text) + m_tokens->turnMarks();
}

/// Puts the turns into a request. False: the answer waits for counts or for a summary, or has failed.
bool ChatService::preparePrompt(Answer& answer, AnswerRequest& request) {
  const qint64 chatId = answer.row.chatId;
  const int context = m_models->facts().contextLength;
  const QString instructions = instructionsOf(chatId);
  const QList<MessageRow> path = questionPath(answer);
  const QList<AnsweredTurn> turns = answeredTurns(path);
  const QString question = path.isEmpty() ? QString() : path.last().content;
  const bool trim = answer.trimHistory;
  if (answer.resumed) request.begun = begunAnswer(answer.row.content, trim ? context / 4 : 0);
  const QString begun = request.begun ? request.begun->thinking + request.begun->text : QString();

  // Short conversations fit however far estimates are off: only others wait for the engine.
  ContextInput input = measured(instructions, turns, question);
  const QStringList texts = QStringList{instructions, question, begun} + textsOf(turns);
  const int about = allTokens(input) + m_tokens->tokens(begun);
  if (context > 0 && about > context / 2) {
    if (m_tokens->ask(texts)) return false;
    input = measured(instructions, turns, question);
  }
  input.question += m_tokens->tokens(begun);
  input.reserve = answerReserve(context, request.maxTokens);
  input.policy = contextPolicy(chatId);
  std::optional<SummaryRow> summary;
  if (trim) {  // the answer before found no room: the person asks for one without the oldest turns
    input.context = context / 2;
    input.reserve = 0;
    input.policy = ContextPolicy::DropOldest;
  } else if (input.policy == ContextPolicy::Summarise) {
    if (!m_summaries->isRead(chatId)) return false;
    summary = m_summaries->find(chatId, idsOf(turns, turns.size()));
    takeSummary(input, summary);
  }
  const ContextPlan plan = planContext(input);
  const bool isExact = std::all_of(texts.begin(), texts.end(), [this](const QString& text) { return m_tokens->knows(text); });
  const bool refused = plan.kind == ContextPlan::Kind::Full || plan.kind == ContextPlan::Kind::TooLong;
  if (refused && isExact && !trim) {  // an estimate refuses nothing: the engine knows better
    const QString detail = QStringLiteral("The prompt has %1 tokens, but the context holds %2.").arg(plan.prompt).arg(context);
    failAnswer(answer.row.id, {ErrorId::EngineContextFull, {}, detail});
    return false;
  }
  if (plan.kind == ContextPlan::Kind::Summarise) {
    startSummary(answer, request, turns, plan.summariseTo, summary);
    return false;
  }
  addTurns(request.turns, plan.withSummary && summary ? withSummary(instructions, summary->text) : instructions, turns, plan.first,
           turns.size());
  if (!path.isEmpty()) request.turns.append({QStringLiteral("user"), question});
  return true;
}

// --- Summaries

/// The model reads the turns as it has read them before, so that most of them are still in its cache, and what it is to do comes last.
void ChatService::startSummary(Answer& answer, const AnswerRequest& like, const QList<AnsweredTurn>& turns, int to,
                               const std::optional<SummaryRow>& earlier) {
  const qint64 chatId = answer.row.chatId;
  const bool isBeingWritten = std::any_of(m_answers.begin(), m_answers.end(), [chatId](const Answer& other) {
    return other.row.chatId == chatId && other.summary.has_value();
  });
  if (isBeingWritten) return;  // for another answer to the same question: both use it
  const int context = m_models->facts().contextLength;
  AnswerRequest request = like;
  request.begun.reset();
  request.stop.clear();
  request.maxTokens = summaryRoom(context) * 2;  // models that think first need more than the text takes
  request.sampling.temperature = std::min(request.sampling.temperature, kSummaryTemperature);
  if (m_models->facts().thinkingSwitch) request.thinking = false;
  QList<AnsweredTurn> read = turns.first(to);
  const int from = turnsIn(earlier);
  if (to - from == 1) {  // one that is longer than the context itself is read as far as it fits
    AnsweredTurn& only = read.last();
    for (QString* text : {&only.question, &only.answer}) {
      const int tokens = m_tokens->tokens(*text);
      if (tokens > context / 4) text->truncate(text->size() / tokens * (context / 4) + text->size() % tokens * (context / 4) / tokens);
    }
  }
  addTurns(request.turns, withSummary(instructionsOf(chatId), earlier ? earlier->text : QString()), read, from, to);
  request.turns.append({QStringLiteral("user"), summaryRequest()});

  answer.summary = SummaryRow{chatId, idsOf(turns, to), {}, m_models->name(), QDateTime::currentDateTimeUtc()};
  answer.row.status = MessageStatus::Waiting;
  answer.row.stopReason = kSummarising;
  answer.request = m_engine->submit(request);
  m_requests.insert(answer.request, answer.row.id);
  m_queue.removeOne(answer.row.id);
  publish(answer);
  Q_EMIT pathChanged(chatId);
  Q_EMIT activityChanged(chatId);
}

/// The summary is there, or was stopped: the answer itself begins, or ends.
void ChatService::endSummary(Answer& answer, AnswerEnd end) {
  SummaryRow summary = *std::exchange(answer.summary, std::nullopt);
  const qint64 id = answer.row.id;
  const qint64 chatId = answer.row.chatId;
  m_requests.remove(std::exchange(answer.request, 0));
  answer.row.stopReason.clear();
  summary.text = MarkdownStream::withoutThinking(summary.text).trimmed();
  if (end == AnswerEnd::Cancelled) {
    answer.row.status = MessageStatus::Stopped;
    endAnswer(id);
    return;
  }
  if (summary.text.isEmpty()) {
    failAnswer(id, {ErrorId::AnswerNoSummary, {}, {}});
    return;
  }
  m_summaries->add(summary);
  answer.row.status = MessageStatus::Queued;
  m_queue.prepend(id);
  publish(answer);
  Q_EMIT pathChanged(chatId);
  Q_EMIT activityChanged(chatId);
  Q_EMIT contextChanged(chatId);
  QMetaObject::invokeMethod(this, &ChatService::dispatch, Qt::QueuedConnection);
}

// --- For the window

ContextView ChatService::contextOf(qint64 chatId, const QString& draft) {
  ContextView view;
  const QString instructions = instructionsOf(chatId);
  const bool isReady = m_models->state() == ModelService::State::Ready;
  const QList<MessageRow> rows = path(chatId);
  const QList<AnsweredTurn> turns = answeredTurns(rows);
  // An answer under way is another text with every token.
  const bool grows = !rows.isEmpty() && isUnderWay(rows.last().status) && !turns.isEmpty() && turns.last().answerId == rows.last().id;
  const QStringList texts = QStringList{instructions, draft} + textsOf(turns.first(turns.size() - (grows ? 1 : 0)));
  m_tokens->ask(texts);
  ContextInput next = measured(instructions, turns, draft);
  view.draft = m_tokens->tokens(draft);
  view.isExact = isReady && std::all_of(texts.begin(), texts.end(), [this](const QString& text) { return m_tokens->knows(text); });
  if (!isReady || next.context <= 0) return view;
  view.context = next.context;
  next.policy = contextPolicy(chatId);
  next.reserve = view.reserve = answerReserve(next.context, requestOf(chatId).maxTokens);

  qsizetype end = rows.size();
  while (end > 0 && rows[end - 1].role != MessageRole::User) --end;
  const QList<AnsweredTurn> before = answeredTurns(rows.first(end));
  ContextInput newest = next;
  newest.turns = next.turns.first(before.size());
  newest.question = end > 0 ? measured({}, {}, rows[end - 1].content).question : 0;
  std::optional<SummaryRow> summary, read;
  if (next.policy == ContextPolicy::Summarise && m_summaries->isRead(chatId)) {
    summary = m_summaries->find(chatId, idsOf(turns, turns.size()));
    read = m_summaries->find(chatId, idsOf(before, before.size()));
    takeSummary(next, summary);
    takeSummary(newest, read);
  }
  view.next = planContext(next);
  view.instructions = next.instructions;
  view.conversation = std::max(0, view.next.prompt - next.instructions - next.question);
  const ContextPlan was = planContext(newest);
  if (end == 0 || was.first == 0) return view;
  const qint64 first = was.first < before.size() ? before[was.first].questionId : rows[end - 1].id;
  const auto at = std::find_if(rows.begin(), rows.end(), [first](const MessageRow& row) { return row.id == first; });
  view.unread = static_cast<int>(at - rows.begin());
  view.firstRead = first;
  if (was.withSummary && read) view.summary = read->text;
  return view;
}
