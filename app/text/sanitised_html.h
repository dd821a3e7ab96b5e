// Building html from hostile text: the only places that write tags are the writers of Markdown and maths.
//
// Allowed: <b> <i> <code> <s> <sub> <sup> <br> <a href="http(s) or mailto"> and, inside lists and quotes, <ul> <ol> <li> <p> <blockquote>.
#pragma once

#include <QString>
#include <QStringView>

/// Text for html: & < > " ' are escaped, control characters are dropped, runs of spaces are left as they are.
[[nodiscard]] QString escapedHtml(QStringView text);

/// As escapedHtml() for code: line breaks become <br>, spaces and tabs cannot collapse.
[[nodiscard]] QString escapedCode(QStringView text);

/// Plain text of an html entity such as "&amp;" or "&#38;"; unknown ones are returned as they are.
[[nodiscard]] QString decodedEntity(QStringView entity);

/// The address as it may be put into href, escaped; empty when it must not become a link.
[[nodiscard]] QString safeHref(const QString& address);
