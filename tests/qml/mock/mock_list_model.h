// List models for the window's tests: same role names as the real view-models, filled from QML.
#pragma once

#include <QAbstractListModel>
#include <QVariantMap>

/// @brief Rows are maps; every role has a default, so that required properties of delegates are always met.
class MockListModel : public QAbstractListModel {
  Q_OBJECT
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  explicit MockListModel(QVariantMap defaults, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const;

  Q_INVOKABLE void append(const QVariantMap& row);
  Q_INVOKABLE void change(int index, const QVariantMap& values);
  Q_INVOKABLE void take(int index);
  Q_INVOKABLE void clear();
  Q_INVOKABLE [[nodiscard]] QVariant value(int index, const QString& role) const;

 Q_SIGNALS:
  void countChanged();

 protected:
  void setDefaults(const QVariantMap& defaults);
  QList<QVariantMap> m_rows;

 private:
  QVariantMap m_defaults;
  QHash<int, QByteArray> m_roleNames;
};

/// @brief A list whose roles are written in QML, so that a mock needs no C++ of its own.
class MockRows : public MockListModel {
  Q_OBJECT
  Q_PROPERTY(QVariantMap defaults READ defaults WRITE setDefaults)
 public:
  explicit MockRows(QObject* parent = nullptr);

  [[nodiscard]] QVariantMap defaults() const { return {}; }
  void setDefaults(const QVariantMap& defaults) { MockListModel::setDefaults(defaults); }
};

class MockChatListModel : public MockListModel {
  Q_OBJECT
  Q_PROPERTY(int currentRow READ currentRow NOTIFY countChanged)
 public:
  explicit MockChatListModel(QObject* parent = nullptr);

  /// Row of the chat that is shown, -1 if it has none.
  [[nodiscard]] int currentRow() const;
};

class MockConversationModel : public MockListModel {
  Q_OBJECT
  Q_PROPERTY(bool unsavedEdits MEMBER m_unsavedEdits NOTIFY editsChanged)
 public:
  explicit MockConversationModel(QObject* parent = nullptr);

  Q_INVOKABLE [[nodiscard]] QString textOf(const QVariant& messageId) const;
  Q_INVOKABLE void startEdit(const QVariant& messageId);
  Q_INVOKABLE void setEditText(const QVariant& messageId, const QString& text);
  Q_INVOKABLE void removeEditFile(const QVariant& messageId, int row);
  Q_INVOKABLE void cancelEdit(const QVariant& messageId);
  Q_INVOKABLE [[nodiscard]] QVariant lastQuestion() const;

 Q_SIGNALS:
  void editsChanged();

 private:
  [[nodiscard]] int rowOf(const QVariant& messageId) const;

  bool m_unsavedEdits = false;
};

class MockBlockListModel : public MockListModel {
  Q_OBJECT
 public:
  explicit MockBlockListModel(QObject* parent = nullptr);

  Q_INVOKABLE [[nodiscard]] QString codeAt(int row) const;
  /// Lets the code of a block grow as the real model does.
  Q_INVOKABLE void appendCode(int row, const QString& text);

 Q_SIGNALS:
  void codeAppended(int row, const QString& text);
};

/// @brief Results that the test puts in; openResult() is reported by opened().
class MockSearchModel : public MockListModel {
  Q_OBJECT
  Q_PROPERTY(QString query MEMBER m_query NOTIFY queryChanged)
  Q_PROPERTY(bool active READ active NOTIFY queryChanged)
  Q_PROPERTY(QString hint MEMBER m_hint NOTIFY hintChanged)
  Q_PROPERTY(bool busy MEMBER m_busy NOTIFY busyChanged)
 public:
  explicit MockSearchModel(QObject* parent = nullptr);

  [[nodiscard]] bool active() const;
  Q_INVOKABLE void openResult(int row);

 Q_SIGNALS:
  void queryChanged();
  void hintChanged();
  void busyChanged();
  void opened(int row);

 private:
  QString m_query;
  QString m_hint;
  bool m_busy = false;
};

/// Rows of the adapter models; their properties are in mock/*.qml.
class MockChatAdapterRows : public MockListModel {
  Q_OBJECT
 public:
  explicit MockChatAdapterRows(QObject* parent = nullptr);
};

class MockAdapterListModel : public MockListModel {
  Q_OBJECT
 public:
  explicit MockAdapterListModel(QObject* parent = nullptr);
};

class MockAdapterHubRows : public MockListModel {
  Q_OBJECT
 public:
  explicit MockAdapterHubRows(QObject* parent = nullptr);
};

/// Registers the models and the QML files of `mockFolder` as module Hearth.App 1.0.
void registerMockModule(const QString& mockFolder);
