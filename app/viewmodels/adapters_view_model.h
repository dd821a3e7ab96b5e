// The page of adapters.
#pragma once

#include <qqmlregistration.h>
#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QVariantList>

#include "viewmodels/adapter_hub_model.h"
#include "viewmodels/adapter_list_model.h"

class AdapterLibrary;
class ModelLibrary;
class ModelService;

/// @brief Adapters on this computer and on the hub, and what can be done with them.
class AdaptersViewModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.adapters")
  /// Those on this computer.
  Q_PROPERTY(AdapterListModel* list READ list CONSTANT)
  /// Those that were searched for.
  Q_PROPERTY(AdapterHubModel* hub READ hub CONSTANT)
  /// Domain tags: maps of value and text.
  Q_PROPERTY(QVariantList domains READ domains NOTIFY retranslated)
  /// Types of a merged model: maps of value and text.
  Q_PROPERTY(QVariantList mergeTypes READ mergeTypes NOTIFY retranslated)

 public:
  /// All must outlive this object.
  AdaptersViewModel(AdapterLibrary* adapters, ModelLibrary* library, const ModelService* models, HubService* hub,
                    DownloadService* downloads, QObject* parent = nullptr);

  [[nodiscard]] AdapterListModel* list() const { return m_list; }
  [[nodiscard]] AdapterHubModel* hub() const { return m_hub; }
  [[nodiscard]] QVariantList domains() const;
  [[nodiscard]] QVariantList mergeTypes() const;

  /// Local files and folders.
  Q_INVOKABLE void importFiles(const QList<QUrl>& urls);
  /// A blank name leaves the old one.
  Q_INVOKABLE void update(qint64 adapterId, const QString& name, const QString& domain, const QString& description, const QString& licence);
  Q_INVOKABLE void remove(qint64 adapterId);
  /// What removing it does to the disk, one sentence.
  Q_INVOKABLE [[nodiscard]] QString removalText(qint64 adapterId) const;
  /// Installed models that it can be merged into: maps of value (id of the variant) and text.
  Q_INVOKABLE [[nodiscard]] QVariantList basesOf(qint64 adapterId) const;
  /// Adapters that fit a model: maps of adapterId, name, domain.
  Q_INVOKABLE [[nodiscard]] QVariantList fitting(qint64 variantId) const;
  /// A name for the merged model.
  Q_INVOKABLE [[nodiscard]] QString mergeName(qint64 variantId, const QVariantList& adapterIds) const;
  /// Makes a model of another one and adapters, maps of adapterId and scale, in the background. An empty type keeps full precision.
  Q_INVOKABLE void merge(qint64 variantId, const QVariantList& adapters, const QString& name, const QString& type);

  void retranslate();

 Q_SIGNALS:
  void retranslated();
  /// A model is being made; Models shows how far it is.
  void mergeStarted();

 private:
  AdapterLibrary* m_adapters;
  ModelLibrary* m_library;
  AdapterListModel* m_list;
  AdapterHubModel* m_hub;
};
