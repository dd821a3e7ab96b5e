// Which model answers.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <QUrl>

#include "bridge/answer_engine.h"

class ModelLibrary;
class Settings;
struct VariantSettings;

/// Chooses and loads the model: the one given at the start, else the one used last, else the starter model. A failure
/// leaves the application usable without a model and says what to do.
class ModelService : public QObject {
  Q_OBJECT

 public:
  enum class State { None, Held, Loading, Ready, Failed };

  /// Both must outlive this object. `starterPath`: the model that comes with the application, may be empty.
  ModelService(AnswerEngine* engine, Settings* settings, const QString& starterPath, QObject* parent = nullptr);
  ~ModelService() override;

  /// Where variants and their settings are known; must outlive this object. A load uses the settings of its variant, and a model that is
  /// removed is let go of first.
  void setLibrary(ModelLibrary* library);

  /// Loads the first model; `path` may be empty. Call when the settings are known. Hold: the last run crashed, so the model is only
  /// named, and loaded when the user says so; `path` given is the user's word.
  enum class Begin { Load, Hold };
  void start(const QString& path, Begin begin = Begin::Load);
  /// Loads a file. One that does not exist leaves a resident model in place, with a notice.
  void load(const QString& path);
  void loadStarter();
  /// Loads a file for single answers: takeBack() brings the model before, which is also that of the next start.
  void lend(const QString& path);
  void takeBack();
  [[nodiscard]] bool isLent() const { return !m_home.isEmpty(); }
  /// Loads the same file again, with the present settings.
  void reload();
  /// Lets go of a file that is going to be deleted: if it is the model, the starter model takes its place.
  void release(const QString& path);

  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] const QString& path() const { return m_path; }
  /// Name for people; before the file is read, taken from its name.
  [[nodiscard]] QString name() const;
  [[nodiscard]] double progress() const { return m_progress; }
  /// Facts of the resident model; empty unless Ready.
  [[nodiscard]] const ModelFacts& facts() const { return m_facts; }
  [[nodiscard]] bool isStarter() const;
  /// Which layout chats have, and why, when the model's own chat template is not used; none otherwise.
  [[nodiscard]] Problem chatFormatProblem() const;
  /// Why there is no model; none unless Failed, Held or None.
  [[nodiscard]] const Problem& failure() const { return m_failure; }
  /// SHA-256 over size, beginning and end of the file; empty until computed.
  [[nodiscard]] const QString& fingerprint() const { return m_fingerprint; }

  /// The variant of the library that the model is, 0: none; and its settings, all unset when there is none.
  [[nodiscard]] qint64 variantId() const;
  [[nodiscard]] VariantSettings settings() const;

  /// What a load with the present settings asks for.
  [[nodiscard]] ModelRequest request() const;

  /// The starter model of this installation: HEARTH_STARTER, the resources of the build, or the share folder.
  [[nodiscard]] static QString findStarter();
  /// The folder of the adapters that come with it: HEARTH_STARTER_ADAPTERS, the resources of the build, or the share folder.
  [[nodiscard]] static QString findStarterAdapters();

 Q_SIGNALS:
  /// Anything above.
  void changed();
  /// The resident model, or whether there is one, is another.
  void stateChanged();
  /// A problem that did not prevent loading something.
  void notice(const Problem& problem);

 private:
  void setState(State state);
  bool beginLoad(const QString& path);
  void fail(const Problem& failure);
  void onLoaded(quint64 id, const ModelFacts& facts);
  void computeFingerprint();

  AnswerEngine* m_engine;
  Settings* m_settings;
  ModelLibrary* m_library = nullptr;
  QString m_starterPath;
  QString m_path;
  QString m_home;  // of the model that comes back; empty: the resident one stays
  State m_state = State::None;
  AnswerEngine::RequestId m_request = 0;
  double m_progress = 0;
  ModelFacts m_facts;
  Problem m_failure;
  QString m_fingerprint;
  QThreadPool m_pool;  // reads files for fingerprints
};
