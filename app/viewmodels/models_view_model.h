// The page of the models.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QUrl>
#include <QVariantList>

#include "viewmodels/discover_model.h"
#include "viewmodels/downloads_model.h"
#include "viewmodels/installed_model.h"
#include "viewmodels/jobs_model.h"
#include "viewmodels/model_card.h"
#include "viewmodels/smaller_variants_model.h"
#include "viewmodels/variant_settings_model.h"

class ModelService;
class Settings;

/// @brief Models on this computer, models to download, downloads, and what can be done with each.
class ModelsViewModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.models")
  /// Models on this computer.
  Q_PROPERTY(InstalledModel* installed READ installed CONSTANT)
  /// Models to download.
  Q_PROPERTY(DiscoverModel* discover READ discover CONSTANT)
  /// Downloads.
  Q_PROPERTY(DownloadsModel* downloads READ downloads CONSTANT)
  /// Work with files.
  Q_PROPERTY(JobsModel* jobs READ jobs CONSTANT)
  /// Smaller variants that can be made of one.
  Q_PROPERTY(SmallerVariantsModel* smaller READ smaller CONSTANT)
  /// Settings of one variant.
  Q_PROPERTY(VariantSettingsModel* editor READ editor CONSTANT)
  /// Card of one model.
  Q_PROPERTY(ModelCard* card READ card CONSTANT)
  /// The list is known.
  Q_PROPERTY(bool ready READ ready NOTIFY usageChanged)
  /// Disk use of the models: list of {label, bytes, text}, largest first, few enough for a bar.
  Q_PROPERTY(QVariantList usage READ usage NOTIFY usageChanged)
  /// "12.4 GB in 3 models, 120 GB free"
  Q_PROPERTY(QString usageText READ usageText NOTIFY usageChanged)
  Q_PROPERTY(double usedBytes READ usedBytes NOTIFY usageChanged)
  Q_PROPERTY(double freeBytes READ freeBytes NOTIFY usageChanged)
  /// Variants to switch to quickly, those used last first: list of {id, title, sizeText, status}.
  Q_PROPERTY(QVariantList recent READ recent NOTIFY recentChanged)
  /// Model folders of other programs: list of {name, path}; see lookForFolders().
  Q_PROPERTY(QVariantList knownFolders READ knownFolders NOTIFY knownFoldersChanged)

 public:
  struct Services {
    ModelLibrary* library;
    ModelFiles* files;
    FileJobs* jobs;
    DownloadService* downloads;
    HubService* hub;
    CatalogueService* catalogue;
    ModelService* models;
    const Settings* settings;
  };

  /// All must outlive this object.
  explicit ModelsViewModel(const Services& services, QObject* parent = nullptr);
  ~ModelsViewModel() override;

  [[nodiscard]] InstalledModel* installed() const { return m_installed; }
  [[nodiscard]] DiscoverModel* discover() const { return m_discover; }
  [[nodiscard]] DownloadsModel* downloads() const { return m_downloads; }
  [[nodiscard]] JobsModel* jobs() const { return m_jobs; }
  [[nodiscard]] SmallerVariantsModel* smaller() const { return m_smaller; }
  [[nodiscard]] VariantSettingsModel* editor() const { return m_editor; }
  [[nodiscard]] ModelCard* card() const { return m_card; }
  [[nodiscard]] bool ready() const;
  [[nodiscard]] const QVariantList& usage() const { return m_usage; }
  [[nodiscard]] QString usageText() const;
  [[nodiscard]] double usedBytes() const;
  [[nodiscard]] double freeBytes() const;
  [[nodiscard]] const QVariantList& recent() const { return m_recent; }
  [[nodiscard]] const QVariantList& knownFolders() const { return m_knownFolders; }

  /// Loads a variant; it answers from the next message on.
  Q_INVOKABLE void use(qint64 variantId);
  /// Model and variant, for people; empty: it is not in the list.
  [[nodiscard]] QString titleOf(qint64 variantId) const;
  /// Its file; empty: it is not there.
  [[nodiscard]] QString pathOf(qint64 variantId) const;
  /// Loads the model of a finished download.
  Q_INVOKABLE void useDownload(qint64 downloadId);
  /// Shows the file in the file manager.
  Q_INVOKABLE void showInFolder(qint64 variantId);
  Q_INVOKABLE void showDownloadInFolder(qint64 downloadId);
  /// Compares the files with their checksums.
  Q_INVOKABLE void verify(qint64 variantId);
  /// Deletes the files that are ours and forgets the variant.
  Q_INVOKABLE void remove(qint64 variantId);
  /// What remove() will do, two sentences: what goes, and how much is freed.
  Q_INVOKABLE [[nodiscard]] QString removalText(qint64 variantId) const;
  /// A missing file is at this place now.
  Q_INVOKABLE void locate(qint64 variantId, const QUrl& file);
  /// Reads the disk again.
  Q_INVOKABLE void reconcile();
  /// Shows the card of an installed variant, or of a row of `discover`.
  Q_INVOKABLE void showCard(qint64 variantId);
  Q_INVOKABLE void showOfferCard(const QString& entryId);
  /// Imports files and folders: as copies in the data folder, or in place.
  Q_INVOKABLE void importUrls(const QList<QUrl>& urls, bool copy);
  Q_INVOKABLE void importPath(const QString& path, bool copy);
  /// Looks for folders of other programs; answers knownFoldersChanged().
  Q_INVOKABLE void lookForFolders();
  /// Memory may be used differently now: computes where models would run again.
  Q_INVOKABLE void refreshFits();

  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void usageChanged();
  void recentChanged();
  void knownFoldersChanged();

 private:
  void connectServices();
  void refresh();
  void refreshUsage();
  void refreshRecent();
  void onModelChanged();

  Services m_services;
  InstalledModel* m_installed;
  DownloadsModel* m_downloads;
  DiscoverModel* m_discover;
  JobsModel* m_jobs;
  SmallerVariantsModel* m_smaller;
  VariantSettingsModel* m_editor;
  ModelCard* m_card;
  QVariantList m_usage, m_recent, m_knownFolders;
  Background m_background;
};
