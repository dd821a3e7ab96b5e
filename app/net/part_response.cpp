#include "net/part_response.h"

#include <QRegularExpression>

#include "net/http_session.h"

namespace {

[[nodiscard]] qint64 number(const QByteArray& text) {
  bool isNumber = false;
  const qint64 value = text.trimmed().toLongLong(&isNumber);
  return isNumber && value >= 0 ? value : -1;
}

[[nodiscard]] QString unquoted(const QByteArray& etag) {
  QString text = QString::fromLatin1(etag.trimmed());
  if (text.startsWith(QLatin1String("W/"))) text.remove(0, 2);
  return text.size() >= 2 && text.startsWith(u'"') && text.endsWith(u'"') ? text.mid(1, text.size() - 2) : text;
}

}  // namespace

bool PartResponse::parseRange(const QByteArray& header, PartResponse& response) {
  static const QRegularExpression range(QStringLiteral("^bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)$"));
  const auto match = range.match(QString::fromLatin1(header.trimmed()));
  if (!match.hasMatch()) return false;
  response.from = match.captured(1).toLongLong();
  response.end = match.captured(2).toLongLong() + 1;
  if (match.captured(3) != QLatin1String("*")) response.total = match.captured(3).toLongLong();
  return response.from < response.end && (response.total < 0 || response.end <= response.total);
}

PartResponse PartResponse::of(const HttpExchange& exchange) {
  static const QRegularExpression hash(QStringLiteral("^[0-9a-f]{64}$"));
  PartResponse response;
  const QByteArray etag = exchange.header("ETag").trimmed();
  if (etag.size() >= 2 && etag.startsWith('"') && etag.endsWith('"')) response.etag = etag;
  response.linkedSize = number(exchange.firstHeader("X-Linked-Size"));
  const QString linked = unquoted(exchange.firstHeader("X-Linked-Etag")).toLower();
  if (hash.match(linked).hasMatch()) response.linkedSha256 = linked;
  response.isPart = exchange.status() == 206;
  if (response.isPart) {
    response.isWellFormed = parseRange(exchange.header("Content-Range"), response);
  } else if (exchange.status() == 200) {
    response.total = number(exchange.header("Content-Length"));
    response.isWellFormed = true;
  }
  return response;
}
