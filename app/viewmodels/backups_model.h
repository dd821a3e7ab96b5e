// The copies of all chats that Hearth keeps.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QVariantList>

#include "services/chat_exchange_service.h"
#include "storage/backups.h"
#include "viewmodels/background.h"

/// @brief The list of backups, and putting one in the place of everything.
class BackupsModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.backups")
  /// Newest first: maps with file, time ("26 Nov 2026 17:40"), about ("12 chats · 1.3 MB") and damaged.
  Q_PROPERTY(QVariantList items READ items NOTIFY changed)
  /// The list has been read.
  Q_PROPERTY(bool known READ known NOTIFY changed)
  /// A backup is being restored.
  Q_PROPERTY(bool busy READ busy NOTIFY changed)

 public:
  /// `service` must outlive this object.
  explicit BackupsModel(ChatExchangeService* service, QObject* parent = nullptr);

  [[nodiscard]] QVariantList items() const;
  [[nodiscard]] bool known() const { return m_known; }
  [[nodiscard]] bool busy() const { return m_busy; }

  /// Reads the list again.
  Q_INVOKABLE void refresh();
  /// Replaces all chats by those of a backup of the list, after a backup of the present ones.
  Q_INVOKABLE void restore(const QString& file);
  /// Texts computed here change with the language.
  void retranslate() { Q_EMIT changed(); }

 Q_SIGNALS:
  void changed();
  /// Everything that the database held must be forgotten, at once.
  void replacing();
  /// How restore() ended.
  void news(const Problem& problem);

 private:
  void finish(const Problem& problem);
  [[nodiscard]] static QString timeText(const QDateTime& time);

  ChatExchangeService* m_service;
  QList<BackupFacts> m_backups;
  bool m_known = false;
  bool m_busy = false;
  Background m_background;
};
