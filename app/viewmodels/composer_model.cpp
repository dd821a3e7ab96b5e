#include "viewmodels/composer_model.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMimeData>
#include <algorithm>

#include "services/attachment_reader.h"
#include "services/chat_service.h"
#include "services/draft_service.h"
#include "services/model_service.h"
#include "services/prompt.h"
#include "text/attached_text.h"
#include "text/plain_line.h"
#include "viewmodels/readable.h"

namespace {

constexpr qsizetype kWaitingCharacters = 200;  // of a message that waits, on its card

[[nodiscard]] QString nameOf(Attachment::Part part) {
  switch (part) {
    case Attachment::Part::First:
      return QStringLiteral("first");
    case Attachment::Part::Ends:
      return QStringLiteral("ends");
    case Attachment::Part::Whole:
      break;
  }
  return QStringLiteral("whole");
}

[[nodiscard]] Attachment::Part partOf(const QString& name) {
  return name == QLatin1String("first")  ? Attachment::Part::First
         : name == QLatin1String("ends") ? Attachment::Part::Ends
                                         : Attachment::Part::Whole;
}

/// What the rest of the window knows what to do with.
[[nodiscard]] bool isForLibraries(const QUrl& url) {
  const QFileInfo file(url.toLocalFile());
  return !url.isLocalFile() || file.isDir() || file.suffix().compare(u"gguf", Qt::CaseInsensitive) == 0 ||
         file.suffix().compare(u"safetensors", Qt::CaseInsensitive) == 0 || file.fileName() == QLatin1String("adapter_config.json");
}

[[nodiscard]] bool isLong(const QString& text) {
  return text.size() > ComposerModel::kLongCharacters || text.count(u'\n') >= ComposerModel::kLongLines;
}

[[nodiscard]] QString problemWith(const AttachmentFile& file) {
  const QString name = plainLine(file.name);
  switch (file.result) {
    case AttachmentFile::Result::NotReadable:
      return ComposerModel::tr("“%1” cannot be read.").arg(name);
    case AttachmentFile::Result::TooLarge:
      return ComposerModel::tr("“%1” is too large to be attached: the most is %2.")
          .arg(name, Readable::size(static_cast<quint64>(AttachmentFile::kMostBytes)));
    case AttachmentFile::Result::Empty:
      return ComposerModel::tr("“%1” is empty.").arg(name);
    case AttachmentFile::Result::Binary:
      return ComposerModel::tr("“%1” is no text file.").arg(name);
    case AttachmentFile::Result::Encoding:
      return ComposerModel::tr("The characters of “%1” cannot be read: save it as UTF-8.").arg(name);
    case AttachmentFile::Result::NoPdf:
      return ComposerModel::tr("“%1” is a PDF, which this build cannot read.").arg(name);
    case AttachmentFile::Result::NoText:
      return ComposerModel::tr("“%1” has pages without text, as scanned ones are.").arg(name);
    case AttachmentFile::Result::Read:
      break;
  }
  return {};
}

}  // namespace

ComposerModel::ComposerModel(DraftService* drafts, ChatService* chats, ModelService* models, QObject* parent)
    : QObject(parent), m_drafts(drafts), m_chats(chats), m_models(models) {
  m_pool.setMaxThreadCount(1);
  connect(m_drafts, &DraftService::started, this, [this] {
    refresh();
    Q_EMIT textChanged();
  });
  connect(m_drafts, &DraftService::draftChanged, this, [this](qint64 chatId) {
    if (chatId == m_chatId) refresh();
  });
  connect(m_models, &ModelService::stateChanged, this, &ComposerModel::retranslate);
  connect(m_chats, &ChatService::messageChanged, this, &ComposerModel::onMessage);
  connect(m_chats, &ChatService::activityChanged, this, &ComposerModel::onActivity);
  connect(m_chats, &ChatService::chatRemoved, this, [this](qint64 chatId) {
    if (isPrivateId(chatId)) m_drafts->setDraft(chatId, {});  // others can come back
  });
}

ComposerModel::~ComposerModel() {
  m_pool.clear();
  m_pool.waitForDone();
}

Draft ComposerModel::draft() const {
  return m_drafts->draft(m_chatId);
}

void ComposerModel::setDraft(const Draft& draft) {
  const bool sameText = draft.message.text == text();
  m_drafts->setDraft(m_chatId, draft);
  if (!sameText) Q_EMIT textChanged();
}

QString ComposerModel::text() const {
  return draft().message.text;
}

void ComposerModel::setText(const QString& text) {
  Draft next = draft();
  next.message.text = text;
  setDraft(next);
}

void ComposerModel::setChat(qint64 chatId) {
  if (m_chatId == chatId) return;
  m_chatId = chatId;
  setProblem({});
  refresh();
  Q_EMIT textChanged();
}

