#include "text/math_marks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "text/math_environments.h"

namespace {

constexpr QStringView kBegin = u"\\begin{";
constexpr QStringView kEnd = u"\\end{";
constexpr qsizetype kLongestName = 16;

[[nodiscard]] qsizetype runLength(QStringView text, qsizetype at) {
  qsizetype n = at;
  while (n < text.size() && text[n] == text[at]) ++n;
  return n - at;
}

/// Behind the code that begins with the run of backticks at `at`, or behind the run if it never closes in the line.
[[nodiscard]] qsizetype behindCode(QStringView line, qsizetype at) {
  const qsizetype length = runLength(line, at);
  for (qsizetype i = at + length; i < line.size(); ++i) {
    if (line[i] != u'`') continue;
    const qsizetype other = runLength(line, i);
    if (other == length) return i + other;
    i += other - 1;
  }
  return at + length;
}

}  // namespace

MathMark mathMarkAt(QStringView text) {
  if (text.startsWith(u"$$")) return {MathMark::Kind::Dollars};
  if (text.startsWith(u"\\[")) return {MathMark::Kind::Bracket};
  if (!text.startsWith(kBegin)) return {};
  const QStringView rest = text.mid(kBegin.size(), kLongestName);
  const qsizetype brace = rest.indexOf(u'}');
  const std::optional<MathEnvironment> environment = brace < 1 ? std::nullopt : mathEnvironment(rest.first(brace));
  if (!environment || !environment->shownAlone) return {};
  return {MathMark::Kind::Environment, rest.first(brace).toString()};
}

qsizetype openingLength(const MathMark& mark) {
  return mark.kind == MathMark::Kind::Environment ? kBegin.size() + mark.environment.size() + 1 : 2;
}

qsizetype closingLength(const MathMark& mark) {
  return mark.kind == MathMark::Kind::Environment ? kEnd.size() + mark.environment.size() + 1 : 2;
}

qsizetype closingAt(const MathMark& mark, QStringView text, qsizetype from) {
  for (qsizetype i = from; i < text.size(); ++i) {
    const QStringView rest = text.mid(i);
    if (mark.kind == MathMark::Kind::Dollars && rest.startsWith(u"$$")) return i;
    if (text[i] != u'\\') continue;
    if (mark.kind == MathMark::Kind::Bracket && rest.startsWith(u"\\]")) return i;
    if (mark.kind == MathMark::Kind::Environment && rest.startsWith(kEnd) && rest.mid(kEnd.size()).startsWith(mark.environment) &&
        rest.mid(kEnd.size() + mark.environment.size()).startsWith(u'}'))
      return i;
    ++i;
  }
  return -1;
}

bool isOnlyPunctuation(QStringView text) {
  return std::all_of(text.begin(), text.end(), [](QChar c) { return c.isSpace() || QStringView(u".,;:。，；：").contains(c); });
}

MathLineEnd readMathLine(QStringView line, MathMark open) {
  MathLineEnd out{std::move(open)};
  qsizetype behind = 0;  // the last formula
  qsizetype i = 0;
  while (i < line.size()) {
    if (out.open.kind != MathMark::Kind::None) {
      const qsizetype closing = closingAt(out.open, line, i);
      if (closing < 0) return out;
      i = behind = closing + closingLength(out.open);
      out.open = {};
      continue;
    }
    if (line[i] == u'`') {
      i = behindCode(line, i);
      continue;
    }
    const bool first = line.first(i).trimmed().isEmpty();
    MathMark mark = line[i] == u'$' || line[i] == u'\\' ? mathMarkAt(line.mid(i)) : MathMark{};
    if (mark.kind == MathMark::Kind::None || (mark.kind == MathMark::Kind::Environment && !first)) {
      i += line[i] == u'\\' ? 2 : 1;
      continue;
    }
    const qsizetype content = i + openingLength(mark);
    // Two dollars in the middle of a line may also be two dollars.
    const bool alone = first || line.mid(content).trimmed().isEmpty() || mark.kind != MathMark::Kind::Dollars;
    if (!alone && closingAt(mark, line, content) < 0) break;
    out.open = std::move(mark);
    i = content;
  }
  out.textAfter = !isOnlyPunctuation(line.mid(behind));
  return out;
}
