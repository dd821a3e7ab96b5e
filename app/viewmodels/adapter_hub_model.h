// Adapters that a hub offers.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QHash>

#include "services/download_service.h"
#include "services/hub_service.h"

/// @brief Results of a search for adapters; also one repository by its name or address.
///
/// A repository may hold several adapters: then download() offers them through `choices`.
class AdapterHubModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AdaptersViewModel.hub")
  /// Number of results.
  Q_PROPERTY(int count READ count NOTIFY changed)
  /// What was asked last; empty: nothing yet.
  Q_PROPERTY(QString query READ query NOTIFY changed)
  /// An answer is awaited.
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  /// Why there is no answer; empty otherwise.
  Q_PROPERTY(QString errorCause READ errorCause NOTIFY changed)
  Q_PROPERTY(QString errorNextStep READ errorNextStep NOTIFY changed)
  Q_PROPERTY(QString errorDetail READ errorDetail NOTIFY changed)

 public:
  enum Role {
    RepositoryRole = Qt::UserRole + 1,  ///< "owner/name"
    LicenceRole,                        ///< plain text, may be empty
    BaseRole,                           ///< base model that its tags name, may be empty
    DetailRole,                         ///< "12,345 downloads · 3 likes · 4 Oct 2026"
    GatedRole,                          ///< needs an account and a token
    StateRole,                          ///< "", "asking", "choosing", "running", "waiting", "failed", "done"
    StateTextRole,                      ///< localised, may be empty
    FractionRole,                       ///< of a download, 0..1
    ChoicesRole,                        ///< names of the adapters of the repository while it is "choosing"
  };
  Q_ENUM(Role)

  /// Both must outlive this object.
  AdapterHubModel(HubService* hub, DownloadService* downloads, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const { return rowCount(); }
  [[nodiscard]] const QString& query() const { return m_query; }
  [[nodiscard]] bool busy() const { return m_question != 0; }
  [[nodiscard]] QString errorCause() const { return m_problem.cause(); }
  [[nodiscard]] QString errorNextStep() const { return m_problem.nextStep(); }
  [[nodiscard]] QString errorDetail() const { return m_problem.detail; }

  /// Words, a repository or the address of one.
  Q_INVOKABLE void search(const QString& text);
  /// Asks what the repository holds, then downloads it, or offers a choice.
  Q_INVOKABLE void download(int row);
  /// Downloads one of the choices.
  Q_INVOKABLE void choose(int row, int choice);
  void retranslate();

 Q_SIGNALS:
  void changed();

 private:
  struct Item {
    HubRepository repository;
    bool asking = false;
    bool choosing = false;
  };

  void setItems(const QList<HubRepository>& repositories);
  void onLookedUp(quint64 question, const HubRepository& repository);
  void onFailed(quint64 question, const Problem& problem);
  void add(const HubRepository& repository, const HubVariant& variant);
  [[nodiscard]] const DownloadRow* downloadOf(const QString& repository) const;
  [[nodiscard]] QString stateOf(const Item& item) const;
  [[nodiscard]] QString stateText(const Item& item) const;
  void refreshDownloads();
  [[nodiscard]] int rowOf(const QString& repository) const;
  void touch(int row);

  HubService* m_hub;
  DownloadService* m_downloads;
  QString m_query;
  quint64 m_question = 0;
  quint64 m_lookUp = 0;     // of a download
  QString m_asked;          // its repository
  bool m_searched = false;  // the question is a look-up whose answer is the only result
  Problem m_problem;
  QList<Item> m_items;
  QHash<QString, DownloadRow> m_running;  // by repository
};