void ComposerModel::refresh() {
  const Draft shown = draft();
  const QList<Attachment>& files = shown.message.attachments;
  if (files != m_lastAttachments || files.size() != m_shownAttachments.size()) {
    m_lastAttachments = files;
    m_shownAttachments.clear();
    const int fitting = fittingTokens(files.size());
    for (const Attachment& file : files) {
      const int tokens = estimatedTokens(file.text);
      const QString size = Readable::size(static_cast<quint64>(file.text.toUtf8().size()));
      m_shownAttachments.append(QVariantMap{{QStringLiteral("name"), plainLine(file.name)},
                                            {QStringLiteral("detail"), tr("%1 · about %2 tokens").arg(size, Readable::number(tokens, 0))},
                                            {QStringLiteral("part"), nameOf(file.part)},
                                            {QStringLiteral("tooLong"), fitting > 0 && tokens > fitting}});
    }
  }
  m_shownWaiting.clear();
  const qsizetype held = shown.waiting.size() - m_fresh.value(m_chatId);
  for (qsizetype i = 0; i < shown.waiting.size(); ++i) {
    const WrittenMessage& message = shown.waiting[i];
    m_shownWaiting.append(QVariantMap{{QStringLiteral("text"), plainLine(message.text, kWaitingCharacters)},
                                      {QStringLiteral("files"), static_cast<int>(message.attachments.size())},
                                      {QStringLiteral("held"), i < held}});
  }
  Q_EMIT changed();
}

void ComposerModel::retranslate() {
  m_shownAttachments.clear();
  m_lastAttachments.clear();
  refresh();
}

// --- Attachments

/// Half of the context, shared by the attachments: the rest is for the conversation and the answer. 0: unknown, no limit.
int ComposerModel::fittingTokens(qsizetype files) const {
  if (m_models->state() != ModelService::State::Ready || files == 0) return 0;
  return m_models->facts().contextLength / 2 / static_cast<int>(files);
}

void ComposerModel::addFiles(const QList<QUrl>& urls) {
  QStringList paths;
  for (const QUrl& url : urls) paths.append(url.isLocalFile() ? url.toLocalFile() : url.toString());
  if (paths.isEmpty()) return;
  setProblem({});
  if (m_reading++ == 0) Q_EMIT readingChanged();
  m_pool.start([this, paths, chatId = m_chatId, round = m_round] {
    QList<AttachmentFile> files;
    for (const QString& path : paths) files.append(readAttachment(path));
    const auto deliver = [this, chatId, round, files] {
      if (--m_reading == 0) Q_EMIT readingChanged();
      if (round == m_round) attach(chatId, files);
    };
    QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
  });
}

void ComposerModel::attach(qint64 chatId, const QList<AttachmentFile>& files) {
  Draft next = m_drafts->draft(chatId);
  const qsizetype before = next.message.attachments.size();
  QStringList problems;
  for (const AttachmentFile& file : files) {
    if (file.result == AttachmentFile::Result::Read)
      next.message.attachments.append({file.name, file.text, Attachment::Part::Whole});
    else
      problems.append(problemWith(file));
  }
  // Too long: something that can be sent is chosen, and the card says what.
  const int fitting = fittingTokens(next.message.attachments.size());
  for (qsizetype i = before; i < next.message.attachments.size(); ++i) {
    Attachment& file = next.message.attachments[i];
    if (fitting > 0 && estimatedTokens(file.text) > fitting) file.part = Attachment::Part::First;
  }
  m_drafts->setDraft(chatId, next);
  if (!problems.isEmpty()) setProblem(problems.join(u'\n'));
}

QList<QUrl> ComposerModel::takeDropped(const QList<QUrl>& urls) {
  QList<QUrl> mine;
  QList<QUrl> others;
  for (const QUrl& url : urls) (isForLibraries(url) ? others : mine).append(url);
  addFiles(mine);
  return others;
}

QString ComposerModel::pastedName() const {
  const QList<Attachment> files = draft().message.attachments;
  for (int number = 1;; ++number) {
    const QString name = number == 1 ? tr("Pasted text.txt") : tr("Pasted text %1.txt").arg(number);
    const auto same = [&name](const Attachment& file) { return file.name == name; };
    if (std::none_of(files.begin(), files.end(), same)) return name;
  }
}

bool ComposerModel::pasteLong() {
  const QMimeData* content = QGuiApplication::clipboard()->mimeData();
  if (!content) return false;
  QList<QUrl> files = content->urls();
  files.removeIf([](const QUrl& url) { return !url.isLocalFile(); });
  if (!files.isEmpty()) {
    addFiles(files);
    return true;
  }
  const QString text = content->text();
  if (!content->hasText() || !isLong(text)) return false;
  AttachmentFile pasted;
  pasted.result = AttachmentFile::Result::Read;
  pasted.name = pastedName();
  pasted.text = text;
  pasted.text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
  attach(m_chatId, {pasted});
  return true;
}

void ComposerModel::removeAttachment(int row) {
  Draft next = draft();
  if (row < 0 || row >= next.message.attachments.size()) return;
  next.message.attachments.removeAt(row);
  setDraft(next);
}

