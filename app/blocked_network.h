// The QML engine's network access: none.
#pragma once

#include <QQmlNetworkAccessManagerFactory>

/// Text of a model is hostile: whatever it makes a QML item load, nothing leaves this computer.
class BlockedNetworkFactory final : public QQmlNetworkAccessManagerFactory {
 public:
  QNetworkAccessManager* create(QObject* parent) override;
};
