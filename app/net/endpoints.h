// Where models can be fetched from, and the addresses there.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

/// A site that has repositories. Own servers and hf-mirror.com speak the language of huggingface.co.
struct Endpoint {
  enum class Kind { HuggingFace, HfMirror, ModelScope, Own };
  Kind kind = Kind::HuggingFace;
  QUrl base;  // "https://huggingface.co", without a slash at the end

  bool operator==(const Endpoint&) const = default;

  /// For people and for tokens: the host, with the port where it is not the usual one.
  [[nodiscard]] QString host() const;
  /// ModelScope's public API has no search.
  [[nodiscard]] bool canSearch() const { return kind != Kind::ModelScope; }
  /// Repositories with all the tags ("gguf", "peft") that match the words, most downloaded first.
  [[nodiscard]] QUrl search(const QString& text, const QStringList& tags, int limit) const;
  /// Facts and files of a repository, with sizes and checksums.
  [[nodiscard]] QUrl repository(const QString& id, const QString& revision) const;
  [[nodiscard]] QUrl file(const QString& id, const QString& revision, const QString& path) const;
};

/// One line of the settings.
struct EndpointChoice {
  Endpoint::Kind kind;
  bool isOn;

  bool operator==(const EndpointChoice&) const = default;
};

/// "huggingface", "hf-mirror", "modelscope", "own".
[[nodiscard]] QString endpointName(Endpoint::Kind kind);
/// The host of a well-known one; empty for Own.
[[nodiscard]] QUrl standardAddress(Endpoint::Kind kind);

/// From the text of the settings: names in order, with a minus before those that are off. All kinds are there afterwards, each once;
/// those that the text leaves out come last and are off.
[[nodiscard]] QList<EndpointChoice> endpointChoices(const QString& text);
[[nodiscard]] QString endpointText(const QList<EndpointChoice>& choices);

/// The address of an own server as it was typed; invalid when it is none. http is allowed: it may be the next computer.
[[nodiscard]] QUrl serverAddress(const QString& text);
