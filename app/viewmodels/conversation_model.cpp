#include "viewmodels/conversation_model.h"

#include <QLocale>
#include <algorithm>
#include <utility>

#include "errors/error_catalogue.h"
#include "services/chat_service.h"
#include "services/policy_service.h"
#include "text/markdown_stream.h"
#include "text/thinking_marks.h"
#include "viewmodels/adapter_texts.h"
#include "viewmodels/block_list_model.h"
#include "viewmodels/readable.h"

namespace {

[[nodiscard]] QVariantList shownFiles(const QList<AttachedText>& given) {
  QVariantList files;
  for (const AttachedText& file : given)
    files.append(QVariantMap{{QStringLiteral("name"), file.name},
                             {QStringLiteral("detail"), Readable::size(static_cast<quint64>(file.text.toUtf8().size()))},
                             {QStringLiteral("text"), file.text}});
  return files;
}

}  // namespace

ConversationModel::ConversationModel(QObject* parent, Rows rows) : QAbstractListModel(parent), m_rows(rows) {}

ConversationModel::~ConversationModel() = default;

int ConversationModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

int ConversationModel::count() const {
  return rowCount();
}

QVariant ConversationModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Item& item = m_items[index.row()];
  switch (role) {
    case MessageIdRole:
      return item.row.id;
    case RoleRole:
      return toString(item.row.role);
    case BlocksRole:
      return QVariant::fromValue(blocksOf(item));
    case TextRole:
    case Qt::DisplayRole:
      return item.row.content;
    case StatusRole:
      return toString(shownStatus(item));
    case StatusTextRole:
      return statusText(item);
    case StatsRole:
      return statsText(item.row.stats);
    case ErrorCauseRole:
      return item.row.errorId.isEmpty() ? item.row.errorCause : errorText(errorIdFromName(item.row.errorId)).cause;
    case ErrorNextStepRole:
      return item.row.errorId.isEmpty() ? item.row.errorNextStep : errorText(errorIdFromName(item.row.errorId)).nextStep;
    case ErrorDetailRole:
      return item.row.errorDetail;
    case VersionIndexRole:
      return item.row.versionIndex;
    case VersionCountRole:
      return item.row.versionCount;
    case ModelNameRole:
      return item.row.modelName;
    case AdaptersRole:
      return adaptersText(item.row.adapters);
    case CreatedAtRole:
      return item.row.createdAt.toLocalTime();
    case EditedRole:
      return item.row.isEdited;
    case CanRetryRole:
      return canRetry(index.row());
    case CanResumeRole:
      return canResume(index.row());
    case EditingRole:
      return m_edits.contains(item.row.id);
    case EditTextRole:
      return editText(item.row.id);
    case FilesRole:
      return item.row.role == MessageRole::User ? shownFiles(messageParts(item.row.content).files) : QVariantList();
    case EditFilesRole:
      return shownFiles(m_edits.value(item.row.id).files);
    case OwnTextRole:
      return item.row.role == MessageRole::User ? messageParts(item.row.content).text : item.row.content;
    default:
      return {};
  }
}

QHash<int, QByteArray> ConversationModel::roleNames() const {
  return {{MessageIdRole, "messageId"},
          {RoleRole, "role"},
          {BlocksRole, "blocks"},
          {TextRole, "text"},
          {StatusRole, "status"},
          {StatusTextRole, "statusText"},
          {StatsRole, "stats"},
          {ErrorCauseRole, "errorCause"},
          {ErrorNextStepRole, "errorNextStep"},
          {ErrorDetailRole, "errorDetail"},
          {VersionIndexRole, "versionIndex"},
          {VersionCountRole, "versionCount"},
          {ModelNameRole, "modelName"},
          {AdaptersRole, "adapters"},
          {CreatedAtRole, "createdAt"},
          {EditedRole, "edited"},
          {CanRetryRole, "canRetry"},
          {CanResumeRole, "canResume"},
          {EditingRole, "editing"},
          {EditTextRole, "editText"},
          {FilesRole, "files"},
          {EditFilesRole, "editFiles"},
          {OwnTextRole, "ownText"}};
}

