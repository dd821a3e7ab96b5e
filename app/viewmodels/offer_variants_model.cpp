#include "viewmodels/offer_variants_model.h"

OfferVariantsModel::OfferVariantsModel(QObject* parent) : RowListModel(parent) {}

QHash<int, QByteArray> OfferVariantsModel::roleNames() const {
  return {{NameRole, "name"},
          {SizeTextRole, "sizeText"},
          {FitTextRole, "fitText"},
          {FitToneRole, "fitTone"},
          {FitNumbersRole, "fitNumbers"},
          {RecommendedRole, "recommended"},
          {StateRole, "status"},
          {StateTextRole, "stateText"},
          {FractionRole, "fraction"},
          {ProblemRole, "problem"},
          {CanDownloadRole, "canDownload"},
          {InstalledIdRole, "installedId"},
          {DownloadIdRole, "downloadId"}};
}

QVariant OfferVariantsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const OfferVariantView& row = rows()[index.row()];
  switch (role) {
    case NameRole:
      return row.key;
    case SizeTextRole:
      return row.sizeText;
    case FitTextRole:
      return row.fitText;
    case FitToneRole:
      return row.fitTone;
    case FitNumbersRole:
      return row.fitNumbers;
    case RecommendedRole:
      return row.recommended;
    case StateRole:
      return row.status;
    case StateTextRole:
      return row.stateText;
    case FractionRole:
      return row.fraction;
    case ProblemRole:
      return row.problem;
    case CanDownloadRole:
      return row.canDownload;
    case InstalledIdRole:
      return row.installedId;
    case DownloadIdRole:
      return row.downloadId;
    default:
      return {};
  }
}
