// The ways to download one model, with what each means for this computer.
#pragma once

#include <qqmlregistration.h>
#include <QVariantList>

#include "viewmodels/row_list_model.h"

/// What a row shows.
struct OfferVariantView {
  QString key;  // name of the variant
  QString sizeText, fitText, fitTone, status, stateText, problem;
  QVariantList fitNumbers;
  double fraction = 0;
  bool recommended = false, canDownload = false;
  qint64 installedId = 0, downloadId = 0;

  bool operator==(const OfferVariantView&) const = default;
};

/// @brief Variants of one row of DiscoverModel.
class OfferVariantsModel : public RowListModel<OfferVariantView> {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by DiscoverModel")
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    NameRole = Qt::UserRole + 1,  ///< "Q4_K_M"
    SizeTextRole,                 ///< of the download
    FitTextRole,                  ///< where it would run
    FitToneRole,                  ///< "good", "fair", "slow", "bad" or empty
    FitNumbersRole,               ///< list of {label, value}
    RecommendedRole,              ///< the best one for this computer
    StateRole,                    ///< "none", "installed", or a state of DownloadsModel
    StateTextRole,                ///< the same for people
    FractionRole,                 ///< of the download, 0..1
    ProblemRole,                  ///< why it cannot be downloaded now; empty: it can
    CanDownloadRole,              ///< the button may be used
    InstalledIdRole,              ///< qint64, 0: not here
    DownloadIdRole,               ///< qint64, 0: not in the list of downloads
  };
  Q_ENUM(Role)

  explicit OfferVariantsModel(QObject* parent = nullptr);

  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

  void show(const QList<OfferVariantView>& variants) { setRows(variants); }

 Q_SIGNALS:
  void countChanged();

 private:
  void countHasChanged() override { Q_EMIT countChanged(); }
};
