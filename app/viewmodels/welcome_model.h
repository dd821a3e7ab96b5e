// The first steps with a new installation.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantMap>

#include "bridge/answer_engine.h"
#include "bridge/model_files.h"

class CatalogueService;
class ChatService;
class DeviceTest;
class DiscoverModel;
class MemoryService;
class ModelLibrary;
class Settings;
struct CatalogueModel;
struct CatalogueVariant;

/// @brief Language, device and first model: shown once, to people who have neither chats nor models.
///
/// Nothing here uses the network until download() is called.
class WelcomeModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.welcome")
  /// The first steps should come by themselves.
  Q_PROPERTY(bool wanted READ wanted NOTIFY wantedChanged)
  /// "en" or "zh_CN": the language in effect.
  Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged)
  /// Of the self-test: "none", "running", "passed", "failed" or "stopped".
  Q_PROPERTY(QString checkState READ checkState NOTIFY changed)
  /// What it has shown, one sentence; empty before it.
  Q_PROPERTY(QString checkText READ checkText NOTIFY changed)
  /// What to do about a failure; empty without one.
  Q_PROPERTY(QString checkNextStep READ checkNextStep NOTIFY changed)
  /// What computes the answers, how much memory it has, and which models fit; empty until known.
  Q_PROPERTY(QString summary READ summary NOTIFY changed)
  /// The model to begin with on this computer: {entryId, variant, name, goodAt, sizeText, qualityText, fitText, fitTone}; empty until
  /// known, or when none fits.
  Q_PROPERTY(QVariantMap recommended READ recommended NOTIFY changed)

 public:
  struct Services {
    Settings* settings;
    const MemoryService* memory;
    DeviceTest* test;
    CatalogueService* catalogue;
    const ModelLibrary* library;
    const ChatService* chats;
  };

  /// All must outlive this object; `memory` and `test` may be null.
  WelcomeModel(const Services& services, DiscoverModel* discover, QObject* parent = nullptr);

  /// Whether the first steps may come by themselves; before the database is open. Not so until said: tests and files that were opened
  /// want the window as it is.
  void setOffered(bool offered) { m_offered = offered; }

  [[nodiscard]] bool wanted() const { return m_wanted; }
  [[nodiscard]] QString language() const;
  void setLanguage(const QString& language);
  [[nodiscard]] QString checkState() const;
  [[nodiscard]] QString checkText() const;
  [[nodiscard]] QString checkNextStep() const;
  [[nodiscard]] QString summary() const;
  [[nodiscard]] QVariantMap recommended() const;

  /// The first steps are on the screen: they will not come by themselves again.
  Q_INVOKABLE void begin();
  /// They are done, or were skipped; a test ends.
  Q_INVOKABLE void finish();
  /// Tests the device of the settings, and looks at what fits.
  Q_INVOKABLE void checkDevice();
  Q_INVOKABLE void cancelCheck();
  /// Puts the recommended model into the downloads.
  Q_INVOKABLE void download();
  /// Texts computed here change with the language.
  void retranslate();

  /// How much a quantisation of that name takes away from the model, 1 (much) to 5 (nothing that could be noticed).
  [[nodiscard]] static int qualityOf(const QString& quantisation);

 Q_SIGNALS:
  void wantedChanged();
  void languageChanged();
  void changed();

 private:
  enum class Check { None, Waiting, Running, Passed, Failed, Stopped };
  struct Choice {
    QString modelId, variant;
    ModelFit fit;
  };

  void decide();
  void startWaiting();
  void onFinished(const DeviceVerdict& verdict);
  [[nodiscard]] const DeviceFacts* chosenDevice() const;
  [[nodiscard]] const DeviceFacts* usedDevice() const;
  void chooseModel();

  Services m_services;
  DiscoverModel* m_discover;
  bool m_offered = false;
  bool m_decided = false;
  bool m_wanted = false;
  bool m_open = false;
  Check m_check = Check::None;
  QString m_tested;  // name of the device
  QString m_reason;  // why it failed
  Choice m_choice;
  quint64 m_largest = 0;  // bytes of the largest model of the catalogue that fits
};