bool ConversationModel::canRetry(int at) const {
  const MessageRow& row = m_items[at].row;
  if (isUnderWay(row.status)) return false;
  return row.role == MessageRole::User || (at > 0 && m_items[at - 1].row.role == MessageRole::User);
}

bool ConversationModel::canResume(int at) const {
  return at + 1 == count() && canRetry(at) && isCutOff(m_items[at].row);
}

void ConversationModel::startEdit(qint64 messageId) {
  const int at = indexOf(messageId);
  if (at < 0 || m_edits.contains(messageId) || isUnderWay(m_items[at].row.status)) return;
  const MessageRow& row = m_items[at].row;
  Edit edit{row.chatId, copiedText(row), {}, {}, {}, false};
  if (row.role == MessageRole::User) {
    const MessageParts parts = messageParts(row.content);
    edit.original = parts.text;
    edit.head = row.content;
    edit.files = parts.files;
  }
  edit.text = edit.original;
  m_edits.insert(messageId, edit);
  Q_EMIT dataChanged(index(at), index(at), {EditingRole, EditTextRole, EditFilesRole});
}

void ConversationModel::setEditText(qint64 messageId, const QString& text) {
  const auto edit = m_edits.find(messageId);
  if (edit == m_edits.end() || edit->text == text) return;
  const bool before = unsavedEdits();
  edit->text = text;
  if (unsavedEdits() != before) Q_EMIT editsChanged();
}

void ConversationModel::removeEditFile(qint64 messageId, int row) {
  const auto edit = m_edits.find(messageId);
  if (edit == m_edits.end() || row < 0 || row >= edit->files.size()) return;
  const bool before = unsavedEdits();
  edit->files.removeAt(row);
  edit->head = withAttachedTexts(edit->files, {});
  edit->isFewer = true;
  if (const int at = indexOf(messageId); at >= 0) Q_EMIT dataChanged(index(at), index(at), {EditFilesRole});
  if (!before) Q_EMIT editsChanged();
}

QString ConversationModel::editedMessage(qint64 messageId) const {
  const Edit edit = m_edits.value(messageId);
  const QString text = edit.text.trimmed();
  if (edit.files.isEmpty()) return text;
  // What was not touched stays to the letter, so that saving it is no change.
  return edit.isChanged() ? withTypedText(edit.head, text) : edit.head;
}

void ConversationModel::cancelEdit(qint64 messageId) {
  const bool before = unsavedEdits();
  if (m_edits.remove(messageId) == 0) return;
  if (const int at = indexOf(messageId); at >= 0) Q_EMIT dataChanged(index(at), index(at), {EditingRole, EditTextRole, EditFilesRole});
  if (before) Q_EMIT editsChanged();
}

bool ConversationModel::isQuestion(qint64 messageId) const {
  const int at = indexOf(messageId);
  return at >= 0 && m_items[at].row.role == MessageRole::User;
}

bool ConversationModel::unsavedEdits() const {
  return std::any_of(m_edits.begin(), m_edits.end(), [](const Edit& edit) { return edit.isChanged(); });
}

void ConversationModel::forgetEdits(qint64 chatId) {
  const QList<qint64> ids = m_edits.keys();
  for (const qint64 id : ids) {
    if (chatId == 0 || m_edits.value(id).chatId == chatId) cancelEdit(id);
  }
}

qint64 ConversationModel::lastQuestion() const {
  const auto last = std::find_if(m_items.rbegin(), m_items.rend(), [](const Item& item) { return item.row.role == MessageRole::User; });
  return last == m_items.rend() ? 0 : last->row.id;
}

