// What can be downloaded, from the catalogue or from a hub, in one shape.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

#include "services/catalogue_service.h"
#include "services/hub_service.h"
#include "services/model_library.h"

/// One way to download a model.
struct OfferVariant {
  DownloadRequest request;
  bool recommended = false;         // by the catalogue
  std::optional<ModelShape> shape;  // nothing is known of an adapter
  quint64 approximateBytes = 0;     // where the sizes of the files are not known

  [[nodiscard]] const QString& name() const { return request.variant; }
  [[nodiscard]] quint64 bytes() const;
  /// The hub has to be asked which files it has.
  [[nodiscard]] bool needsLookUp() const { return request.files.isEmpty(); }
};

/// A model, or an adapter, of the catalogue or of a hub.
struct Offer {
  QString id;  // "catalogue:deepseek-v2-lite-chat", "hub:owner/name"
  bool fromHub = false;
  bool isAdapter = false;
  bool gated = false;
  QString name, publisher, licence, goodAt, repository;
  QStringList tags;
  quint64 parameters = 0, activeParameters = 0;
  int contextLength = 0;
  qint64 downloads = 0;
  QList<OfferVariant> variants;  // smallest first; of a hub empty until it was looked up

  [[nodiscard]] static Offer of(const CatalogueModel& model);
  /// `catalogue` knows the shape of models whose repository the tags name as their base.
  [[nodiscard]] static Offer of(const HubRepository& repository, const QList<CatalogueModel>& catalogue);
  /// Every word is somewhere in its texts.
  [[nodiscard]] bool matches(const QStringList& words) const;
};

/// The download of the list with the same files, the first that is not done if there are several; nullptr: none.
[[nodiscard]] const DownloadRow* downloadOf(const DownloadRequest& request, const QList<DownloadRow>& downloads);
/// The variant on this computer that has these files, by name or by hash; 0: none.
[[nodiscard]] qint64 installedOf(const DownloadRequest& request, const QList<Variant>& installed);
