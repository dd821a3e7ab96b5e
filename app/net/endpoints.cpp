#include "net/endpoints.h"

#include <QUrlQuery>
#include <algorithm>
#include <array>

#include "net/http_session.h"

namespace {

using Kind = Endpoint::Kind;

constexpr std::array kKinds{Kind::HuggingFace, Kind::HfMirror, Kind::ModelScope, Kind::Own};

[[nodiscard]] QByteArray encoded(const QString& path) {
  return QUrl::toPercentEncoding(path, "/");
}

/// `path` is percent-encoded: names may hold '?', '#' and '%'.
[[nodiscard]] QUrl below(const QUrl& base, const QByteArray& path) {
  return QUrl::fromEncoded(base.toEncoded(QUrl::StripTrailingSlash) + path, QUrl::StrictMode);
}

[[nodiscard]] QByteArray revisionOf(Kind kind, const QString& revision) {
  const bool isStandard = revision.isEmpty() || revision == QLatin1String("main");
  if (kind == Kind::ModelScope) return isStandard ? QByteArray("master") : QUrl::toPercentEncoding(revision);
  return isStandard ? QByteArray("main") : QUrl::toPercentEncoding(revision);
}

}  // namespace

QString Endpoint::host() const {
  return HttpSession::hostOf(base);
}

QUrl Endpoint::search(const QString& text, const QStringList& tags, int limit) const {
  QUrl url = below(base, "/api/models");
  QUrlQuery query;
  query.addQueryItem(QStringLiteral("search"), QString::fromLatin1(QUrl::toPercentEncoding(text)));
  for (const QString& tag : tags) query.addQueryItem(QStringLiteral("filter"), tag);
  query.addQueryItem(QStringLiteral("sort"), QStringLiteral("downloads"));
  query.addQueryItem(QStringLiteral("direction"), QStringLiteral("-1"));
  query.addQueryItem(QStringLiteral("limit"), QString::number(limit));
  query.addQueryItem(QStringLiteral("full"), QStringLiteral("true"));
  url.setQuery(query);
  return url;
}

QUrl Endpoint::repository(const QString& id, const QString& revision) const {
  if (kind == Kind::ModelScope)
    return below(base, "/api/v1/models/" + encoded(id) + "/repo/files?Revision=" + revisionOf(kind, revision) + "&Recursive=true");
  return below(base, "/api/models/" + encoded(id) + "/revision/" + revisionOf(kind, revision) + "?blobs=true");
}

QUrl Endpoint::file(const QString& id, const QString& revision, const QString& path) const {
  const QByteArray start = kind == Kind::ModelScope ? "/models/" : "/";
  return below(base, start + encoded(id) + "/resolve/" + revisionOf(kind, revision) + '/' + encoded(path));
}

QString endpointName(Kind kind) {
  switch (kind) {
    case Kind::HuggingFace:
      return QStringLiteral("huggingface");
    case Kind::HfMirror:
      return QStringLiteral("hf-mirror");
    case Kind::ModelScope:
      return QStringLiteral("modelscope");
    case Kind::Own:
      break;
  }
  return QStringLiteral("own");
}

QUrl standardAddress(Kind kind) {
  switch (kind) {
    case Kind::HuggingFace:
      return QUrl(QStringLiteral("https://huggingface.co"));
    case Kind::HfMirror:
      return QUrl(QStringLiteral("https://hf-mirror.com"));
    case Kind::ModelScope:
      return QUrl(QStringLiteral("https://www.modelscope.cn"));
    case Kind::Own:
      break;
  }
  return {};
}

QList<EndpointChoice> endpointChoices(const QString& text) {
  QList<EndpointChoice> choices;
  const auto add = [&choices](Kind kind, bool isOn) {
    if (std::none_of(choices.begin(), choices.end(), [kind](const EndpointChoice& one) { return one.kind == kind; }))
      choices.append({kind, isOn});
  };
  for (const QString& word : text.split(u',', Qt::SkipEmptyParts)) {
    const bool isOn = !word.startsWith(u'-');
    const QString name = isOn ? word : word.mid(1);
    for (const Kind kind : kKinds) {
      if (endpointName(kind) == name) add(kind, isOn);
    }
  }
  for (const Kind kind : kKinds) add(kind, false);
  return choices;
}

QString endpointText(const QList<EndpointChoice>& choices) {
  QStringList words;
  for (const EndpointChoice& choice : choices) words.append((choice.isOn ? QString() : QStringLiteral("-")) + endpointName(choice.kind));
  return words.join(u',');
}

QUrl serverAddress(const QString& text) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty()) return {};
  QUrl url(trimmed.contains(QLatin1String("://")) ? trimmed : QStringLiteral("https://") + trimmed, QUrl::StrictMode);
  const bool isUsable = url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment() &&
                        (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"));
  return isUsable ? url.adjusted(QUrl::StripTrailingSlash) : QUrl();
}
