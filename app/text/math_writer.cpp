#include "text/math_writer.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <utility>

#include "text/sanitised_html.h"

namespace {

using Kind = MathNode::Kind;

/// Italic letters side by side are one word to rich text.
[[nodiscard]] QString joined(QString html) {
  html.remove(QLatin1String("</i><i>"));
  html.remove(QLatin1String("</b><b>"));
  return html;
}

[[nodiscard]] QString withoutTags(const QString& html) {
  QString out;
  bool inTag = false;
  for (const QChar c : html) {
    if (c == u'<')
      inTag = true;
    else if (c == u'>')
      inTag = false;
    else if (!inTag)
      out += c;
  }
  return out;
}

/// Puts a mark behind every character (or behind the last one).
[[nodiscard]] QString marked(const QString& html, QChar mark, bool every) {
  QString out;
  bool inTag = false;
  qsizetype last = -1;
  for (qsizetype i = 0; i < html.size(); ++i) {
    const QChar c = html[i];
    if (c == u'<') inTag = true;
    out += c;
    if (!inTag && !c.isHighSurrogate()) {
      if (every) out += mark;
      last = out.size();
    }
    if (c == u'>') inTag = false;
  }
  if (!every && last >= 0) out.insert(last, mark);
  return out;
}

/// The d of dx: a letter that may stand before another one in a denominator.
[[nodiscard]] bool isDifferential(const std::vector<MathNode>& nodes) {
  if (nodes.size() != 2) return false;
  const MathNode& first = nodes[0].kind == Kind::Row && nodes[0].parts.size() == 1 ? nodes[0].parts[0] : nodes[0];
  return first.kind == Kind::Atom && (first.text == u"d" || first.text == u"∂");
}

/// A row within rows is a group: what counts is inside.
[[nodiscard]] const std::vector<MathNode>& content(const MathNode& node) {
  const MathNode* at = &node;
  while (at->parts.size() == 1 && at->kind == Kind::Row && at->parts[0].kind == Kind::Row) at = &at->parts[0];
  return at->parts;
}

[[nodiscard]] QString vulgar(const QString& above, const QString& below) {
  static constexpr std::array<std::array<QStringView, 3>, 5> kForms{
      {{u"1", u"2", u"½"}, {u"1", u"3", u"⅓"}, {u"2", u"3", u"⅔"}, {u"1", u"4", u"¼"}, {u"3", u"4", u"¾"}}};
  for (const auto& form : kForms) {
    if (above == form[0] && below == form[1]) return form[2].toString();
  }
  return {};
}

/// Something that is multiplied with a fraction in front of it.
[[nodiscard]] bool isFactor(MathClass kind) {
  return kind != MathClass::Binary && kind != MathClass::Relation && kind != MathClass::Punctuation && kind != MathClass::Closing;
}

/// Something that a fraction behind it is multiplied with.
[[nodiscard]] bool isFactorBefore(MathClass kind) {
  return kind == MathClass::Ordinary || kind == MathClass::Closing || kind == MathClass::Function || kind == MathClass::Fraction;
}

/// What a row is as a whole.
struct RowShape {
  int pieces = 0;
  bool simple = true;      // of its only piece
  bool product = true;     // of its only piece
  bool operators = false;  // outside of brackets
  int depth = 0;           // open brackets
  int groups = 0;          // in brackets, at the top
  bool unbalanced = false;
  bool groupFirst = false;  // the first or second piece opens a bracket, nothing but a name is in front of it
  bool groupLast = false;   // the last piece closes one

  void add(const WrittenMath& piece, bool sign) {
    const bool mark = piece.html == u"!";  // a factorial
    if (depth == 0 && !sign &&
        (piece.first == MathClass::Binary || piece.first == MathClass::Relation || piece.first == MathClass::Punctuation ||
         piece.first == MathClass::Function || piece.first == MathClass::BigOperator || piece.first == MathClass::Fraction))
      operators = true;
    if (piece.first == MathClass::Opening && !sign) {
      if (depth == 0) groupFirst = groupFirst || pieces == 0 || (pieces == 1 && !leadingSign);
      ++depth;
    }
    groupLast = false;
    if (piece.last == MathClass::Closing && !mark) {
      unbalanced = unbalanced || depth == 0;
      depth = std::max(0, depth - 1);
      groupLast = depth == 0;
      if (groupLast) ++groups;
    }
    if (pieces == 0) {
      leadingSign = sign;
      simple = piece.simple && !sign;
      product = piece.product;
    }
    if (!mark) ++pieces;
  }
  /// f(x), or all of it in brackets.
  [[nodiscard]] bool isCall() const { return groupFirst && groupLast && groups == 1 && !unbalanced; }

