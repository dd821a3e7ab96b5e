// The page of content rules.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantList>

#include "services/policy_service.h"

class Settings;

/// @brief Rules of the person about words in questions and answers, and the note of origin on exports.
class PolicyModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.policy")
  /// The rules are used.
  Q_PROPERTY(bool on READ isOn WRITE setOn NOTIFY changed)
  /// List of {name, kind: "words" or "pattern", text, place: "input", "output" or "both", action: "mark" or "block", slow}; slow: it took
  /// too long and is left out.
  Q_PROPERTY(QVariantList rules READ rules NOTIFY changed)
  /// The rules that mark words in what is shown; empty while they are off.
  Q_PROPERTY(QVariantList marks READ marks NOTIFY changed)
  /// Exports end with a line that says which model wrote them.
  Q_PROPERTY(bool watermark READ watermark WRITE setWatermark NOTIFY watermarkChanged)
  /// Why the message was not sent, or which rule was left out; empty: nothing to say.
  Q_PROPERTY(QString note READ note NOTIFY noteChanged)

 public:
  /// Both must outlive this object.
  PolicyModel(PolicyService* policy, Settings* settings, QObject* parent = nullptr);

  [[nodiscard]] bool isOn() const { return m_policy->isOn(); }
  void setOn(bool on);
  [[nodiscard]] QVariantList rules() const;
  [[nodiscard]] QVariantList marks() const;
  [[nodiscard]] bool watermark() const;
  void setWatermark(bool watermark);
  [[nodiscard]] QString note() const { return m_note; }

  /// Why a rule cannot be taken, in words; empty: it can.
  Q_INVOKABLE [[nodiscard]] QString problem(const QVariantMap& rule) const;
  /// Puts a rule in the place of the one at `index`, -1: behind the others. False: it has a problem.
  Q_INVOKABLE bool save(int index, const QVariantMap& rule);
  Q_INVOKABLE void remove(int index);
  Q_INVOKABLE void dismissNote();

  /// Whether a question may be sent; if not, note() says why.
  [[nodiscard]] bool allows(const QString& question);
  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void changed();
  void watermarkChanged();
  void noteChanged();

 private:
  void setNote(const QString& note);

  PolicyService* m_policy;
  Settings* m_settings;
  QString m_note;
};
