#include "mock_list_model.h"

#include <QDateTime>
#include <QDir>
#include <QUrl>
#include <QtQml>

#include "viewmodels/code_colouring.h"
#include "viewmodels/conversation_selection.h"
#include "viewmodels/policy_colouring.h"

MockListModel::MockListModel(QVariantMap defaults, QObject* parent) : QAbstractListModel(parent) {
  setDefaults(defaults);
}

void MockListModel::setDefaults(const QVariantMap& defaults) {
  m_defaults = defaults;
  m_roleNames.clear();
  int role = Qt::UserRole + 1;
  for (auto it = m_defaults.cbegin(); it != m_defaults.cend(); ++it) {
    m_roleNames.insert(role++, it.key().toUtf8());
  }
}

int MockListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant MockListModel::data(const QModelIndex& index, int role) const {
  return value(index.row(), QString::fromUtf8(m_roleNames.value(role)));
}

QHash<int, QByteArray> MockListModel::roleNames() const {
  return m_roleNames;
}

int MockListModel::count() const {
  return static_cast<int>(m_rows.size());
}

void MockListModel::append(const QVariantMap& row) {
  const int at = count();
  beginInsertRows({}, at, at);
  m_rows.append(row);
  endInsertRows();
  Q_EMIT countChanged();
}

void MockListModel::change(int index, const QVariantMap& values) {
  m_rows[index].insert(values);
  Q_EMIT dataChanged(this->index(index), this->index(index));
}

void MockListModel::take(int index) {
  beginRemoveRows({}, index, index);
  m_rows.removeAt(index);
  endRemoveRows();
  Q_EMIT countChanged();
}

void MockListModel::clear() {
  beginResetModel();
  m_rows.clear();
  endResetModel();
  Q_EMIT countChanged();
}

QVariant MockListModel::value(int index, const QString& role) const {
  if (index < 0 || index >= count()) {
    return {};
  }
  return m_rows.at(index).value(role, m_defaults.value(role));
}

MockRows::MockRows(QObject* parent) : MockListModel({}, parent) {}

MockChatListModel::MockChatListModel(QObject* parent)
    : MockListModel({{"chatId", 0},
                     {"title", ""},
                     {"section", "Today"},
                     {"updatedAt", QDateTime()},
                     {"current", false},
                     {"busy", false},
                     {"unread", false},
                     {"kind", "chat"},
                     {"folderId", 0},
                     {"pinned", false},
                     {"archived", false},
                     {"collapsed", false},
                     {"size", 0},
                     {"inside", false},
                     {"privateChat", false}},
                    parent) {}

int MockChatListModel::currentRow() const {
  for (int row = 0; row < count(); ++row) {
    if (value(row, QStringLiteral("current")).toBool()) {
      return row;
    }
  }
  return -1;
}

MockConversationModel::MockConversationModel(QObject* parent)
    : MockListModel({{"messageId", 0},
                     {"role", "user"},
                     {"blocks", QVariant::fromValue<QObject*>(nullptr)},
                     {"text", ""},
                     {"status", "done"},
                     {"statusText", ""},
                     {"stats", ""},
                     {"errorCause", ""},
                     {"errorNextStep", ""},
                     {"errorDetail", ""},
                     {"versionIndex", 1},
                     {"versionCount", 1},
                     {"modelName", "Ember"},
                     {"adapters", ""},
                     {"edited", false},
                     {"canRetry", true},
                     {"canResume", false},
                     {"editing", false},
                     {"editText", ""},
                     {"createdAt", QDateTime()},
                     {"files", QVariantList()},
                     {"ownText", ""},
                     {"editFiles", QVariantList()}},
                    parent) {}

int MockConversationModel::rowOf(const QVariant& messageId) const {
  for (int row = 0; row < count(); ++row) {
    if (value(row, QStringLiteral("messageId")) == messageId) {
      return row;
    }
  }
  return -1;
}

void MockConversationModel::startEdit(const QVariant& messageId) {
  const int row = rowOf(messageId);
  const QVariant files = value(row, QStringLiteral("files"));
  const QVariant text = value(row, files.toList().isEmpty() ? QStringLiteral("text") : QStringLiteral("ownText"));
  change(row, {{"editing", true}, {"editText", text}, {"editFiles", files}});
}

void MockConversationModel::setEditText(const QVariant& messageId, const QString& text) {
  m_rows[rowOf(messageId)].insert(QStringLiteral("editText"), text);
  m_unsavedEdits = true;
  Q_EMIT editsChanged();
}

void MockConversationModel::removeEditFile(const QVariant& messageId, int row) {
  QVariantList files = value(rowOf(messageId), QStringLiteral("editFiles")).toList();
  files.removeAt(row);
  change(rowOf(messageId), {{"editFiles", files}});
}