void ComposerModel::setPart(int row, const QString& part) {
  Draft next = draft();
  if (row < 0 || row >= next.message.attachments.size()) return;
  next.message.attachments[row].part = partOf(part);
  setDraft(next);
}

void ComposerModel::dismissProblem() {
  setProblem({});
}

void ComposerModel::setProblem(const QString& problem) {
  if (std::exchange(m_problem, problem) != problem) Q_EMIT problemChanged();
}

// --- Sending

QString ComposerModel::messageOf(const WrittenMessage& message) const {
  const int fitting = fittingTokens(message.attachments.size());
  QList<AttachedText> files;
  for (const Attachment& file : message.attachments) {
    const int tokens = estimatedTokens(file.text);
    QString text = file.text;
    if (fitting > 0 && tokens > fitting && file.part != Attachment::Part::Whole) {
      const qsizetype most = file.text.size() * fitting / tokens;
      text = file.part == Attachment::Part::First ? beginningOf(text, most) : endsOf(text, most);
    }
    files.append({file.name, text});
  }
  return withAttachedTexts(files, message.text);
}

QString ComposerModel::messageWith(const QString& text) const {
  const WrittenMessage message{text.trimmed(), draft().message.attachments};
  return message.isEmpty() ? QString() : messageOf(message);
}

void ComposerModel::clear() {
  Draft next = draft();
  next.message = {};
  setProblem({});
  setDraft(next);
}

void ComposerModel::wait(const QString& text) {
  Draft next = draft();
  const WrittenMessage message{text.trimmed(), next.message.attachments};
  if (message.isEmpty()) return;
  next.message = {};
  next.waiting.append(message);
  ++m_fresh[m_chatId];
  setProblem({});
  setDraft(next);
}

void ComposerModel::takeWaiting(qint64 chatId, Draft& draft, int row) {
  if (row >= draft.waiting.size() - m_fresh.value(chatId)) --m_fresh[chatId];
  draft.waiting.removeAt(row);
}

void ComposerModel::editWaiting(int row) {
  Draft next = draft();
  if (row < 0 || row >= next.waiting.size()) return;
  const WrittenMessage message = next.waiting[row];
  takeWaiting(m_chatId, next, row);
  next.message.text = next.message.text.trimmed().isEmpty() ? message.text : message.text + QStringLiteral("\n\n") + next.message.text;
  next.message.attachments = message.attachments + next.message.attachments;
  setDraft(next);
}

void ComposerModel::removeWaiting(int row) {
  Draft next = draft();
  if (row < 0 || row >= next.waiting.size()) return;
  takeWaiting(m_chatId, next, row);
  setDraft(next);
}

void ComposerModel::sendWaiting(int row) {
  Draft next = draft();
  if (row < 0 || row >= next.waiting.size() || m_chats->runningCount(m_chatId) > 0 || !m_chats->chat(m_chatId)) return;
  const QString message = messageOf(next.waiting[row]);
  takeWaiting(m_chatId, next, row);
  setDraft(next);
  m_chats->send(m_chatId, message);
}

void ComposerModel::onMessage(const MessageRow& message) {
  if (message.role == MessageRole::Assistant && !isUnderWay(message.status)) m_ends.insert(message.chatId, message.status);
}

void ComposerModel::onActivity(qint64 chatId) {
  if (m_fresh.value(chatId) <= 0 || m_chats->runningCount(chatId) > 0 || m_chats->queuedCount(chatId) > 0) return;
  if (!m_ends.contains(chatId)) return;
  if (m_ends.take(chatId) != MessageStatus::Done) return hold(chatId);
  // Not in the middle of the end of the answer before.
  QMetaObject::invokeMethod(
      this, [this, chatId] { sendNext(chatId); }, Qt::QueuedConnection);
}

/// The answer before did not end by itself: what waits needs another word of the person.
void ComposerModel::hold(qint64 chatId) {
  m_fresh.remove(chatId);
  if (chatId == m_chatId) refresh();
}

void ComposerModel::sendNext(qint64 chatId) {
  Draft next = m_drafts->draft(chatId);
  const int fresh = m_fresh.value(chatId);
  if (fresh <= 0 || fresh > next.waiting.size() || m_chats->runningCount(chatId) > 0 || m_chats->queuedCount(chatId) > 0 ||
      !m_chats->chat(chatId))
    return;
  const qsizetype row = next.waiting.size() - fresh;
  const QString message = messageOf(next.waiting[row]);
  next.waiting.removeAt(row);
  m_fresh[chatId] = fresh - 1;
  m_drafts->setDraft(chatId, next);
  m_chats->send(chatId, message);
}

void ComposerModel::forgetEverything() {
  ++m_round;
  m_fresh.clear();
  m_ends.clear();
  m_drafts->flush();
  m_drafts->forgetEverything();
  setProblem({});
  refresh();
  Q_EMIT textChanged();
}
