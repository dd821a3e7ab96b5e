// The curated list of models, and what each of its variants means for this computer.
#pragma once

#include <QDate>
#include <QHash>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "bridge/model_files.h"
#include "services/download_service.h"

class NetworkSettings;
class Settings;
struct HubRepository;

/// One file of a model, or the parts of one.
///
/// Names, sizes and hashes are there as far as the catalogue knows them: a size of 0 or a hash that is empty is asked for by the download.
/// Where not even the names are known (needsLookUp()), ask HubService::lookUp(repository) first and give its answer to
/// CatalogueModel::request(), which takes the files of the quantisation.
struct CatalogueVariant {
  QString quantisation;  // "Q4_K_M"
  QString repository;    // of this file; publishers of quantised files differ
  QList<DownloadFile> files;
  quint64 approximateBytes = 0;  // of all files, from parameters and bits per weight; 0 where the sizes are known
  quint64 expertBytes = 0;       // routed experts; 0: the same share of the file as in the original
  bool recommended = false;
  /// Of all files; about right only where isEstimate().
  [[nodiscard]] quint64 bytes() const;
  [[nodiscard]] bool isEstimate() const { return approximateBytes > 0; }
  [[nodiscard]] bool needsLookUp() const { return files.isEmpty(); }
};

struct CatalogueModel {
  QString id;  // "deepseek-v2-lite-chat"
  QString name;
  QString publisher;
  QString licence;
  QString goodAt;                                // one or two sentences, in the language of the window
  QStringList tags;                              // "chat", "code", "reasoning", "multilingual", "small"
  quint64 parameters = 0, activeParameters = 0;  // equal in a dense model
  int contextLength = 0;
  int experts = 0, expertsUsed = 0;
  QString repository;                // of the original
  ModelShape shape;                  // of an F16 file; shapeOf() scales it
  QList<CatalogueVariant> variants;  // smallest first

  /// Shape of one of its variants: experts and all else scale with their bytes; the cache does not.
  [[nodiscard]] ModelShape shapeOf(const CatalogueVariant& variant) const;
  /// Without files where the variant needs a look-up.
  [[nodiscard]] DownloadRequest request(const CatalogueVariant& variant) const;
  /// With the files that the repository has of this quantisation; without files when it has none.
  [[nodiscard]] DownloadRequest request(const CatalogueVariant& variant, const HubRepository& found) const;
};

class CatalogueService : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object.
  CatalogueService(ModelFiles* files, Settings* settings, const QString& dataFolder, QObject* parent = nullptr);
  ~CatalogueService() override;

  /// Shows the bundled list, then a newer one that was fetched and whose signature is good, if there is one: changed() follows.
  void start();
  /// Whose proxy refresh() uses; must outlive this object. Without it: that of the system.
  void setNetwork(NetworkSettings* network);
  /// In place of the build's key; before start(). For tests.
  void setPublicKey(const QString& key);
  [[nodiscard]] QList<CatalogueModel> models() const;
  [[nodiscard]] QString version() const;
  [[nodiscard]] QDate date() const;
  /// The build knows a public key, so lists can be fetched.
  [[nodiscard]] bool canRefresh() const;
  /// Fetches the list of the settings' address. Answers changed() or failed().
  void refresh();
  [[nodiscard]] bool isRefreshing() const;
  /// Texts in another language.
  void retranslate();

  /// Where a model of this shape would run with the present settings. Unknown until computed: fitsChanged() follows. `key` names it.
  /// Answers that are some seconds old are computed again behind the scenes, because other programs use memory, too.
  [[nodiscard]] ModelFit fit(const QString& key, const ModelShape& shape);
  /// Computes all again. Done by itself when a setting changes that matters.
  void refreshFits();
  /// Someone looks at them from now on. Before that nothing is computed: the first time the memory of this computer is measured, which the
  /// start of the application need not wait for.
  void wantFits();

 Q_SIGNALS:
  void changed();
  void refreshingChanged();
  void failed(const Problem& problem);
  /// At least one answer of fit() is another.
  void fitsChanged();

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
