// The smaller variants that can be made of an installed one.
#pragma once

#include <qqmlregistration.h>

#include "bridge/model_files.h"
#include "services/model_library.h"
#include "viewmodels/background.h"
#include "viewmodels/row_list_model.h"

/// What a row shows.
struct SmallerRow {
  QString key;  // type
  QString sizeText, bitsText, qualityText, problem;
  int quality = 0;

  bool operator==(const SmallerRow&) const = default;
};

/// @brief Types with size and expected quality; read from the file in the background.
class SmallerVariantsModel : public RowListModel<SmallerRow> {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.smaller")
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// The model and the variant that is made smaller.
  Q_PROPERTY(QString title READ title NOTIFY changed)
  /// Its size.
  Q_PROPERTY(QString sizeText READ sizeText NOTIFY changed)
  /// Its weights are quantised already, so that quality is lost twice.
  Q_PROPERTY(bool requantises READ requantises NOTIFY changed)
  /// "120 GB are free on this disk."
  Q_PROPERTY(QString freeText READ freeText NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  /// Why it cannot be made smaller; empty: it can.
  Q_PROPERTY(QString cause READ cause NOTIFY changed)
  Q_PROPERTY(QString nextStep READ nextStep NOTIFY changed)

 public:
  enum Role {
    TypeRole = Qt::UserRole + 1,  ///< "Q4_K_M"
    SizeTextRole,                 ///< of the file
    BitsTextRole,                 ///< "4.8 bits per weight"
    QualityRole,                  ///< 1 to 5
    QualityTextRole,              ///< the same in words
    ProblemRole,                  ///< why it cannot be made now; empty: it can
  };
  Q_ENUM(Role)

  /// Both must outlive this object.
  SmallerVariantsModel(ModelLibrary* library, ModelFiles* files, QObject* parent = nullptr);

  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] const QString& title() const { return m_title; }
  [[nodiscard]] const QString& sizeText() const { return m_sizeText; }
  [[nodiscard]] bool requantises() const { return m_requantises; }
  [[nodiscard]] QString freeText() const;
  [[nodiscard]] bool busy() const { return m_busy; }
  [[nodiscard]] QString cause() const { return m_problem.cause(); }
  [[nodiscard]] QString nextStep() const { return m_problem.nextStep(); }

  /// Shows what can be made of a variant.
  Q_INVOKABLE void show(qint64 variantId);
  /// Makes it in the background.
  Q_INVOKABLE void make(const QString& type);
  /// A quality of 1 to 5 in words, see QuantiseChoice.
  [[nodiscard]] static QString qualityText(int quality);

 Q_SIGNALS:
  void countChanged();
  void changed();

 private:
  void countHasChanged() override { Q_EMIT countChanged(); }
  void take(const Variant& variant, const QList<QuantiseChoice>& choices);

  ModelLibrary* m_library;
  ModelFiles* m_files;
  qint64 m_variantId = 0;
  QString m_title, m_sizeText;
  bool m_requantises = false, m_busy = false;
  Problem m_problem;
  Background m_background;
};