MessageStatus ConversationModel::shownStatus(const Item& item) {
  return item.answerQueued ? MessageStatus::Queued : item.row.status;
}

QString ConversationModel::statusText(const Item& item) {
  switch (shownStatus(item)) {
    case MessageStatus::Queued:
      return tr("Queued: sent as soon as the model is ready");
    case MessageStatus::Waiting:
      if (item.row.stopReason == ChatService::kSummarising) return tr("Summarising the earlier conversation…");
      return tr("Waiting for the model…");
    case MessageStatus::Reading:
      return tr("Reading %1%").arg(qRound(item.readingFraction * 100));
    case MessageStatus::Stopped:
      if (const QString rule = PolicyService::ruleOf(item.row.stopReason); !rule.isEmpty())
        return tr("The rest of this answer was blocked by your rule “%1”.").arg(rule);
      return tr("Stopped");
    case MessageStatus::Failed:
      return tr("No answer");
    case MessageStatus::Interrupted:
      return item.row.content.isEmpty() ? tr("Not answered: the application was closed") : tr("Interrupted: the application was closed");
    case MessageStatus::Full:
      return errorText(ErrorId::EngineContextFull).cause + u' ' + errorText(ErrorId::EngineContextFull).nextStep;
    case MessageStatus::Streaming:
    case MessageStatus::Done:
      break;
  }
  return {};
}

QString ConversationModel::statsText(const AnswerStats& stats) {
  if (stats.generatedTokens == 0) return {};
  const QLocale locale;
  const QString speed = tr("%1 tokens/s").arg(locale.toString(stats.tokensPerSecond, 'f', 1));
  const bool quick = stats.firstTokenSeconds < 0.095;  // "0.0 s" says nothing
  const QString first = quick ? tr("%1 ms to first token").arg(std::max(1, qRound(1000 * stats.firstTokenSeconds)))
                              : tr("%1 s to first token").arg(locale.toString(stats.firstTokenSeconds, 'f', 1));
  const QString count = stats.generatedTokens == 1 ? tr("1 token") : tr("%1 tokens").arg(stats.generatedTokens);
  return stats.tokensPerSecond > 0 ? tr("%1 · %2 · %3").arg(speed, first, count) : tr("%1 · %2").arg(first, count);
}

int ConversationModel::indexOf(qint64 messageId) const {
  // Changes are nearly always at the end.
  for (qsizetype i = m_items.size() - 1; i >= 0; --i) {
    if (m_items[i].row.id == messageId) return static_cast<int>(i);
  }
  return -1;
}

BlockListModel* ConversationModel::blocksOf(const Item& item) const {
  if (!item.blocks) {
    item.blocks = new BlockListModel(const_cast<ConversationModel*>(this));
    if (isUnderWay(item.row.status))
      item.blocks->append(item.row.content);
    else
      item.blocks->setText(item.row.content);
  }
  return item.blocks;
}

QList<ConversationModel::Item> ConversationModel::visibleItems(const QList<MessageRow>& path) const {
  QList<Item> items;
  for (const MessageRow& row : path) {
    // One that goes on keeps its text while it waits.
    if (row.status != MessageStatus::Queued || !row.content.isEmpty() || m_rows == Rows::Versions)
      items.append({row, false, 0, nullptr});
    else if (!items.isEmpty())
      items.last().answerQueued = true;
  }
  return items;
}

void ConversationModel::truncate(int size) {
  if (size >= count()) return;
  beginRemoveRows({}, size, count() - 1);
  const QList<Item> gone = m_items.mid(size);
  m_items.resize(size);
  endRemoveRows();
  for (const Item& item : gone) {
    if (item.blocks) item.blocks->deleteLater();  // delegates that fade out may still look at it
  }
}

