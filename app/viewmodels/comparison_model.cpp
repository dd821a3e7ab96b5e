#include "viewmodels/comparison_model.h"

#include <algorithm>
#include <cmath>

#include "services/adapter_library.h"
#include "services/chat_service.h"
#include "services/model_service.h"
#include "viewmodels/adapter_texts.h"
#include "viewmodels/conversation_model.h"

namespace {

constexpr qint64 kModelAlone = 0;
constexpr qint64 kAsInChat = -1;
constexpr double kStep = 0.05;

}  // namespace

ComparisonModel::ComparisonModel(ChatService* chats, const AdapterLibrary* adapters, const ModelService* models, QObject* parent)
    : QObject(parent),
      m_chats(chats),
      m_adapters(adapters),
      m_models(models),
      m_answers(new ConversationModel(this, ConversationModel::Rows::Versions)) {
  connectChats();
  connect(adapters, &AdapterLibrary::listChanged, this, &ComparisonModel::refreshOptions);
  connect(adapters, &AdapterLibrary::adapterChanged, this, &ComparisonModel::refreshOptions);
  connect(adapters, &AdapterLibrary::removed, this, &ComparisonModel::refreshOptions);
  connect(adapters, &AdapterLibrary::fitChanged, this, &ComparisonModel::refreshOptions);
  connect(adapters, &AdapterLibrary::switchesChanged, this, &ComparisonModel::refreshOptions);
  connect(models, &ModelService::stateChanged, this, &ComparisonModel::refreshOptions);
  begin();
}

void ComparisonModel::connectChats() {
  connect(m_chats, &ChatService::comparisonChanged, this, [this](qint64 chatId) {
    if (chatId == m_chat) refreshAnswers();
  });
  connect(m_chats, &ChatService::activityChanged, this, [this](qint64 chatId) {
    if (chatId == m_chat) refreshBusy();
  });
  connect(m_chats, &ChatService::pathChanged, this, [this](qint64 chatId) {
    if (chatId == m_chat) refreshKept();
  });
  // Messages that are not compared are not found there.
  connect(m_chats, &ChatService::messageChanged, m_answers, &ConversationModel::updateMessage);
  connect(m_chats, &ChatService::answerText, m_answers, &ConversationModel::appendText);
  connect(m_chats, &ChatService::readingProgress, m_answers, &ConversationModel::setReadingProgress);
}

QList<qint64> ComparisonModel::fitting() const {
  QList<qint64> ids;
  const qint64 variant = m_models->variantId();
  for (const AdapterRow& row : m_adapters->adapters()) {
    if (variant != 0 && !row.isMissing() && m_adapters->fit(row.id, variant).state == AdapterFit::State::Fits) ids.append(row.id);
  }
  return ids;
}

AnswerConfiguration ComparisonModel::inChat() const {
  AnswerConfiguration configuration;
  QList<double> scales;
  const QList<AdapterRow> rows = m_adapters->active(m_chat, m_models->variantId(), &scales);
  for (qsizetype i = 0; i < rows.size(); ++i) configuration.append({rows[i].id, scales[i]});
  return configuration;
}

AnswerConfiguration ComparisonModel::configuration(const Column& column) const {
  if (column.key == kModelAlone) return {};
  if (column.key == kAsInChat) return inChat();
  return {{column.key, column.scale}};
}

QString ComparisonModel::nameOf(qint64 key) const {
  if (key == kModelAlone) return tr("%1 alone", "a model without adapters").arg(m_models->name());
  if (key == kAsInChat) return tr("As in this chat: %1").arg(adaptersText(recordedAdapters(*m_adapters, inChat())));
  const auto row = m_adapters->adapter(key);
  return row ? row->name : tr("Removed adapter");
}

QVariantList ComparisonModel::options() const {
  QList<qint64> keys{kModelAlone};
  if (inChat().size() > 1) keys.append(kAsInChat);
  keys += fitting();
  QVariantList list;
  for (const qint64 key : keys) list.append(QVariantMap{{QStringLiteral("key"), key}, {QStringLiteral("text"), nameOf(key)}});
  return list;
}

bool ComparisonModel::possible() const {
  return !fitting().isEmpty();
}

QVariantList ComparisonModel::columns() const {
  QVariantList list;
  for (const Column& column : m_columns)
    list.append(QVariantMap{{QStringLiteral("key"), column.key},
                            {QStringLiteral("scale"), column.scale},
                            {QStringLiteral("scaleText"), adapterScaleText(column.scale)},
                            {QStringLiteral("title"), nameOf(column.key)},
                            {QStringLiteral("hasScale"), column.key > 0}});
  return list;
}

