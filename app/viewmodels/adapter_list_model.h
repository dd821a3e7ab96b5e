// The adapters on this computer, for their page.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>

#include "services/adapter_library.h"

class ModelLibrary;
class ModelService;

/// @brief Adapters by name, with what is known about them and which models they fit.
class AdapterListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AdaptersViewModel.list")
  /// Number of adapters.
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    AdapterIdRole = Qt::UserRole + 1,  ///< qint64
    NameRole,                          ///< plain text
    DomainRole,                        ///< "medical", "legal", "finance", "code", "style", "own"
    DomainTextRole,                    ///< localised
    DescriptionRole,                   ///< plain text
    LicenceRole,                       ///< plain text
    DetailRole,                        ///< "rank 8 · alpha 16 · 2.4 MB · GGUF"
    TargetsRole,                       ///< "attn_q, ffn_up"
    BaseNameRole,                      ///< base model that the file names, may be empty
    ArchitectureRole,                  ///< of the base, may be empty
    SourceTextRole,                    ///< "Comes with Hearth", "Downloaded", "Imported"
    IsStarterRole,                     ///< comes with the application: cannot be removed
    MissingRole,                       ///< a file is gone
    PathRole,                          ///< where it is
    FitRole,                           ///< with the loaded model: "fits", "no", "checking" or "none"
    FitTextRole,                       ///< one sentence about it
    FitReasonRole,                     ///< why it does not, in the engine's words
    ModelsTextRole,                    ///< names of the installed models that it fits
  };
  Q_ENUM(Role)

  /// All must outlive this object.
  AdapterListModel(const AdapterLibrary* adapters, const ModelLibrary* library, const ModelService* models, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const { return rowCount(); }

  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void countChanged();

 private:
  void refresh();
  void refreshAll();
  [[nodiscard]] QString detail(const AdapterRow& row) const;
  [[nodiscard]] QString fitState(const AdapterRow& row) const;
  [[nodiscard]] QString fitText(const AdapterRow& row) const;
  [[nodiscard]] QString modelsText(const AdapterRow& row) const;

  const AdapterLibrary* m_adapters;
  const ModelLibrary* m_library;
  const ModelService* m_models;
  QList<AdapterRow> m_rows;
};