  bool leadingSign = false;
};

}  // namespace

QString bracketed(const WrittenMath& written) {
  return written.simple ? written.html : QLatin1Char('(') + written.html + QLatin1Char(')');
}

bool MathWriter::isSign(std::optional<MathClass> before) {
  if (!before) return true;
  switch (*before) {
    case MathClass::Binary:
    case MathClass::Relation:
    case MathClass::Opening:
    case MathClass::Punctuation:
    case MathClass::BigOperator:
    case MathClass::Function:
      return true;
    default:
      return false;
  }
}

bool MathWriter::isSpaced(MathClass left, MathClass right) const {
  const auto isValue = [](MathClass kind) {
    return kind == MathClass::Ordinary || kind == MathClass::Function || kind == MathClass::BigOperator || kind == MathClass::Fraction;
  };
  const bool operators = left == MathClass::Function || left == MathClass::BigOperator;
  if (operators && isValue(right)) return true;
  if ((right == MathClass::Function || right == MathClass::BigOperator) && (isValue(left) || left == MathClass::Closing)) return true;
  if (m_script) return false;
  if (left == MathClass::BigOperator && right == MathClass::Opening) return true;
  if (left == MathClass::Relation || right == MathClass::Relation || left == MathClass::Binary || right == MathClass::Binary) return true;
  return left == MathClass::Punctuation;
}

WrittenMath MathWriter::row(const std::vector<MathNode>& nodes, std::optional<MathClass> before) const {
  WrittenMath out;
  RowShape shape;
  std::optional<MathClass> last = before;
  QString gap;
  qsizetype fractionAt = -1;  // the last piece, if it is one, begins here
  for (const MathNode& each : nodes) {
    if (each.kind == Kind::Space) {
      if (each.text.size() > gap.size()) gap = each.text;
      continue;
    }
    WrittenMath piece = node(each);
    if (piece.html.isEmpty()) continue;
    const bool sign = piece.first == MathClass::Binary && piece.last == MathClass::Binary && isSign(last);
    if (sign) piece.first = last == MathClass::Function ? MathClass::Function : MathClass::Ordinary;
    if (fractionAt >= 0 && isFactor(piece.first)) {
      out.html.insert(fractionAt, u'(');
      out.html += u')';
    }
    const bool wrapped = piece.first == MathClass::Fraction && shape.pieces > 0 && isFactorBefore(*last);
    if (shape.pieces > 0) {
      if (gap.isEmpty() && isSpaced(*last, piece.first)) gap = QStringLiteral(" ");
      if (m_script && gap.size() == 1 && (last == MathClass::Binary || piece.first == MathClass::Binary)) gap.clear();
      if (gap.size() > 1) gap.fill(QChar::Nbsp);
      out.html += gap;
    } else {
      out.first = sign ? MathClass::Binary : piece.first;
    }
    gap.clear();
    fractionAt = piece.first == MathClass::Fraction && !wrapped ? out.html.size() : -1;
    out.html += wrapped ? QLatin1Char('(') + piece.html + QLatin1Char(')') : piece.html;
    last = sign ? MathClass::Opening : wrapped ? MathClass::Closing : piece.last;  // nothing is spaced behind a sign
    shape.add(piece, sign);
  }
  out.html = joined(out.html);
  out.last = last.value_or(MathClass::Ordinary);
  out.simple = shape.pieces <= 1 ? shape.simple : shape.isCall() || isDifferential(nodes);
  out.product = shape.pieces <= 1 ? shape.product : shape.isCall() || !shape.operators;
  return out;
}

WrittenMath MathWriter::atom(const MathNode& node) const {
  QString html = escapedHtml(node.text);
  if (node.italic) html = QLatin1String("<i>") + html + QLatin1String("</i>");
  if (node.bold) html = QLatin1String("<b>") + html + QLatin1String("</b>");
  const bool phrase = node.text.contains(u' ');
  return {html, node.role, node.role, !phrase, true};
}