void ComparisonModel::begin() {
  m_columns = {{kModelAlone, 1}};
  const AnswerConfiguration on = inChat();
  if (on.size() > 1) m_columns.append({kAsInChat, 1});
  if (on.size() == 1) m_columns.append({on.first().adapterId, on.first().scale});
  for (const qint64 id : fitting()) {
    const bool there = std::any_of(m_columns.begin(), m_columns.end(), [id](const Column& column) { return column.key == id; });
    if (!there && m_columns.size() < kMost) m_columns.append({id, 1});
  }
  while (m_columns.size() < kLeast) m_columns.append({kModelAlone, 1});
  Q_EMIT columnsChanged();
}

void ComparisonModel::refreshOptions() {
  const QList<qint64> ids = fitting();
  bool changed = false;
  for (Column& column : m_columns) {
    const bool gone = column.key > 0 && !ids.contains(column.key);
    const bool off = column.key == kAsInChat && inChat().size() < 2;
    if (!gone && !off) continue;
    column = {};
    changed = true;
  }
  const bool nothing = std::all_of(m_columns.begin(), m_columns.end(), [](const Column& column) { return column.key == kModelAlone; });
  Q_EMIT optionsChanged();
  if (nothing && !ids.isEmpty() && !changed)
    begin();  // adapters are known by now
  else
    Q_EMIT columnsChanged();
}

void ComparisonModel::setColumn(int column, qint64 key) {
  if (column < 0 || column >= m_columns.size() || m_columns[column].key == key) return;
  m_columns[column] = {key, 1};
  Q_EMIT columnsChanged();
}

void ComparisonModel::setScale(int column, double scale) {
  if (column < 0 || column >= m_columns.size() || !std::isfinite(scale)) return;
  m_columns[column].scale = std::round(std::clamp(scale, 0.0, AdapterLibrary::kLargestScale) / kStep) * kStep;
  Q_EMIT columnsChanged();
}

void ComparisonModel::addColumn() {
  if (!canAdd()) return;
  const QList<qint64> ids = fitting();
  const auto unused = std::find_if(ids.begin(), ids.end(), [this](qint64 id) {
    return std::none_of(m_columns.begin(), m_columns.end(), [id](const Column& column) { return column.key == id; });
  });
  m_columns.append({unused == ids.end() ? kModelAlone : *unused, 1});
  Q_EMIT columnsChanged();
}

void ComparisonModel::removeColumn(int column) {
  if (column < 0 || column >= m_columns.size() || m_columns.size() <= kLeast) return;
  m_columns.removeAt(column);
  Q_EMIT columnsChanged();
}

void ComparisonModel::send(const QString& text) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty() || m_busy || !m_chats->isStarted()) return;
  if (m_allowed && !m_allowed(trimmed)) return Q_EMIT refused(text);
  QList<AnswerConfiguration> configurations;
  for (const Column& column : std::as_const(m_columns)) configurations.append(configuration(column));
  const qint64 chatId = m_chats->compare(m_chat, trimmed, configurations);
  Q_EMIT chatBegan(chatId);  // shows it, where it is not shown yet
  refreshAnswers();
}

void ComparisonModel::showVersions(qint64 messageId) {
  m_chats->openComparison(m_chat, messageId);
}

void ComparisonModel::stop() {
  m_chats->stop(m_chat);
}

void ComparisonModel::keep(qint64 messageId) {
  m_chats->keep(m_chat, messageId);
}

void ComparisonModel::setChat(qint64 chatId) {
  if (chatId == m_chat) return;
  m_chat = chatId;
  refreshAnswers();
  refreshOptions();
}

QStringList ComparisonModel::titles() const {
  QStringList titles;
  for (const MessageRow& row : m_chats->comparison(m_chat))
    titles.append(row.adapters.isEmpty() ? row.modelName.isEmpty() ? m_models->name() : row.modelName : adaptersText(row.adapters));
  return titles;
}

void ComparisonModel::refreshAnswers() {
  const QList<MessageRow> rows = m_chats->comparison(m_chat);
  m_answers->setPath(rows);
  m_question.clear();
  for (const MessageRow& row : m_chats->path(m_chat)) {
    if (!rows.isEmpty() && row.id == rows.first().parentId) m_question = row.content;
  }
  refreshBusy();
  refreshKept();
  Q_EMIT answersChanged();
}

void ComparisonModel::refreshBusy() {
  const bool busy = m_chats->runningCount(m_chat) > 0 || m_chats->queuedCount(m_chat) > 0;
  if (std::exchange(m_busy, busy) != busy) Q_EMIT busyChanged();
}

void ComparisonModel::refreshKept() {
  qint64 kept = 0;
  const QList<MessageRow> path = m_chats->path(m_chat);
  for (const MessageRow& row : m_chats->comparison(m_chat)) {
    if (std::any_of(path.begin(), path.end(), [&row](const MessageRow& shown) { return shown.id == row.id; })) kept = row.id;
  }
  if (std::exchange(m_kept, kept) != kept) Q_EMIT keptChanged();
}

void ComparisonModel::retranslate() {
  m_answers->retranslate();
  Q_EMIT optionsChanged();
  Q_EMIT columnsChanged();
  Q_EMIT answersChanged();
}
