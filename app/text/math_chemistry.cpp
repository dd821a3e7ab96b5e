// \ce{...}: the part of mhchem that models use.
#include "text/math_tree.h"

#include <algorithm>
#include <array>
#include <utility>

namespace {

using Kind = MathNode::Kind;

constexpr qsizetype kLongest = 1000;

[[nodiscard]] MathNode atom(const QString& text, MathClass role = MathClass::Ordinary) {
  return MathNode{Kind::Atom, role, text};
}

[[nodiscard]] MathNode script(const QString& text) {
  MathNode row;
  row.parts.push_back(atom(text));
  return row;
}

struct Arrow {
  QStringView written;
  QStringView shown;
};

// The longest first.
constexpr std::array<Arrow, 6> kArrows{{{u"<=>>", u"⇌"}, {u"<<=>", u"⇌"}, {u"<=>", u"⇌"}, {u"<->", u"↔"}, {u"->", u"→"}, {u"<-", u"←"}}};

[[nodiscard]] bool isDigit(QChar c) {
  return c >= u'0' && c <= u'9';
}

class ChemistryParser {
 public:
  explicit ChemistryParser(QStringView text) : m_text(text) {}

  std::optional<MathNode> parse() {
    while (m_at < m_text.size()) {
      if (!step()) return std::nullopt;
    }
    return std::move(m_row);
  }

 private:
  bool step();
  bool takeArrow();
  bool takeCharge();
  void push(MathNode node) { m_row.parts.push_back(std::move(node)); }
  /// Puts a script on what was read last.
  void attach(const QString& text, bool above);
  /// The text of {...} or one character or sign after a mark.
  [[nodiscard]] std::optional<QString> group();
  [[nodiscard]] bool afterElement() const {
    return m_at > 0 && (m_text[m_at - 1].isLetter() || m_text[m_at - 1] == u')' || m_text[m_at - 1] == u']');
  }

  QStringView m_text;
  qsizetype m_at = 0;
  MathNode m_row;
};

void ChemistryParser::attach(const QString& text, bool above) {
  MathNode base;
  if (!m_row.parts.empty() && m_row.parts.back().kind != Kind::Space) {
    base = std::move(m_row.parts.back());
    m_row.parts.pop_back();
  }
  if (base.kind != Kind::Scripts) {
    MathNode scripts{Kind::Scripts};
    scripts.parts.push_back(std::move(base));
    scripts.parts.resize(3);
    base = std::move(scripts);
  }
  base.parts[above ? 2 : 1].parts.push_back(script(text));
  push(std::move(base));
}

std::optional<QString> ChemistryParser::group() {
  if (m_at >= m_text.size()) return std::nullopt;
  QString out;
  if (m_text[m_at] == u'{') {
    const qsizetype end = m_text.indexOf(u'}', m_at);
    if (end < 0) return std::nullopt;
    out = m_text.mid(m_at + 1, end - m_at - 1).toString();
    m_at = end + 1;
  } else {
    while (m_at < m_text.size() && (isDigit(m_text[m_at]) || m_text[m_at] == u'+' || m_text[m_at] == u'-')) out += m_text[m_at++];
  }
  if (out.isEmpty() || out.contains(u'\\') || out.contains(u'{')) return std::nullopt;
  return out.replace(u'-', QChar(0x2212));
}

bool ChemistryParser::takeArrow() {
  for (const Arrow& arrow : kArrows) {
    if (!m_text.mid(m_at).startsWith(arrow.written)) continue;
    m_at += arrow.written.size();
    MathNode node = atom(arrow.shown.toString(), MathClass::Relation);
    if (m_at < m_text.size() && m_text[m_at] == u'[') {  // what stands above it
      const qsizetype end = m_text.indexOf(u']', m_at);
      const QString above = end < 0 ? QString() : m_text.mid(m_at + 1, end - m_at - 1).toString();
      if (end < 0 || above.contains(u'\\') || above.contains(u'$')) return false;
      m_at = end + 1;
      MathNode scripts{Kind::Scripts, MathClass::Relation};
      scripts.limits = true;
      scripts.parts.push_back(std::move(node));
      scripts.parts.resize(3);
      scripts.parts[2].parts.push_back(script(above));
      node = std::move(scripts);
    }
    push(std::move(node));
    return true;
  }
  return false;
}

/// A sign right after an element is its charge, one between spaces a plus.
bool ChemistryParser::takeCharge() {
  const QChar c = m_text[m_at];
  const bool before = m_at > 0 && !m_text[m_at - 1].isSpace();
  const bool after = m_at + 1 < m_text.size() && !m_text[m_at + 1].isSpace();
  ++m_at;
  const QString sign = c == u'-' ? QString(QChar(0x2212)) : QString(c);
  if (before && !after)
    attach(sign, true);
  else
    push(c == u'-' ? atom(QStringLiteral("–")) : atom(sign, MathClass::Binary));
  return true;
}

bool ChemistryParser::step() {
  const QChar c = m_text[m_at];
  if (takeArrow()) return true;
  if (c == u'^' || c == u'_') {
    ++m_at;
    const std::optional<QString> text = group();
    if (text) attach(*text, c == u'^');
    return text.has_value();
  }
  if (isDigit(c)) {
    const bool count = afterElement();
    QString digits;
    while (m_at < m_text.size() && (isDigit(m_text[m_at]) || (!count && (m_text[m_at] == u'.' || m_text[m_at] == u'/'))))
      digits += m_text[m_at++];
    if (count)
      attach(digits, false);
    else
      push(atom(digits));
    return true;
  }
  if (c == u'+' || c == u'-') return takeCharge();
  ++m_at;
  if (c.isSpace()) {
    push(MathNode{Kind::Space, MathClass::Space, QStringLiteral(" ")});
    return true;
  }
  if (c == u'*' || c == u'.') {
    push(atom(QStringLiteral("·")));
    return true;
  }
  if (c == u'=' || c == u'#') {  // bonds
    push(atom(c == u'=' ? QStringLiteral("=") : QStringLiteral("≡")));
    return true;
  }
  if (!c.isLetter() && !QStringView(u"()[],").contains(c)) return false;
  push(atom(QString(c)));
  return true;
}

}  // namespace

std::optional<MathNode> parseChemistry(QStringView text) {
  if (text.isEmpty() || text.size() > kLongest) return std::nullopt;
  return ChemistryParser(text).parse();
}
