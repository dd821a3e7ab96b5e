// What the shown chat sets for itself.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QStringList>
#include <QVariantList>
#include <optional>

#include "storage/chat_settings.h"

class ChatSettingsService;
class ModelService;
class Settings;

/// @brief A number of the chat: its own, or the one that holds without it.
class ChatValue : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by ChatSettingsModel")
  /// The value in force. One that is as the standard is not the chat's own.
  Q_PROPERTY(double number READ number WRITE setNumber NOTIFY changed)
  /// The one that the preset or the settings have.
  Q_PROPERTY(double standard READ standard NOTIFY changed)
  Q_PROPERTY(bool differs READ differs NOTIFY changed)

 public:
  using QObject::QObject;

  [[nodiscard]] double number() const { return m_own.value_or(m_standard); }
  void setNumber(double number);
  [[nodiscard]] double standard() const { return m_standard; }
  [[nodiscard]] bool differs() const { return m_own.has_value(); }
  /// As the standard again.
  Q_INVOKABLE void reset();

  /// None: as the standard.
  [[nodiscard]] const std::optional<double>& own() const { return m_own; }
  /// Shows a value; emits no edited().
  void show(const std::optional<double>& own, double standard);

 Q_SIGNALS:
  void changed();
  /// By the user.
  void edited();

 private:
  std::optional<double> m_own;
  double m_standard = 0;
};

