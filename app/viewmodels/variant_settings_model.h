// The settings of one variant, each either its own or as in the application's settings.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QTimer>

#include "services/model_library.h"
#include "viewmodels/background.h"

class Settings;

/// @brief One setting: its own value, or the one of the application.
class OwnSetting : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by VariantSettingsModel")
  /// The variant has a value of its own; turning this on begins with the value of the application.
  Q_PROPERTY(bool own READ own WRITE setOwn NOTIFY changed)
  /// The value in force, for numbers.
  Q_PROPERTY(double number READ number WRITE setNumber NOTIFY changed)
  /// The value in force, for texts.
  Q_PROPERTY(QString text READ text WRITE setText NOTIFY changed)

 public:
  explicit OwnSetting(QObject* parent) : QObject(parent) {}

  [[nodiscard]] bool own() const { return m_own.isValid(); }
  void setOwn(bool own);
  [[nodiscard]] double number() const { return value().toDouble(); }
  void setNumber(double number) { setValue(number); }
  [[nodiscard]] QString text() const { return value().toString(); }
  void setText(const QString& text) { setValue(text); }

  /// Invalid: none of its own.
  [[nodiscard]] const QVariant& ownValue() const { return m_own; }
  /// Shows a setting; emits no edited().
  void show(const QVariant& own, const QVariant& standard);

 Q_SIGNALS:
  void changed();
  /// By the user.
  void edited();

 private:
  [[nodiscard]] const QVariant& value() const { return m_own.isValid() ? m_own : m_standard; }
  void setValue(const QVariant& value);

  QVariant m_own;
  QVariant m_standard;
};

/// @brief Editor of one variant; changes are stored at once.
class VariantSettingsModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ModelsViewModel.editor")
  Q_PROPERTY(qint64 variantId READ variantId NOTIFY variantChanged)
  /// The model and the variant.
  Q_PROPERTY(QString title READ title NOTIFY variantChanged)
  Q_PROPERTY(OwnSetting* contextLength READ contextLength CONSTANT)
  Q_PROPERTY(OwnSetting* device READ device CONSTANT)
  Q_PROPERTY(OwnSetting* temperature READ temperature CONSTANT)
  Q_PROPERTY(OwnSetting* topP READ topP CONSTANT)
  Q_PROPERTY(OwnSetting* topK READ topK CONSTANT)
  Q_PROPERTY(OwnSetting* minP READ minP CONSTANT)
  Q_PROPERTY(OwnSetting* repeatPenalty READ repeatPenalty CONSTANT)
  Q_PROPERTY(OwnSetting* maxTokens READ maxTokens CONSTANT)
  Q_PROPERTY(OwnSetting* systemPrompt READ systemPrompt CONSTANT)
  /// Template in place of the model's own.
  Q_PROPERTY(OwnSetting* chatTemplate READ chatTemplate CONSTANT)
  /// The most that the model was trained for, tokens; 0: not known.
  Q_PROPERTY(int trainedContext READ trainedContext NOTIFY variantChanged)
  /// What the context costs; empty: not known yet.
  Q_PROPERTY(QString costText READ costText NOTIFY costChanged)
  Q_PROPERTY(bool costWarns READ costWarns NOTIFY costChanged)
  /// A chat as the model gets it with the template.
  Q_PROPERTY(QString preview READ preview NOTIFY previewChanged)
  /// Why the template cannot be used; empty: it can.
  Q_PROPERTY(QString previewProblem READ previewProblem NOTIFY previewChanged)
  Q_PROPERTY(bool previewBusy READ previewBusy NOTIFY previewChanged)
  /// It is the resident model: a reload makes changes of context, device and template take effect.
  Q_PROPERTY(bool needsReload READ needsReload NOTIFY needsReloadChanged)

 public:
  /// All must outlive this object.
  VariantSettingsModel(ModelLibrary* library, ModelFiles* files, const Settings* settings, QObject* parent = nullptr);
  ~VariantSettingsModel() override;

  [[nodiscard]] qint64 variantId() const { return m_variantId; }
  [[nodiscard]] const QString& title() const { return m_title; }
  [[nodiscard]] OwnSetting* contextLength() const { return m_contextLength; }
  [[nodiscard]] OwnSetting* device() const { return m_device; }
  [[nodiscard]] OwnSetting* temperature() const { return m_temperature; }
  [[nodiscard]] OwnSetting* topP() const { return m_topP; }
  [[nodiscard]] OwnSetting* topK() const { return m_topK; }
  [[nodiscard]] OwnSetting* minP() const { return m_minP; }
  [[nodiscard]] OwnSetting* repeatPenalty() const { return m_repeatPenalty; }
  [[nodiscard]] OwnSetting* maxTokens() const { return m_maxTokens; }
  [[nodiscard]] OwnSetting* systemPrompt() const { return m_systemPrompt; }
  [[nodiscard]] OwnSetting* chatTemplate() const { return m_chatTemplate; }
  [[nodiscard]] int trainedContext() const { return m_trainedContext; }
  [[nodiscard]] const QString& costText() const { return m_costText; }
  [[nodiscard]] bool costWarns() const { return m_costWarns; }
  [[nodiscard]] const QString& preview() const { return m_preview; }
  [[nodiscard]] const QString& previewProblem() const { return m_previewProblem; }
  [[nodiscard]] bool previewBusy() const { return m_previewBusy; }
  [[nodiscard]] bool needsReload() const { return m_needsReload; }

  /// Shows the settings of a variant.
  Q_INVOKABLE void show(qint64 variantId);
  /// Everything as in the application's settings.
  Q_INVOKABLE void reset();
  /// Stores what was just changed.
  Q_INVOKABLE void save();

  /// Says which variant is resident, 0: none.
  void setResident(qint64 variantId);
  /// The resident model was loaded with what is stored.
  void setReloaded();

 Q_SIGNALS:
  void variantChanged();
  void costChanged();
  void previewChanged();
  void needsReloadChanged();

 private:
  OwnSetting* add();
  void display(const VariantSettings& settings, const ModelFileFacts& facts);
  [[nodiscard]] VariantSettings edited() const;
  void computeCost();
  void computePreview();
  void updateNeedsReload();

  ModelLibrary* m_library;
  ModelFiles* m_files;
  const Settings* m_settings;
  qint64 m_variantId = 0;
  qint64 m_resident = 0;
  QString m_title, m_path, m_ownTemplate;
  ModelShape m_shape;
  int m_trainedContext = 0;
  OwnSetting* m_contextLength;
  OwnSetting* m_device;
  OwnSetting* m_temperature;
  OwnSetting* m_topP;
  OwnSetting* m_topK;
  OwnSetting* m_minP;
  OwnSetting* m_repeatPenalty;
  OwnSetting* m_maxTokens;
  OwnSetting* m_systemPrompt;
  OwnSetting* m_chatTemplate;
  VariantSettings m_loaded;  // those that the resident model was loaded with
  QString m_costText, m_preview, m_previewProblem;
  bool m_costWarns = false, m_previewBusy = false, m_needsReload = false;
  QTimer m_saveTimer, m_previewTimer;
  Background m_costWorker, m_previewWorker;
};