WrittenMath MathWriter::node(const MathNode& each) const {
  switch (each.kind) {
    case Kind::Row: {
      WrittenMath out = row(each.parts);
      // A group is one thing to what stands beside it; alone in its braces, an operator or a fraction stays what it is.
      const std::vector<MathNode>& inside = content(each);
      const bool alone = inside.size() == 1 &&
                         (out.first == MathClass::Fraction || out.first == MathClass::Function || out.first == MathClass::BigOperator);
      const MathClass role = each.role != MathClass::Ordinary ? each.role : alone ? out.first : MathClass::Ordinary;
      out.first = out.last = role;
      return out;
    }
    case Kind::Atom:
      return atom(each);
    case Kind::Text: {
      // Spaces at the ends must not collapse; lines may break at those inside.
      QString text = each.text;
      for (qsizetype i = 0; i < text.size() && text[i] == u' '; ++i) text[i] = QChar::Nbsp;
      for (qsizetype i = text.size() - 1; i >= 0 && text[i] == u' '; --i) text[i] = QChar::Nbsp;
      QString html = escapedHtml(text);
      if (each.italic) html = QLatin1String("<i>") + html + QLatin1String("</i>");
      if (each.bold) html = QLatin1String("<b>") + html + QLatin1String("</b>");
      return {html, MathClass::Ordinary, MathClass::Ordinary, !each.text.contains(u' '), !each.text.contains(u' ')};
    }
    case Kind::Space:
      return {};
    case Kind::Fraction:
      return fraction(each);
    case Kind::Binomial:
      return {QLatin1String("C(") + node(each.parts[0]).html + QLatin1String(", ") + node(each.parts[1]).html + QLatin1Char(')')};
    case Kind::Root:
      return root(each);
    case Kind::Scripts:
      return scripts(each);
    case Kind::Accent:
      return accent(each);
    case Kind::Fence:
      return fence(each);
    case Kind::Matrix:
    case Kind::Cases:
    case Kind::Lines:
      return grid(each);
    case Kind::Boxed: {
      WrittenMath out = node(each.parts[0]);
      out.html = QLatin1String("<b>") + out.html + QLatin1String("</b>");
      return out;
    }
    case Kind::Struck: {
      WrittenMath out = node(each.parts[0]);
      out.html = QLatin1String("<s>") + out.html + QLatin1String("</s>");
      return out;
    }
  }
  return {};
}

WrittenMath MathWriter::fraction(const MathNode& each) const {
  const WrittenMath above = node(each.parts[0]);
  const WrittenMath below = node(each.parts[1]);
  if (const QString character = vulgar(above.html, below.html); !character.isEmpty() && !m_script) return {character};
  const QString top = above.product || above.simple ? above.html : QLatin1Char('(') + above.html + QLatin1Char(')');
  return {top + QLatin1Char('/') + bracketed(below), MathClass::Fraction, MathClass::Fraction, false, false};
}

WrittenMath MathWriter::root(const MathNode& each) const {
  const WrittenMath body = node(each.parts[0]);
  QString sign = QStringLiteral("√");
  QString radicand = bracketed(body);
  if (!each.parts[1].parts.empty()) {
    const WrittenMath index = MathWriter(true).row(each.parts[1].parts);
    if (index.html == u"3")
      sign = QStringLiteral("∛");
    else if (index.html == u"4")
      sign = QStringLiteral("∜");
    else {
      // There is no bar over the radicand, so brackets say where it ends; the space keeps the index from being a power of what is in front.
      constexpr QChar kThinSpace(0x2009);
      sign = kThinSpace +
             (m_script ? QLatin1Char('(') + index.html + QLatin1Char(')') : QLatin1String("<sup>") + index.html + QLatin1String("</sup>")) + sign;
      if (!radicand.startsWith(u'(')) radicand = QLatin1Char('(') + radicand + QLatin1Char(')');
    }
  }
  return {sign + radicand};
}