/// @brief Instructions, sampling, where answers end, thinking and model of the shown chat. Every change holds from the next answer on.
class ChatSettingsModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.chatSettings")
  /// Empty: the one of the settings.
  Q_PROPERTY(QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY changed)
  /// The one of the settings or of the model, which holds where the chat has none; may be empty.
  Q_PROPERTY(QString standardPrompt READ standardPrompt NOTIFY changed)
  Q_PROPERTY(ChatValue* temperature READ temperature CONSTANT)
  Q_PROPERTY(ChatValue* topP READ topP CONSTANT)
  Q_PROPERTY(ChatValue* topK READ topK CONSTANT)
  Q_PROPERTY(ChatValue* minP READ minP CONSTANT)
  Q_PROPERTY(ChatValue* repeatPenalty READ repeatPenalty CONSTANT)
  Q_PROPERTY(ChatValue* presencePenalty READ presencePenalty CONSTANT)
  /// Tokens.
  Q_PROPERTY(ChatValue* penaltyWindow READ penaltyWindow CONSTANT)
  /// Tokens, 0: no limit.
  Q_PROPERTY(ChatValue* maxTokens READ maxTokens CONSTANT)
  /// Digits; empty: another one for every answer.
  Q_PROPERTY(QString seed READ seed WRITE setSeed NOTIFY changed)
  /// Texts at which an answer ends, with \n for the end of a line.
  Q_PROPERTY(QStringList stop READ stop NOTIFY changed)
  Q_PROPERTY(bool canAddStop READ canAddStop NOTIFY changed)
  /// "" as the model does by itself, "on", "off".
  Q_PROPERTY(QString thinking READ thinking WRITE setThinking NOTIFY changed)
  /// Why thinking cannot be switched; empty: it can.
  Q_PROPERTY(QString thinkingProblem READ thinkingProblem NOTIFY changed)
  /// Empty: as in the settings.
  Q_PROPERTY(QString preset READ preset WRITE setPreset NOTIFY changed)
  Q_PROPERTY(QString presetText READ presetText NOTIFY changed)
  /// The preset is one of the user's.
  Q_PROPERTY(bool presetIsOwn READ presetIsOwn NOTIFY changed)
  /// Maps of value and text.
  Q_PROPERTY(QVariantList presets READ presets NOTIFY changed)
  /// How many numbers of sampling are other than the preset's.
  Q_PROPERTY(int changedCount READ changedCount NOTIFY changed)
  /// The chat sets something.
  Q_PROPERTY(bool active READ active NOTIFY changed)
  /// Another model is loaded than the one that answered this chat last.
  Q_PROPERTY(bool asksForModel READ asksForModel NOTIFY changed)
  Q_PROPERTY(QString chatModelName READ chatModelName NOTIFY changed)
  Q_PROPERTY(QString loadedModelName READ loadedModelName NOTIFY changed)

 public:
  /// All must outlive this object.
  ChatSettingsModel(ChatSettingsService* service, ModelService* models, const Settings* settings, QObject* parent = nullptr);

  [[nodiscard]] QString systemPrompt() const;
  void setSystemPrompt(const QString& text);
  [[nodiscard]] QString standardPrompt() const;
  [[nodiscard]] ChatValue* temperature() const { return m_temperature; }
  [[nodiscard]] ChatValue* topP() const { return m_topP; }
  [[nodiscard]] ChatValue* topK() const { return m_topK; }
  [[nodiscard]] ChatValue* minP() const { return m_minP; }
  [[nodiscard]] ChatValue* repeatPenalty() const { return m_repeatPenalty; }
  [[nodiscard]] ChatValue* presencePenalty() const { return m_presencePenalty; }
  [[nodiscard]] ChatValue* penaltyWindow() const { return m_penaltyWindow; }
  [[nodiscard]] ChatValue* maxTokens() const { return m_maxTokens; }
  [[nodiscard]] QString seed() const;
  void setSeed(const QString& digits);
  [[nodiscard]] QStringList stop() const;
  [[nodiscard]] bool canAddStop() const;
  [[nodiscard]] QString thinking() const;
  void setThinking(const QString& choice);
  [[nodiscard]] QString thinkingProblem() const;
  [[nodiscard]] QString preset() const;
  void setPreset(const QString& preset);
  [[nodiscard]] QString presetText() const;
  [[nodiscard]] bool presetIsOwn() const;
  [[nodiscard]] QVariantList presets() const;
  [[nodiscard]] int changedCount() const;
  [[nodiscard]] bool active() const;
  [[nodiscard]] bool asksForModel() const;
  [[nodiscard]] QString chatModelName() const;
  [[nodiscard]] QString loadedModelName() const;

  /// Ignored where there are enough, or one is the same. "\n" and "\t" are the end of a line and a tabulator.
  Q_INVOKABLE void addStop(const QString& text);
  Q_INVOKABLE void removeStop(int index);
  /// All numbers of sampling as the preset has them.
  Q_INVOKABLE void resetSampling();
  /// Everything as in the settings; the model stays.
  Q_INVOKABLE void resetAll();
  /// Stores the numbers in force under a name and uses that preset. False: the name is blank, or there are too many.
  Q_INVOKABLE bool savePreset(const QString& name);
  Q_INVOKABLE void renamePreset(const QString& name);
  /// Removes the chosen preset; the chat keeps its values.
  Q_INVOKABLE void removePreset();
  /// Loads the model of the chat, or makes the loaded one that of the chat.
  Q_INVOKABLE void useChatModel();
  Q_INVOKABLE void keepLoadedModel();

  /// 0: a new chat.
  void setChat(qint64 chatId);
  /// Texts computed here change with the language.
  void retranslate() { Q_EMIT changed(); }

 Q_SIGNALS:
  void changed();

 private:
  ChatValue* add();
  void refresh();
  void store();
  [[nodiscard]] ChatSettings current() const;
  [[nodiscard]] qint64 ownPreset() const;

  ChatSettingsService* m_service;
  ModelService* m_models;
  const Settings* m_settings;
  qint64 m_chat = 0;
  ChatValue* m_temperature;
  ChatValue* m_topP;
  ChatValue* m_topK;
  ChatValue* m_minP;
  ChatValue* m_repeatPenalty;
  ChatValue* m_presencePenalty;
  ChatValue* m_penaltyWindow;
  ChatValue* m_maxTokens;
};
