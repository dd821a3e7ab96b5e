#include "text/sanitised_html.h"

#include <QUrl>
#include <array>
#include <utility>

namespace {

constexpr qsizetype kLongestHref = 2048;  // longer addresses are not meant for people

[[nodiscard]] bool isDropped(QChar c) {
  const ushort u = c.unicode();
  const bool control = (u < 0x20 && u != u'\n' && u != u'\t') || u == 0x7f;
  // Marks that reorder what is read: an address or a file name could be made to look like another.
  const bool bidiOverride = (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069);
  return control || bidiOverride;
}

void appendEscaped(QString& out, QChar c) {
  switch (c.unicode()) {
    case u'&':
      out += QLatin1String("&amp;");
      break;
    case u'<':
      out += QLatin1String("&lt;");
      break;
    case u'>':
      out += QLatin1String("&gt;");
      break;
    case u'"':
      out += QLatin1String("&quot;");
      break;
    case u'\'':
      out += QLatin1String("&#39;");
      break;
    default:
      if (!isDropped(c)) out += c;
  }
}

}  // namespace

QString escapedHtml(QStringView text) {
  QString out;
  out.reserve(text.size() + text.size() / 8);
  for (const QChar c : text) appendEscaped(out, c);
  return out;
}

QString escapedCode(QStringView text) {
  QString out;
  out.reserve(text.size() + text.size() / 4);
  for (const QChar c : text) {
    if (c == u'\n')
      out += QLatin1String("<br>");
    else if (c == u'\t')
      out += QString(4, QChar::Nbsp);
    else if (c == u' ')
      out += QChar::Nbsp;
    else
      appendEscaped(out, c);
  }
  return out;
}

QString decodedEntity(QStringView entity) {
  static constexpr std::array<std::pair<QStringView, QStringView>, 13> kNamed{{
      {u"&amp;", u"&"},
      {u"&lt;", u"<"},
      {u"&gt;", u">"},
      {u"&quot;", u"\""},
      {u"&apos;", u"'"},
      {u"&nbsp;", u"\u00a0"},
      {u"&ndash;", u"\u2013"},
      {u"&mdash;", u"\u2014"},
      {u"&hellip;", u"\u2026"},
      {u"&copy;", u"\u00a9"},
      {u"&times;", u"\u00d7"},
      {u"&colon;", u":"},
      {u"&deg;", u"\u00b0"},
  }};
  for (const auto& [name, value] : kNamed) {
    if (entity == name) return value.toString();
  }
  if (!entity.startsWith(u"&#") || !entity.endsWith(u';')) return entity.toString();
  QStringView digits = entity.mid(2).chopped(1);
  const bool hex = digits.startsWith(u'x') || digits.startsWith(u'X');
  bool ok = false;
  const uint code = hex ? digits.mid(1).toUInt(&ok, 16) : digits.toUInt(&ok, 10);
  if (!ok || code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return QString(QChar::ReplacementCharacter);
  const char32_t character = code;
  return QString::fromUcs4(&character, 1);
}

QString safeHref(const QString& address) {
  if (address.isEmpty() || address.size() > kLongestHref) return {};
  for (const QChar c : address) {
    if (isDropped(c) || c.isSpace()) return {};
  }
  const QUrl url(address, QUrl::StrictMode);
  const QUrl tolerant = url.isValid() ? url : QUrl(address, QUrl::TolerantMode);
  const QString scheme = tolerant.scheme().toLower();
  const bool web = scheme == QLatin1String("http") || scheme == QLatin1String("https");
  if (!tolerant.isValid() || (!web && scheme != QLatin1String("mailto")) || (web && tolerant.host().isEmpty())) return {};
  return escapedHtml(QString::fromLatin1(tolerant.toEncoded()));
}