QString MathWriter::script(const MathNode& each, bool above) const {
  const WrittenMath written = MathWriter(true).row(content(each));
  const QString plain = withoutTags(written.html);
  if (plain.isEmpty()) return {};
  if (above && std::all_of(plain.begin(), plain.end(), [](QChar c) { return c == u'′' || c == u'″'; })) return plain;
  if (above && plain == u"∘") return QStringLiteral("°");
  if (!m_script) {
    const QLatin1String tag(above ? "sup>" : "sub>");
    return QLatin1Char('<') + tag + written.html + QLatin1String("</") + tag;
  }
  if (const std::optional<QString> characters = above ? inSuperscript(plain) : inSubscript(plain)) return *characters;
  return (above ? QLatin1Char('^') : QLatin1Char('_')) + bracketed(written);
}

WrittenMath MathWriter::scripts(const MathNode& each) const {
  WrittenMath out = node(each.parts[0]);
  // The word above a brace is no power.
  const bool isBrace = each.parts[0].kind == Kind::Row && each.parts[0].limits;
  if (out.first == MathClass::Fraction || (isBrace && !out.simple)) {
    out.html = QLatin1Char('(') + out.html + QLatin1Char(')');
    out.first = out.last = MathClass::Ordinary;
  }
  out.html += script(each.parts[1], false) + script(each.parts[2], !isBrace);
  out.simple = out.product = out.first != MathClass::Function && out.first != MathClass::BigOperator;
  return out;
}

WrittenMath MathWriter::accent(const MathNode& each) const {
  constexpr char16_t kOverline = 0x0305;
  constexpr char16_t kUnderline = 0x0332;
  constexpr qsizetype kShort = 3;  // letters over which an arrow may be repeated
  WrittenMath out = node(each.parts[0]);
  const QChar mark = each.text[0];
  const QString plain = withoutTags(out.html);
  const qsizetype letters = std::count_if(plain.begin(), plain.end(), [](QChar c) { return !c.isLowSurrogate() && !c.isMark(); });
  const bool isLine = mark == QChar(kOverline) || mark == QChar(kUnderline);
  const bool isArrow = mark.unicode() >= 0x20d6 && mark.unicode() <= 0x20e1;
  const bool hasEntity = plain.contains(u'&');
  if (!hasEntity && (letters <= 1 || isLine || (isArrow && letters <= kShort)))
    out.html = marked(out.html, mark, letters > 1);
  else
    out.html = QLatin1Char('(') + out.html + QLatin1Char(')') + mark;
  out.first = out.last = MathClass::Ordinary;
  out.simple = out.product = true;
  return out;
}

WrittenMath MathWriter::fence(const MathNode& each) const {
  const WrittenMath body = row(content(each.parts[0]));
  const bool both = !each.text.isEmpty() && !each.closing.isEmpty();
  return {escapedHtml(each.text) + body.html + escapedHtml(each.closing), both ? MathClass::Opening : MathClass::Ordinary,
          both ? MathClass::Closing : MathClass::Ordinary, both, true};
}

WrittenMath MathWriter::cells(const MathNode& line) const {
  std::vector<MathNode> all;
  for (size_t i = 0; i < line.parts.size(); ++i) {
    if (i > 0 && i % 2 == 0) all.push_back(MathNode{Kind::Space, MathClass::Space, QStringLiteral("   ")});
    all.insert(all.end(), line.parts[i].parts.begin(), line.parts[i].parts.end());
  }
  return row(all);
}

WrittenMath MathWriter::grid(const MathNode& each) const {
  QStringList lines;
  for (const MathNode& line : each.parts) {
    if (each.kind == Kind::Lines) {
      lines.append(cells(line).html);
      continue;
    }
    QString html;
    for (const MathNode& cell : line.parts) {
      const QString text = row(cell.parts).html;
      if (!html.isEmpty()) html += html.endsWith(u',') ? QLatin1String(" ") : QLatin1String(", ");
      html += text;
    }
    lines.append(html);
  }
  const QString html = escapedHtml(each.text) + (each.kind == Kind::Cases ? QStringLiteral(" ") : QString()) +
                       lines.join(QLatin1String("; ")) + escapedHtml(each.closing);
  return {html, MathClass::Ordinary, MathClass::Ordinary, !each.text.isEmpty() && !each.closing.isEmpty(), each.kind == Kind::Matrix};
}
