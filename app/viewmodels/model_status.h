// State of the language model for the header of the window.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>

class ModelService;

/// @brief Name, state and facts of the model that answers.
class ModelStatus : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.model")
  /// Name for people, e.g. "Ember"; empty when no model was chosen.
  Q_PROPERTY(QString name READ name NOTIFY changed)
  /// Architecture of the file, e.g. "deepseek2".
  Q_PROPERTY(QString architecture READ architecture NOTIFY changed)
  /// "none", "held" (after a crash, until the user decides), "loading", "ready" or "failed".
  Q_PROPERTY(QString state READ state NOTIFY changed)
  /// Progress of loading, 0..1.
  Q_PROPERTY(double progress READ progress NOTIFY changed)
  /// Localised state: "Loading 43%", "Ready", ...
  Q_PROPERTY(QString stateText READ stateText NOTIFY changed)
  /// Device that computes, for people.
  Q_PROPERTY(QString deviceName READ deviceName NOTIFY changed)
  /// Tokens of one conversation, 0 until loaded.
  Q_PROPERTY(int contextLength READ contextLength NOTIFY changed)
  /// The small model that comes with the application.
  Q_PROPERTY(bool isStarter READ isStarter NOTIFY changed)
  /// Why loading failed, one sentence; empty otherwise.
  Q_PROPERTY(QString errorCause READ errorCause NOTIFY changed)
  /// What to do about it.
  Q_PROPERTY(QString errorNextStep READ errorNextStep NOTIFY changed)
  /// Technical text about it; may be empty.
  Q_PROPERTY(QString errorDetail READ errorDetail NOTIFY changed)
  /// Facts in one line: "deepseek2 · Q8_0 · 6 MB · 2 of 12 experts".
  Q_PROPERTY(QString detail READ detail NOTIFY changed)
  /// Which layout chats have when the model has no usable chat template, one sentence; empty otherwise.
  Q_PROPERTY(QString formatNote READ formatNote NOTIFY changed)

 public:
  /// `service` must outlive this object.
  explicit ModelStatus(const ModelService* service, QObject* parent = nullptr);

  [[nodiscard]] QString name() const;
  [[nodiscard]] QString architecture() const;
  [[nodiscard]] QString state() const;
  [[nodiscard]] double progress() const;
  [[nodiscard]] QString stateText() const;
  [[nodiscard]] QString deviceName() const;
  [[nodiscard]] int contextLength() const;
  [[nodiscard]] bool isStarter() const;
  [[nodiscard]] QString errorCause() const;
  [[nodiscard]] QString errorNextStep() const;
  [[nodiscard]] QString errorDetail() const;
  [[nodiscard]] QString detail() const;
  [[nodiscard]] QString formatNote() const;

 Q_SIGNALS:
  void changed();

 private:
  const ModelService* m_service;
};