void MockConversationModel::cancelEdit(const QVariant& messageId) {
  change(rowOf(messageId), {{"editing", false}, {"editText", ""}});
  m_unsavedEdits = false;
  Q_EMIT editsChanged();
}

QVariant MockConversationModel::lastQuestion() const {
  for (int row = count() - 1; row >= 0; --row) {
    if (value(row, QStringLiteral("role")).toString() == QLatin1String("user")) {
      return value(row, QStringLiteral("messageId"));
    }
  }
  return 0;
}

MockBlockListModel::MockBlockListModel(QObject* parent)
    : MockListModel({{"kind", "paragraph"},
                     {"level", 1},
                     {"html", ""},
                     {"code", ""},
                     {"language", ""},
                     {"rows", QVariantList()},
                     {"alignments", QVariantList()},
                     {"formula", QVariantList()},
                     {"boxed", false},
                     {"open", false},
                     {"title", ""}},
                    parent) {}

MockChatAdapterRows::MockChatAdapterRows(QObject* parent)
    : MockListModel({{"adapterId", 0},
                     {"name", ""},
                     {"domain", "own"},
                     {"domainText", "Other"},
                     {"description", ""},
                     {"active", false},
                     {"strength", 1.0},
                     {"strengthText", "1.0"},
                     {"status", "fits"}},
                    parent) {}

MockAdapterListModel::MockAdapterListModel(QObject* parent)
    : MockListModel({{"adapterId", 0},
                     {"name", ""},
                     {"domain", "own"},
                     {"domainText", "Other"},
                     {"description", ""},
                     {"licence", ""},
                     {"detail", "Rank 8 · Alpha 16 · 2.4 MB · GGUF"},
                     {"targets", ""},
                     {"baseName", ""},
                     {"architecture", ""},
                     {"sourceText", "Imported"},
                     {"isStarter", false},
                     {"missing", false},
                     {"path", ""},
                     {"fit", "fits"},
                     {"fitText", "Fits Ember"},
                     {"fitReason", ""},
                     {"modelsText", "Ember Q8_0"}},
                    parent) {}

MockAdapterHubRows::MockAdapterHubRows(QObject* parent)
    : MockListModel({{"repository", ""},
                     {"licence", ""},
                     {"base", ""},
                     {"detail", "12 downloads"},
                     {"gated", false},
                     {"status", ""},
                     {"statusText", ""},
                     {"fraction", 0.0},
                     {"choices", QVariantList()}},
                    parent) {}

MockSearchModel::MockSearchModel(QObject* parent)
    : MockListModel({{"chatId", 0}, {"messageId", 0}, {"title", ""}, {"snippet", ""}, {"section", "Messages"}, {"when", ""}}, parent) {}

bool MockSearchModel::active() const {
  return !m_query.trimmed().isEmpty();
}

void MockSearchModel::openResult(int row) {
  Q_EMIT opened(row);
}

QString MockBlockListModel::codeAt(int row) const {
  return value(row, QStringLiteral("code")).toString();
}

void MockBlockListModel::appendCode(int row, const QString& text) {
  m_rows[row].insert(QStringLiteral("code"), codeAt(row) + text);
  Q_EMIT codeAppended(row, text);
}

QString MockConversationModel::textOf(const QVariant& messageId) const {
  for (int row = 0; row < count(); ++row) {
    if (value(row, QStringLiteral("messageId")) == messageId) return value(row, QStringLiteral("text")).toString();
  }
  return {};
}

void registerMockModule(const QString& mockFolder) {
  constexpr const char* uri = "Hearth.App";
  qmlRegisterType<MockChatListModel>(uri, 1, 0, "ChatListModel");
  qmlRegisterType<MockConversationModel>(uri, 1, 0, "ConversationModel");
  qmlRegisterType<MockBlockListModel>(uri, 1, 0, "BlockListModel");
  qmlRegisterType<CodeColouring>(uri, 1, 0, "CodeColouring");
  qmlRegisterType<ConversationSelection>(uri, 1, 0, "ConversationSelection");
  qmlRegisterType<PolicyColouring>(uri, 1, 0, "PolicyColouring");
  qmlRegisterType<MockSearchModel>(uri, 1, 0, "SearchModel");
  qmlRegisterType<MockChatAdapterRows>(uri, 1, 0, "ChatAdapterRows");
  qmlRegisterType<MockAdapterListModel>(uri, 1, 0, "AdapterListModel");
  qmlRegisterType<MockAdapterHubRows>(uri, 1, 0, "AdapterHubRows");
  qmlRegisterType<MockRows>("Hearth.Mock", 1, 0, "MockRows");
  for (const QFileInfo& mock : QDir(mockFolder).entryInfoList({QStringLiteral("*.qml")}, QDir::Files)) {
    qmlRegisterType(QUrl::fromLocalFile(mock.filePath()), uri, 1, 0, mock.baseName().toUtf8().constData());
  }
}
