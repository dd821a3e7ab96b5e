// Models to download: the catalogue, and what a search of the hub has found.
#pragma once

#include <qqmlregistration.h>
#include <QHash>
#include <QSet>
#include <QVariantList>

#include "viewmodels/offer.h"
#include "viewmodels/offer_variants_model.h"
#include "viewmodels/row_list_model.h"

class DownloadsModel;

/// What a row shows.
struct OfferView {
  QString key;
  QString heading, name, publisher, licence, goodAt, sizeText, contextText, downloadsText, fitText, fitTone, cause, nextStep, repository;
  QStringList tags;
  bool fromHub = false, adapter = false, gated = false, expanded = false, busy = false, installed = false;
  OfferVariantsModel* variants = nullptr;

  bool operator==(const OfferView&) const = default;
};

/// @brief One row for each model; its variants are a model of their own, there while the row is expanded.
class DiscoverModel : public RowListModel<OfferView> {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.discover")
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// Words that the rows of the catalogue must have.
  Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged)
  /// The query names a repository or is an address of one.
  Q_PROPERTY(bool queryIsRepository READ queryIsRepository NOTIFY queryChanged)
  /// Only models with this tag; empty: all. "fits": those that this computer can run.
  Q_PROPERTY(QString tag READ tag WRITE setTag NOTIFY tagChanged)
  /// Tags to choose from: list of {value, text}.
  Q_PROPERTY(QVariantList tags READ tags NOTIFY tagsChanged)
  /// Rows of the catalogue that are shown.
  Q_PROPERTY(int catalogueCount READ catalogueCount NOTIFY searchChanged)
  /// The hub is being asked.
  Q_PROPERTY(bool searching READ searching NOTIFY searchChanged)
  /// What the shown results of the hub were searched with; empty: there was no search.
  Q_PROPERTY(QString searched READ searched NOTIFY searchChanged)
  /// How many results there are.
  Q_PROPERTY(int foundCount READ foundCount NOTIFY searchChanged)
  /// Why the search failed, one sentence; empty: it did not.
  Q_PROPERTY(QString cause READ cause NOTIFY searchChanged)
  /// What to do about it.
  Q_PROPERTY(QString nextStep READ nextStep NOTIFY searchChanged)
  /// A newer catalogue can be fetched.
  Q_PROPERTY(bool canRefresh READ canRefresh CONSTANT)
  Q_PROPERTY(bool refreshing READ refreshing NOTIFY refreshingChanged)
  /// Of when the catalogue is, for people.
  Q_PROPERTY(QString catalogueText READ catalogueText NOTIFY catalogueChanged)
  /// Why no newer one could be fetched; empty: nothing failed.
  Q_PROPERTY(QString refreshCause READ refreshCause NOTIFY catalogueChanged)
  Q_PROPERTY(QString refreshNextStep READ refreshNextStep NOTIFY catalogueChanged)

 public:
  enum Role {
    EntryIdRole = Qt::UserRole + 1,  ///< text
    HeadingRole,                     ///< above the first row of a group; empty on others
    NameRole,                        ///< plain text
    PublisherRole,                   ///< may be empty
    LicenceRole,                     ///< may be empty
    GoodAtRole,                      ///< one or two sentences, may be empty
    TagsRole,                        ///< list of texts for people
    SizeTextRole,                    ///< "15.7 B, 2.4 B active"
    ContextTextRole,                 ///< "160k tokens"
    DownloadsTextRole,               ///< how often it was downloaded, may be empty
    FitTextRole,                     ///< of its best variant
    FitToneRole,                     ///< "good", "fair", "slow", "bad" or empty
    CauseRole,                       ///< why its files are not known; empty: nothing failed
    NextStepRole,                    ///< what to do about it
    RepositoryRole,                  ///< "owner/name"
    FromHubRole,                     ///< found by a search
    AdapterRole,                     ///< an adapter, not a model
    GatedRole,                       ///< the publisher wants to be asked first
    ExpandedRole,                    ///< its variants are shown
    BusyRole,                        ///< its files are being asked for
    InstalledRole,                   ///< a variant of it is here
    VariantsRole,                    ///< OfferVariantsModel, null unless expanded
  };
  Q_ENUM(Role)

  struct Services {
    CatalogueService* catalogue;
    HubService* hub;
    DownloadService* downloads;
    const ModelLibrary* library;
  };

  /// All must outlive this object.
  DiscoverModel(const Services& services, const DownloadsModel* downloads, QObject* parent = nullptr);

  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] const QString& query() const { return m_query; }
  void setQuery(const QString& query);
  [[nodiscard]] bool queryIsRepository() const;
  [[nodiscard]] const QString& tag() const { return m_tag; }
  void setTag(const QString& tag);
  [[nodiscard]] QVariantList tags() const;
  [[nodiscard]] int catalogueCount() const;
  [[nodiscard]] bool searching() const { return m_question != 0; }
  [[nodiscard]] const QString& searched() const { return m_searched; }
  [[nodiscard]] int foundCount() const { return static_cast<int>(m_found.size()); }
  [[nodiscard]] QString cause() const { return m_problem.cause(); }
  [[nodiscard]] QString nextStep() const { return m_problem.nextStep(); }
  [[nodiscard]] bool canRefresh() const;
  [[nodiscard]] bool refreshing() const;
  [[nodiscard]] QString catalogueText() const;
  [[nodiscard]] QString refreshCause() const { return m_refreshProblem.cause(); }
  [[nodiscard]] QString refreshNextStep() const { return m_refreshProblem.nextStep(); }

  /// Asks the hub for the query: searches for its words, or looks the repository up that it names.
  Q_INVOKABLE void searchHub();
  /// Takes the results of the hub away.
  Q_INVOKABLE void clearSearch();
  /// Shows or hides the variants of a row.
  Q_INVOKABLE void toggle(const QString& entryId);
  /// Asks again for the files of a row.
  Q_INVOKABLE void retry(const QString& entryId);
  /// Adds a variant to the downloads.
  Q_INVOKABLE void download(const QString& entryId, const QString& variant);
  /// Fetches a newer catalogue.
  Q_INVOKABLE void refreshCatalogue();

  /// Computes all rows again.
  void refresh();
  void retranslate();
  [[nodiscard]] const Offer* offer(const QString& entryId) const;

 Q_SIGNALS:
  void countChanged();
  void queryChanged();
  void tagChanged();
  void tagsChanged();
  void searchChanged();
  void refreshingChanged();
  void catalogueChanged();

 private:
  void countHasChanged() override { Q_EMIT countChanged(); }
  void connectServices();
  void readCatalogue();
  void onFound(quint64 question, const QList<HubRepository>& repositories);
  void onLookedUp(quint64 question, const HubRepository& repository);
  void onFailed(quint64 question, const Problem& problem);
  void lookUp(const QString& entryId);
  void askForFiles(const Offer& offer, const OfferVariant& variant);
  void addFound(const HubRepository& repository);
  void forgetLookUp();
  void forgetFound();
  [[nodiscard]] QList<ModelFit> fitsOf(const Offer& offer) const;
  [[nodiscard]] OfferVariantView variantOf(const Offer& offer, const OfferVariant& variant, const DownloadRow* download,
                                           qint64 installedId) const;
  [[nodiscard]] OfferView viewOf(const Offer& offer, const QList<Variant>& installed, const QList<DownloadRow>& downloads);
  void showVariants(const Offer& offer, const QList<ModelFit>& fits, const QList<Variant>& installed, const QList<DownloadRow>& downloads,
                    OfferVariantsModel* model) const;
  [[nodiscard]] bool isWanted(const Offer& offer) const;

  Services m_services;
  const DownloadsModel* m_downloads;
  QList<Offer> m_catalogue;
  QList<Offer> m_found;
  QString m_query, m_tag, m_searched;
  quint64 m_question = 0;  // the search that is going on
  quint64 m_lookUp = 0;    // for the files of m_lookUpOf
  QString m_lookUpOf;
  QString m_lookUpVariant;  // that is wanted of them; empty: none yet
  Problem m_problem, m_refreshProblem;
  QHash<QString, Problem> m_problems;  // of rows whose files could not be asked for
  QSet<QString> m_gone;                // variants that their repository has no more, as "entry/variant"
  QHash<QString, OfferVariantsModel*> m_expanded;
};
