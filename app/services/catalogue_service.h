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

class Settings;

struct CatalogueVariant {
  QString quantisation;  // "Q4_K_M"
  QString repository;    // of this file; publishers of quantised files differ
  QList<DownloadFile> files;
  bool recommended = false;
  [[nodiscard]] quint64 bytes() const;
};

struct CatalogueModel {
  QString id;  // "deepseek-v2-lite-chat"
  QString name;
  QString publisher;
  QString licence;
  QString goodAt;    // one or two sentences, in the language of the window
  QStringList tags;  // "chat", "code", "reasoning", "multilingual", "small"
  quint64 parameters = 0, activeParameters = 0;
  int contextLength = 0;
  int experts = 0, expertsUsed = 0;
  QString repository;                // of the original
  ModelShape shape;                  // of an F16 file; bytes scale with the file size
  QList<CatalogueVariant> variants;  // smallest first

  /// Shape of one of its variants.
  [[nodiscard]] ModelShape shapeOf(const CatalogueVariant& variant) const;
  [[nodiscard]] DownloadRequest request(const CatalogueVariant& variant) const;
};

class CatalogueService : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object.
  CatalogueService(ModelFiles* files, Settings* settings, const QString& dataFolder, QObject* parent = nullptr);
  ~CatalogueService() override;

  /// The bundled list, or a newer one that was fetched and whose signature is good.
  void start();
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
  [[nodiscard]] ModelFit fit(const QString& key, const ModelShape& shape);
  /// Computes all again: memory or settings are others.
  void refreshFits();

 Q_SIGNALS:
  void changed();
  void refreshingChanged();
  void failed(const Problem& problem);
  void fitsChanged();

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
