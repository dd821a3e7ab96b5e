// The user's settings: typed, kept in memory, written at every change.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QVariant>

class StorageThread;

enum class SettingKey {
  Theme,          // "system", "light", "dark", "contrast"
  Language,       // "system", "en", "zh_CN"
  FontPercent,    // 80..160
  ReducedMotion,  // bool
  PolicyOn,       // bool: the person's rules about words are used
  PolicyRules,    // see policyJson()
  Watermark,      // bool: exports end with a note of their origin
  ShortcutKeys,   // JSON: keys by action, those that the person changed
  WrapCode,       // bool: long lines of code go on in the next line
  Temperature,    // 0..2
  TopP,           // 0..1
  MinP,           // 0..1, 0: off
  TopK,           // 0..1000, 0: off
  RepeatPenalty,  // 1..2, 1: off
  SystemPrompt,   // text
  ContextPolicy,  // see toString(ContextPolicy)
  MaxTokens,      // 0: the model's own limit
  Device,         // "auto" or the id of a device
  Threads,        // 0: automatic
  Background,     // bool: the processor's threads give way to other programs
  ContextLength,  // tokens, 0: automatic
  LastModelPath,  // empty: the starter model
  CurrentChat,    // the conversation shown last
  CatalogueUrl,   // address of the list of models
  // Network.
  Endpoints,       // see endpointChoices()
  OwnServer,       // address, may be empty
  ProxyMode,       // "system", "none", "http", "socks5"
  ProxyHost,       // text
  ProxyPort,       // 0..65535
  ProxyUser,       // text; the password is in the keychain
  ProxySecret,     // bool: there is a password
  BandwidthLimit,  // of downloads, 1000 bytes a second; 0: none
  TokenHosts,      // hosts with a token in the keychain, with commas
  // Other versions of the application.
  UpdateWeekly,     // bool: look once a week
  UpdatePreviews,   // bool: previews, too
  UpdateUrl,        // address of the news
  UpdateChecked,    // when they were last read, seconds of the epoch; 0: never
  UpdateSkipped,    // version that is not wanted
  UpdateDismissed,  // version whose notice was closed
  UpdateDocument,   // the newest news: signature, line feed, JSON
  // The first start, and what happens while the window is away.
  WelcomeShown,   // bool: the first steps were shown, or were not needed
  Notifications,  // bool: say when something ended while another window was in front
  Tray,           // bool: closing the window leaves the program in the notification area
  TrayTold,       // bool: that was said once
};

/// Values outside their range are brought into it; unknown texts become the default.
class Settings : public QObject {
  Q_OBJECT

 public:
  explicit Settings(StorageThread* storage, QObject* parent = nullptr);

  /// Takes the stored values, by name. Emits changed() for every value that differs.
  void load(const QHash<QString, QString>& stored);

  [[nodiscard]] QVariant value(SettingKey key) const;
  [[nodiscard]] QString text(SettingKey key) const { return value(key).toString(); }
  [[nodiscard]] double number(SettingKey key) const { return value(key).toDouble(); }
  [[nodiscard]] int integer(SettingKey key) const { return value(key).toInt(); }

  /// Back to what a new installation has; stores nothing. Emits changed() for every value that differs.
  void reset();
  /// The value of a new installation.
  [[nodiscard]] static QVariant standard(SettingKey key);

  /// Stores a value; emits changed() when it differs.
  void setValue(SettingKey key, const QVariant& value);

 Q_SIGNALS:
  void changed(SettingKey key);

 private:
  StorageThread* m_storage;
  QHash<SettingKey, QVariant> m_values;
};