void ConversationModel::setPath(const QList<MessageRow>& path) {
  const QList<Item> items = visibleItems(path);
  const int before = count();
  int same = 0;
  while (same < std::min(before, static_cast<int>(items.size())) && m_items[same].row.id == items[same].row.id) {
    if (m_items[same].answerQueued != items[same].answerQueued) {
      m_items[same].answerQueued = items[same].answerQueued;
      Q_EMIT dataChanged(index(same), index(same), {StatusRole, StatusTextRole});
    }
    updateMessage(items[same].row);
    ++same;
  }
  truncate(same);
  if (same < items.size()) {
    beginInsertRows({}, same, static_cast<int>(items.size()) - 1);
    m_items += items.mid(same);
    endInsertRows();
  }
  // What a message can do depends on those beside it.
  if (same > 0 && (count() != before || same < count()))
    Q_EMIT dataChanged(index(same - 1), index(same - 1), {CanRetryRole, CanResumeRole});
  if (count() != before) Q_EMIT countChanged();
}

void ConversationModel::updateMessage(const MessageRow& message) {
  const int at = indexOf(message.id);
  if (at < 0 || m_items[at].row == message) return;
  Item& item = m_items[at];
  const bool textChanged = item.row.content != message.content;
  const bool wasUnderWay = isUnderWay(item.row.status);
  // Blocks that are finished take no more text: those of an answer that goes on, or back, are made anew.
  // A rule takes text away.
  const bool isShorter = message.content.size() < item.row.content.size();
  const bool isAnother = isShorter || (!wasUnderWay && (textChanged || isUnderWay(message.status)));
  item.row = message;
  if (item.blocks && isAnother)
    std::exchange(item.blocks, nullptr)->deleteLater();
  else if (item.blocks && !isUnderWay(message.status))
    item.blocks->finish();
  QList<int> roles{StatusRole,   StatusTextRole,   StatsRole,        ErrorCauseRole, ErrorNextStepRole, ErrorDetailRole, ModelNameRole,
                   AdaptersRole, VersionIndexRole, VersionCountRole, EditedRole,     CanRetryRole,      CanResumeRole};
  if (textChanged) roles.append(TextRole);
  if (isAnother) roles.append(BlocksRole);
  Q_EMIT dataChanged(index(at), index(at), roles);
}

void ConversationModel::appendText(qint64 messageId, const QString& text) {
  const int at = indexOf(messageId);
  if (at < 0) return;
  Item& item = m_items[at];
  item.row.content += text;
  if (item.blocks) item.blocks->append(text);
  Q_EMIT dataChanged(index(at), index(at), {TextRole});
}

void ConversationModel::setReadingProgress(qint64 messageId, double fraction) {
  const int at = indexOf(messageId);
  if (at < 0) return;
  m_items[at].readingFraction = fraction;
  Q_EMIT dataChanged(index(at), index(at), {StatusTextRole});
}

void ConversationModel::retranslate() {
  if (!m_items.isEmpty())
    Q_EMIT dataChanged(index(0), index(count() - 1), {StatusTextRole, StatsRole, ErrorCauseRole, ErrorNextStepRole, AdaptersRole});
}

QString ConversationModel::textOf(qint64 messageId) const {
  const int at = indexOf(messageId);
  return at < 0 ? QString() : copiedText(m_items[at].row);
}

QString ConversationModel::copiedText(const MessageRow& row) {
  return row.role == MessageRole::Assistant ? ThinkingMarks::plain(MarkdownStream::withoutThinking(row.content))
                                            : readableMessage(row.content);
}

QString ConversationModel::lastAnswer() const {
  for (auto item = m_items.rbegin(); item != m_items.rend(); ++item) {
    if (item->row.role == MessageRole::Assistant && !item->row.content.isEmpty()) return copiedText(item->row);
  }
  return {};
}

qint64 ConversationModel::lastAnswerId() const {
  const bool answered = !m_items.isEmpty() && m_items.last().row.role == MessageRole::Assistant && !isUnderWay(m_items.last().row.status);
  return answered ? m_items.last().row.id : 0;
}
