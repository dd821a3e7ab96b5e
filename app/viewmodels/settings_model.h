// Settings as properties.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantList>

class MemoryService;
class Settings;
class SystemTheme;
struct DeviceFacts;
enum class SettingKey;

/// @brief The user's settings; every change is stored at once.
class SettingsModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.settings")
  /// "system", "light", "dark" or "contrast": light on black, for eyes that need more.
  Q_PROPERTY(QString theme READ theme WRITE setTheme NOTIFY themeChanged)
  /// The theme in effect is dark.
  Q_PROPERTY(bool dark READ dark NOTIFY darkChanged)
  /// "system", "en" or "zh_CN".
  Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged)
  /// Keys that the person changed: JSON, lists by action.
  Q_PROPERTY(QString shortcutKeys READ shortcutKeys WRITE setShortcutKeys NOTIFY shortcutKeysChanged)
  /// Size of all text, 80..160 percent.
  Q_PROPERTY(int fontPercent READ fontPercent WRITE setFontPercent NOTIFY fontPercentChanged)
  /// No animations.
  Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY reducedMotionChanged)
  /// Long lines of code go on in the next line; else they scroll sideways.
  Q_PROPERTY(bool wrapCode READ wrapCode WRITE setWrapCode NOTIFY wrapCodeChanged)
  /// Sampling temperature 0..2; 0 always takes the likeliest word.
  Q_PROPERTY(double temperature READ temperature WRITE setTemperature NOTIFY temperatureChanged)
  /// Share of probability kept, 0..1; 1 is off.
  Q_PROPERTY(double topP READ topP WRITE setTopP NOTIFY topPChanged)
  /// Least probability of a word, as a share of the likeliest one, 0..1; 0 is off.
  Q_PROPERTY(double minP READ minP WRITE setMinP NOTIFY minPChanged)
  /// Number of candidates kept; 0 is off.
  Q_PROPERTY(int topK READ topK WRITE setTopK NOTIFY topKChanged)
  /// How much words that were just used lose, 1..2; 1 is off.
  Q_PROPERTY(double repeatPenalty READ repeatPenalty WRITE setRepeatPenalty NOTIFY repeatPenaltyChanged)
  /// Instructions before every conversation; not sent to the starter model, which was not trained on any.
  Q_PROPERTY(QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY systemPromptChanged)
  /// What happens when a conversation is longer than the context: "drop", "summarise" or "stop".
  Q_PROPERTY(QString contextPolicy READ contextPolicy WRITE setContextPolicy NOTIFY contextPolicyChanged)
  /// Longest answer in tokens; 0: the model's own limit.
  Q_PROPERTY(int maxTokens READ maxTokens WRITE setMaxTokens NOTIFY maxTokensChanged)
  /// "auto" or the id of a device. Takes effect when a model is loaded.
  Q_PROPERTY(QString device READ device WRITE setDevice NOTIFY deviceChanged)
  /// What can be chosen for it: list of {value, text, usable, reason}; the reason says why it cannot be used or what is known about it.
  Q_PROPERTY(QVariantList devices READ devices NOTIFY memoryChanged)
  /// Processor threads; 0: automatic. Takes effect when a model is loaded.
  Q_PROPERTY(int threads READ threads WRITE setThreads NOTIFY threadsChanged)
  /// The processor's threads give way to other programs. Takes effect when a model is loaded.
  Q_PROPERTY(bool background READ background WRITE setBackground NOTIFY backgroundChanged)
  /// Tokens of one conversation; 0: automatic. Takes effect when a model is loaded.
  Q_PROPERTY(int contextLength READ contextLength WRITE setContextLength NOTIFY contextLengthChanged)
  /// Memory that the model would take with the chosen context, in words; empty until known.
  Q_PROPERTY(QString contextCost READ contextCost NOTIFY memoryChanged)
  /// It is more than there is.
  Q_PROPERTY(bool contextCostWarning READ contextCostWarning NOTIFY memoryChanged)
  /// Say when an answer or a download ended while another window was in front.
  Q_PROPERTY(bool notifications READ notifications WRITE setNotifications NOTIFY notificationsChanged)
  /// Closing the window leaves the application in the notification area.
  Q_PROPERTY(bool tray READ tray WRITE setTray NOTIFY trayChanged)
  /// This desktop has one.
  Q_PROPERTY(bool trayPossible READ trayPossible NOTIFY trayChanged)
  /// Model file used last; empty: the starter model.
  Q_PROPERTY(QString lastModelPath READ lastModelPath NOTIFY lastModelPathChanged)

 public:
  /// All must outlive this object; `systemTheme` and `memory` may be null.
  SettingsModel(Settings* settings, const SystemTheme* systemTheme, const MemoryService* memory, QObject* parent = nullptr);

  [[nodiscard]] QString theme() const;
  void setTheme(const QString& theme);
  [[nodiscard]] bool dark() const;
  [[nodiscard]] QString shortcutKeys() const;
  void setShortcutKeys(const QString& keys);
  [[nodiscard]] QString language() const;
  void setLanguage(const QString& language);
  [[nodiscard]] int fontPercent() const;
  void setFontPercent(int percent);
  [[nodiscard]] bool reducedMotion() const;
  void setReducedMotion(bool reduced);
  [[nodiscard]] bool wrapCode() const;
  void setWrapCode(bool wrap);
  [[nodiscard]] double temperature() const;
  void setTemperature(double temperature);
  [[nodiscard]] double topP() const;
  void setTopP(double topP);
  [[nodiscard]] double minP() const;
  void setMinP(double minP);
  [[nodiscard]] double repeatPenalty() const;
  void setRepeatPenalty(double penalty);
  [[nodiscard]] int topK() const;
  void setTopK(int topK);
  [[nodiscard]] QString systemPrompt() const;
  void setSystemPrompt(const QString& prompt);
  [[nodiscard]] QString contextPolicy() const;
  void setContextPolicy(const QString& policy);
  [[nodiscard]] int maxTokens() const;
  void setMaxTokens(int tokens);
  [[nodiscard]] QString device() const;
  void setDevice(const QString& device);
  [[nodiscard]] QVariantList devices() const;
  [[nodiscard]] QString contextCost() const;
  [[nodiscard]] bool contextCostWarning() const;
  [[nodiscard]] int threads() const;
  void setThreads(int threads);
  [[nodiscard]] bool background() const;
  void setBackground(bool background);
  [[nodiscard]] int contextLength() const;
  void setContextLength(int tokens);
  [[nodiscard]] QString lastModelPath() const;
  [[nodiscard]] bool notifications() const;
  void setNotifications(bool on);
  [[nodiscard]] bool tray() const;
  void setTray(bool on);
  [[nodiscard]] bool trayPossible() const { return m_trayPossible; }
  /// Whether this desktop has a notification area for icons; not so until said.
  void setTrayPossible(bool possible);

  /// Sets temperature, top-p, top-k, min-p and repeat penalty back.
  Q_INVOKABLE void resetSampling();
  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void themeChanged();
  void darkChanged();
  void shortcutKeysChanged();
  void languageChanged();
  void fontPercentChanged();
  void minPChanged();
  void repeatPenaltyChanged();
  void deviceChanged();
  void memoryChanged();
  void reducedMotionChanged();
  void wrapCodeChanged();
  void temperatureChanged();
  void topPChanged();
  void topKChanged();
  void systemPromptChanged();
  void contextPolicyChanged();
  void maxTokensChanged();
  void threadsChanged();
  void backgroundChanged();
  void contextLengthChanged();
  void lastModelPathChanged();
  void notificationsChanged();
  void trayChanged();

 private:
  void onChanged(SettingKey key);
  [[nodiscard]] static QString joined(const QString& first, const QString& second);
  [[nodiscard]] QString deviceNote(const DeviceFacts& device) const;
  void updateDark();

  Settings* m_settings;
  const SystemTheme* m_systemTheme;
  const MemoryService* m_memory;
  bool m_dark = false;
  bool m_trayPossible = false;
};
