// The adapters of the chat that is shown: what the header's switch works with.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QVariantList>

#include "services/adapter_library.h"
#include "services/answer_request.h"

class ModelLibrary;
class ModelService;

/// @brief Adapters that can be used with the loaded model, by name, with their switches in the shown chat.
///
/// One that is on although its file is gone is listed too, so that it can be switched off. Changes count from the next message on.
class ChatAdaptersModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.chatAdapters")
  /// Number of adapters listed.
  Q_PROPERTY(int count READ count NOTIFY changed)
  /// Number of adapters on this computer.
  Q_PROPERTY(int installedCount READ installedCount NOTIFY changed)
  /// How many the next answer uses.
  Q_PROPERTY(int activeCount READ activeCount NOTIFY changed)
  /// How many may be on at once.
  Q_PROPERTY(int limit READ limit CONSTANT)
  /// As many are on as can be.
  Q_PROPERTY(bool full READ full NOTIFY changed)
  /// What is on, in a word or two: "Adapters", "Fables", "2 adapters".
  Q_PROPERTY(QString summary READ summary NOTIFY changed)
  /// What is on, in full: "Fables 1.0, Tales 0.5"; empty: nothing.
  Q_PROPERTY(QString activeText READ activeText NOTIFY changed)
  /// A model is loaded, or being loaded, and is in the library.
  Q_PROPERTY(bool modelKnown READ modelKnown NOTIFY changed)
  /// Adapters that cannot be used with it: maps of name, domain, reason.
  Q_PROPERTY(QVariantList others READ others NOTIFY changed)

 public:
  enum Role {
    AdapterIdRole = Qt::UserRole + 1,  ///< qint64
    NameRole,                          ///< plain text
    DomainRole,                        ///< "medical", "legal", "finance", "code", "style", "own"
    DomainTextRole,                    ///< localised
    DescriptionRole,                   ///< plain text, may be empty
    ActiveRole,                        ///< bool: on
    ScaleRole,                         ///< 0..2
    ScaleTextRole,                     ///< "0.55"
    StateRole,                         ///< "fits", "checking" or "missing"
  };
  Q_ENUM(Role)

  /// All must outlive this object.
  ChatAdaptersModel(AdapterLibrary* adapters, const ModelLibrary* library, const ModelService* models, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const { return rowCount(); }
  [[nodiscard]] int installedCount() const { return m_installed; }
  [[nodiscard]] int activeCount() const;
  [[nodiscard]] int limit() const;
  [[nodiscard]] bool full() const;
  [[nodiscard]] QString summary() const;
  [[nodiscard]] QString activeText() const;
  [[nodiscard]] bool modelKnown() const { return m_variant != 0; }
  [[nodiscard]] QVariantList others() const { return m_others; }

  /// Ignored where `full` forbids one more.
  Q_INVOKABLE void setActive(qint64 adapterId, bool on);
  /// Strength, 0..2, rounded to steps of 0.05; an adapter that is off is switched on by it unless `full`.
  Q_INVOKABLE void setScale(qint64 adapterId, double scale);

  /// The adapters with these ids, at the strengths of the chat.
  [[nodiscard]] AnswerConfiguration configuration(const QVariantList& adapterIds) const;
  /// 0: a new chat.
  void setChat(qint64 chatId);
  void refresh();
  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  /// Anything above.
  void changed();

 private:
  struct Item {
    qint64 id = 0;
    QString name, domain, description;
    AdapterSwitch state;
    bool missing = false;
    bool checking = false;

    bool operator==(const Item&) const = default;
    [[nodiscard]] bool isActive() const { return state.on && state.scale > 0; }
  };

  [[nodiscard]] const Item* itemOf(qint64 adapterId) const;
  [[nodiscard]] QVariantMap other(const AdapterRow& row, const QString& reason) const;

  AdapterLibrary* m_adapters;
  const ModelService* m_models;
  qint64 m_chat = 0;
  qint64 m_variant = 0;
  int m_installed = 0;
  QList<Item> m_items;
  QVariantList m_others;
};
