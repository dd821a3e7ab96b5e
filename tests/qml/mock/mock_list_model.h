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

 private:
  QVariantMap m_defaults;
  QHash<int, QByteArray> m_roleNames;
  QList<QVariantMap> m_rows;
};

class MockChatListModel : public MockListModel {
  Q_OBJECT
 public:
  explicit MockChatListModel(QObject* parent = nullptr);
};

class MockConversationModel : public MockListModel {
  Q_OBJECT
 public:
  explicit MockConversationModel(QObject* parent = nullptr);
};

class MockBlockListModel : public MockListModel {
  Q_OBJECT
 public:
  explicit MockBlockListModel(QObject* parent = nullptr);
};

/// Registers the models and the QML files of `mockFolder` as module Hearth.App 1.0.
void registerMockModule(const QString& mockFolder);
