// The variants of models on this computer.
#pragma once

#include <qqmlregistration.h>
#include <QHash>
#include <QVariantList>

#include "services/model_library.h"
#include "viewmodels/row_list_model.h"

class CatalogueService;
class ModelService;

/// What a row shows.
struct InstalledRow {
  qint64 key = 0;
  bool first = false;
  QString modelName, publisher, licence;
  QString name, sizeText, facts, path;
  QString status, problem;
  bool linked = false, starter = false, own = false, canShrink = false, onHub = false;
  QString fitText, fitTone, verifyText, verifyTone;
  QVariantList fitNumbers;
  quint64 bytes = 0;

  bool operator==(const InstalledRow&) const = default;
};

/// @brief One row for each variant, those of a model below one another.
class InstalledModel : public RowListModel<InstalledRow> {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.installed")
  /// Number of variants.
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    VariantIdRole = Qt::UserRole + 1,  ///< qint64
    FirstRole,                         ///< first of its model: the name of the model stands above it
    ModelNameRole,                     ///< plain text
    PublisherRole,                     ///< may be empty
    LicenceRole,                       ///< may be empty
    NameRole,                          ///< of the variant, "Q4_K_M"
    SizeTextRole,                      ///< "4.7 GB"
    FactsRole,                         ///< "15.7 B, 2.4 B active · 32k tokens"
    PathRole,                          ///< of its first file, as the system writes it
    StateRole,                         ///< "ready", "loading", "loaded", "failed" or "missing"
    ProblemRole,                       ///< of failed: why it could not be loaded and what to do; empty otherwise
    LinkedRole,                        ///< its files lie where the user has them
    StarterRole,                       ///< comes with the application
    OwnRole,                           ///< has settings of its own
    CanShrinkRole,                     ///< a smaller variant can be made of it
    OnHubRole,                         ///< its repository is known
    FitTextRole,                       ///< where it runs; empty: not known
    FitToneRole,                       ///< "good", "fair", "slow", "bad" or empty
    FitNumbersRole,                    ///< list of {label, value}
    VerifyTextRole,                    ///< whether its files are as they should be; empty: never looked at
    VerifyToneRole,                    ///< "good", "bad" or empty
  };
  Q_ENUM(Role)

  /// All must outlive this object.
  InstalledModel(const ModelLibrary* library, const ModelService* models, CatalogueService* catalogue, QObject* parent = nullptr);

  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

  /// Reads everything again: the list, a variant, the loaded model, the language or a fit is another.
  void refresh();
  /// What looking at the files has found.
  void setVerified(qint64 variantId, bool good);
  [[nodiscard]] const InstalledRow* row(qint64 variantId) const;

 Q_SIGNALS:
  void countChanged();

 private:
  [[nodiscard]] InstalledRow rowOf(const Variant& variant) const;
  [[nodiscard]] QString stateOf(const Variant& variant) const;
  void describeFiles(const Variant& variant, InstalledRow& row) const;
  void countHasChanged() override { Q_EMIT countChanged(); }

  const ModelLibrary* m_library;
  const ModelService* m_models;
  CatalogueService* m_catalogue;
  QHash<qint64, bool> m_verified;
};

/// Sizes that decide where a variant runs, from the facts of its file.
[[nodiscard]] ModelShape shapeOf(const ModelFileFacts& facts);
