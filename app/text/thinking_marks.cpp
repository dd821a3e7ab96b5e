#include "text/thinking_marks.h"

#include <algorithm>
#include <array>

#include "text/markdown_stream.h"

namespace {

constexpr QChar kJoiner(0x2060);
constexpr std::array<QStringView, 2> kFences = {u"```", u"~~~"};

/// `text` ends inside what may still become `mark`.
[[nodiscard]] bool isPart(QStringView text, QStringView mark) {
  return text.size() < mark.size() && mark.startsWith(text);
}

}  // namespace

ThinkingMarks::ThinkingMarks(const QString& stored) {
  if (!stored.startsWith(kThinkBegin)) {
    static_cast<void>(add(Kind::Answer, stored));
    m_held.clear();  // it is stored already
    return;
  }
  m_begun = true;
  m_sectioned = true;
  m_stored = stored.contains(kThinkEnd) ? Kind::Answer : Kind::Thinking;
  m_given = m_stored;
}

QString ThinkingMarks::add(Kind kind, const QString& delta) {
  if (delta.isEmpty()) return {};
  QString out;
  if (m_begun && kind != m_given) {
    out = finish();
    // A stored answer has one section, at its beginning: later thoughts are told as text.
    out += m_stored == Kind::Thinking ? kThinkEnd.toString() + QStringLiteral("\n\n") : QStringLiteral("\n\n");
    m_stored = Kind::Answer;
    m_lineStart = true;
  } else if (!m_begun && kind == Kind::Thinking) {
    out = kThinkBegin.toString();
    m_stored = kind;
    m_sectioned = true;
  }
  m_given = kind;
  m_begun = true;
  return out + (m_stored == Kind::Thinking ? thinking(delta) : answer(delta));
}

QString ThinkingMarks::finish() {
  return std::exchange(m_held, {});
}

QString ThinkingMarks::plain(QString text) {
  for (const QStringView mark : {kThinkBegin, kThinkEnd}) text.replace(mark.toString().insert(1, kJoiner), mark.toString());
  return text;
}

QString ThinkingMarks::thinking(const QString& delta) {
  QString text = std::exchange(m_held, {}) + delta;
  text.replace(kThinkEnd.toString(), kThinkEnd.toString().insert(1, kJoiner));
  for (qsizetype n = std::min(text.size(), kThinkEnd.size() - 1); n > 0; --n) {
    if (!kThinkEnd.startsWith(QStringView(text).right(n))) continue;
    m_held = text.right(n);
    text.chop(n);
    break;
  }
  return text;
}

QString ThinkingMarks::answer(const QString& delta) {
  if (m_sectioned) return delta;
  const QString text = std::exchange(m_held, {}) + delta;
  QString out;
  for (qsizetype i = 0; i < text.size(); ++i) {
    const QChar c = text[i];
    if (m_lineStart && !c.isSpace()) {
      const QStringView rest = QStringView(text).mid(i);
      const auto waits = [rest](QStringView mark) { return isPart(rest, mark); };
      if (waits(kThinkBegin) || waits(kThinkEnd) || std::any_of(kFences.begin(), kFences.end(), waits)) {
        m_held = rest.toString();
        return out;
      }
      m_lineStart = false;
      out += c;
      if (!m_fenced && (rest.startsWith(kThinkBegin) || rest.startsWith(kThinkEnd))) out += kJoiner;
      if (std::any_of(kFences.begin(), kFences.end(), [rest](QStringView fence) { return rest.startsWith(fence); })) m_fenced = !m_fenced;
      continue;
    }
    out += c;
    if (c == u'\n' || c == u'\r') m_lineStart = true;
  }
  return out;
}
