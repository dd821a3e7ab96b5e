#include "text/math_tree.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/math_environments.h"

namespace {

using Kind = MathNode::Kind;

constexpr qsizetype kLongest = 8000;  // characters; longer ones are no formulas that people read
constexpr int kDeepest = 24;

[[nodiscard]] bool isLetter(QChar c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

[[nodiscard]] bool isDigit(QChar c) {
  return c >= u'0' && c <= u'9';
}

[[nodiscard]] MathNode atom(const QString& text, MathClass role = MathClass::Ordinary) {
  return MathNode{Kind::Atom, role, text};
}

[[nodiscard]] MathNode space(const QString& text) {
  return MathNode{Kind::Space, MathClass::Space, text};
}

[[nodiscard]] bool isOneOf(QStringView name, std::initializer_list<QStringView> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class MathParser {
 public:
  explicit MathParser(QStringView tex) : m_tex(tex) {}

  std::optional<MathNode> parse() {
    MathNode lines = rowsUntilEnd(Kind::Lines);
    if (m_failed || m_at < m_tex.size()) return std::nullopt;
    if (lines.parts.size() != 1 || lines.parts[0].parts.size() != 1) return lines;
    MathNode line = std::move(lines.parts[0].parts[0]);
    return line;
  }

 private:
  [[nodiscard]] bool atEnd() const { return m_failed || m_at >= m_tex.size(); }
  [[nodiscard]] QChar peek() const { return m_at < m_tex.size() ? m_tex[m_at] : QChar(); }
  void skipSpaces() {
    while (m_at < m_tex.size() && m_tex[m_at].isSpace()) ++m_at;
  }
  bool take(QChar c) {
    if (peek() != c) return false;
    ++m_at;
    return true;
  }
  MathNode fail() {
    m_failed = true;
    return {};
  }
  /// The command at the position, without its backslash; empty: there is none.
  [[nodiscard]] QStringView command() const {
    if (peek() != u'\\' || m_at + 1 >= m_tex.size()) return {};
    qsizetype end = m_at + 1;
    while (end < m_tex.size() && isLetter(m_tex[end])) ++end;
    return m_tex.mid(m_at + 1, std::max<qsizetype>(end - m_at - 1, 1));
  }
  void takeCommand(QStringView name) { m_at += 1 + name.size(); }
  [[nodiscard]] bool atRowEnd() const;

  MathNode row(QChar stop = QChar());
  MathNode item();
  MathNode withScripts(MathNode base);
  MathNode character();
  MathNode number();
  MathNode argument();
  std::optional<MathNode> bracketArgument();
  QStringView rawArgument();
  MathNode words(bool italic, bool bold);
  MathNode known(QStringView name);
  MathNode styled(MathAlphabet alphabet);
  std::optional<MathNode> structure(QStringView name);
  std::optional<MathNode> stacked(QStringView name);
  std::optional<MathNode> layout(QStringView name);
  std::optional<MathNode> physics(QStringView name);
  MathNode fence();
  MathNode sized(QStringView name);
  std::optional<QString> delimiter();
  MathNode environment();
  MathNode rowsUntilEnd(Kind kind);
  MathNode negation();

  QStringView m_tex;
  qsizetype m_at = 0;
  int m_depth = 0;
  bool m_failed = false;
  MathAlphabet m_alphabet = MathAlphabet::Italic;
};

bool MathParser::atRowEnd() const {
  const QStringView name = command();
  return isOneOf(name, {u"\\", u"cr", u"newline", u"end", u"right"});
}

MathNode MathParser::row(QChar stop) {
  MathNode out;
  if (++m_depth > kDeepest) {
    --m_depth;
    return fail();
  }
  const MathAlphabet before = m_alphabet;
  for (skipSpaces(); !atEnd(); skipSpaces()) {
    const QChar c = peek();
    if (c == u'}' || c == u'&' || (!stop.isNull() && c == stop) || atRowEnd()) break;
    const QStringView name = command();
    if (isOneOf(name, {u"over", u"choose", u"atop"})) {
      takeCommand(name);
      MathNode pair{name == u"over" ? Kind::Fraction : Kind::Binomial, name == u"over" ? MathClass::Fraction : MathClass::Ordinary};
      pair.parts.push_back(std::move(out));
      pair.parts.push_back(row(stop));
      out = {};
      out.parts.push_back(std::move(pair));
      break;
    }
    out.parts.push_back(withScripts(item()));
  }
  m_alphabet = before;
  --m_depth;
  return m_failed ? MathNode{} : std::move(out);
}

/// A piece without its scripts.
MathNode MathParser::item() {
  const QChar c = peek();
  if (c == u'\\') {
    const QStringView name = command();
    if (name.isEmpty()) return fail();
    takeCommand(name);
    return known(name);
  }
  if (c == u'{') {
    ++m_at;
    MathNode group = row();
    return take(u'}') ? group : fail();
  }
  if (c == u'^' || c == u'_' || c == u'\'') return {};  // scripts of nothing, as in ^{14}C
  return character();
}

MathNode MathParser::withScripts(MathNode base) {
  MathNode below;
  MathNode above;
  bool scripted = false;
  bool hasBelow = false;
  bool hasAbove = false;
  for (skipSpaces(); !atEnd(); skipSpaces()) {
    const QChar c = peek();
    if (c == u'\'') {
      int primes = 0;
      while (take(u'\'')) ++primes;
      above.parts.push_back(atom(primes == 1 ? QStringLiteral("′") : primes == 2 ? QStringLiteral("″") : QString(primes, QChar(0x2032))));
    } else if (c == u'^' || c == u'_') {
      ++m_at;
      MathNode script = argument();
      MathNode& where = c == u'^' ? above : below;
      bool& taken = c == u'_' ? hasBelow : hasAbove;
      if (std::exchange(taken, true)) return fail();
      where.parts.push_back(std::move(script));
    } else if (isOneOf(command(), {u"limits", u"nolimits", u"displaylimits"})) {
      takeCommand(command());
      continue;
    } else {
      break;
    }
    scripted = true;
  }
  if (!scripted) return base;
  MathNode out{Kind::Scripts, base.role};
  out.limits = base.limits;
  out.parts.push_back(std::move(base));
  out.parts.push_back(std::move(below));
  out.parts.push_back(std::move(above));
  return out;
}

MathNode MathParser::number() {
  const qsizetype start = m_at;
  const auto digits = [this] {
    const qsizetype from = m_at;
    while (m_at < m_tex.size() && isDigit(m_tex[m_at])) ++m_at;
    return m_at - from;
  };
  digits();
  // 1,000,000 is one number, (1,2) are two.
  while (peek() == u',') {
    const qsizetype comma = m_at++;
    if (digits() == 3) continue;
    m_at = comma;
    break;
  }
  if (peek() == u'.' && m_at + 1 < m_tex.size() && isDigit(m_tex[m_at + 1])) {
    ++m_at;
    digits();
  }
  MathNode out = atom(m_tex.mid(start, m_at - start).toString());
  out.bold = m_alphabet == MathAlphabet::Bold;
  if (m_alphabet == MathAlphabet::BlackboardBold) {
    QString letters;
    for (const QChar c : std::as_const(out.text)) letters += mathLetter(c, m_alphabet);
    out.text = letters;
  }
  return out;
}

MathNode MathParser::character() {
  const QChar c = peek();
  if (isDigit(c)) return number();
  ++m_at;
  if (c.isHighSurrogate() && peek().isLowSurrogate()) return atom(m_tex.mid(m_at++ - 1, 2).toString());
  if (c == u'$' || c == u'#' || c.category() == QChar::Other_Control) return fail();
  if (c == u'~') return space(QStringLiteral(" "));
  if (isLetter(c)) {
    MathNode out = atom(mathLetter(c, m_alphabet));
    out.italic = m_alphabet == MathAlphabet::Italic;
    out.bold = m_alphabet == MathAlphabet::Bold;
    return out;
  }
  if (c == u':' && peek() == u'=') {
    ++m_at;
    return atom(QStringLiteral(":="), MathClass::Relation);
  }
  return atom(c == u'-' ? QString(QChar(0x2212)) : QString(c), mathClass(c));
}

/// What a command or a script takes: a group, a command or one character.
MathNode MathParser::argument() {
  skipSpaces();
  if (atEnd() || atRowEnd() || peek() == u'}' || peek() == u'&') return fail();
  if (isDigit(peek())) return atom(QString(m_tex[m_at++]));
  if (++m_depth > kDeepest) {
    --m_depth;
    return fail();
  }
  MathNode out = item();
  --m_depth;
  return out;
}

std::optional<MathNode> MathParser::bracketArgument() {
  skipSpaces();
  if (!take(u'[')) return std::nullopt;
  MathNode out = row(u']');
  if (!take(u']')) fail();
  return out;
}

/// The text between braces, as it is; their own braces have to match.
QStringView MathParser::rawArgument() {
  skipSpaces();
  const qsizetype start = m_at + 1;
  int open = 0;
  for (qsizetype i = m_at; i < m_tex.size(); ++i) {
    if (m_tex[i] == u'\\')
      ++i;
    else if (m_tex[i] == u'{')
      ++open;
    else if (m_tex[i] == u'}' && --open == 0) {
      m_at = i + 1;
      return m_tex.mid(start, i - start);
    }
    if (open == 0) break;
  }
  m_failed = true;
  return {};
}

/// \text{...}: words, in which dollars begin maths again.
MathNode MathParser::words(bool italic, bool bold) {
  skipSpaces();
  if (!take(u'{')) return fail();
  if (++m_depth > kDeepest) return fail();
  MathNode out;
  MathNode part{Kind::Text};
  part.italic = italic;
  part.bold = bold;
  const auto flush = [&out, &part] {
    if (!part.text.isEmpty()) out.parts.push_back(part);
    part.text.clear();
  };
  int open = 1;
  while (!atEnd()) {
    const QChar c = m_tex[m_at++];
    if (c == u'{') {
      ++open;
    } else if (c == u'}') {
      if (--open == 0) break;
    } else if (c == u'$') {
      flush();
      out.parts.push_back(row(u'$'));
      if (!take(u'$')) return fail();
    } else if (c == u'\\') {
      --m_at;
      const QStringView name = command();
      if (name.isEmpty()) return fail();
      takeCommand(name);
      if (name.size() == 1 && !isLetter(name[0]) && QStringView(u"%$#_&{} ,-").contains(name[0])) {
        part.text += name[0] == u',' ? u' ' : name[0];
        continue;
      }
      flush();
      out.parts.push_back(known(name));
    } else {
      part.text += c == u'~' || c.isSpace() ? QChar(u' ') : c;
    }
  }
  flush();
  --m_depth;
  return open == 0 && !m_failed ? std::move(out) : fail();
}

MathNode MathParser::styled(MathAlphabet alphabet) {
  const MathAlphabet before = std::exchange(m_alphabet, alphabet);
  MathNode out = argument();
  m_alphabet = before;
  return out;
}

std::optional<QString> MathParser::delimiter() {
  skipSpaces();
  if (atEnd()) return std::nullopt;
  const QStringView name = command();
  const QStringView text = name.isEmpty() ? m_tex.mid(m_at, 1) : name;
  const std::optional<QString> found = name.isEmpty() && text == u"\\" ? std::nullopt : mathDelimiter(text);
  if (found) m_at += text.size() + (name.isEmpty() ? 0 : 1);
  return found;
}

MathNode MathParser::fence() {
  const std::optional<QString> opening = delimiter();
  if (!opening) return fail();
  MathNode content = row();
  if (command() != u"right") return fail();
  takeCommand(u"right");
  const std::optional<QString> closing = delimiter();
  if (!closing) return fail();
  MathNode out{Kind::Fence, MathClass::Ordinary, *opening, *closing};
  out.parts.push_back(std::move(content));
  return out;
}

/// \big( and the like.
MathNode MathParser::sized(QStringView name) {
  const std::optional<QString> text = delimiter();
  if (!text) return fail();
  const bool opens = name.endsWith(u'l') || QStringView(u"([{⟨⌈⌊").contains(*text);
  const bool closes = name.endsWith(u'r') || QStringView(u")]}⟩⌉⌋").contains(*text);
  return atom(*text, text->isEmpty() ? MathClass::Ordinary
                     : opens         ? MathClass::Opening
                     : closes        ? MathClass::Closing
                                     : MathClass::Ordinary);
}

MathNode MathParser::negation() {
  MathNode next = argument();
  if (next.kind != Kind::Atom) return fail();
  next.text = negated(next.text);
  next.role = MathClass::Relation;
  return next;
}

MathNode MathParser::rowsUntilEnd(Kind kind) {
  MathNode out{kind};
  MathNode line;
  while (!m_failed) {
    line.parts.push_back(row());
    if (take(u'&')) continue;
    const QStringView name = command();
    if (!isOneOf(name, {u"\\", u"cr", u"newline"})) break;
    takeCommand(name);
    take(u'*');
    if (peek() == u'[' && m_at + 1 < m_tex.size() && (isDigit(m_tex[m_at + 1]) || m_tex[m_at + 1] == u'-' || m_tex[m_at + 1] == u'.')) {
      constexpr qsizetype kLongestDistance = 12;
      const qsizetype close = m_tex.mid(m_at, kLongestDistance).indexOf(u']');
      if (close > 0 && isLetter(m_tex[m_at + close - 1])) m_at += close + 1;  // \\[4pt]
    }
    out.parts.push_back(std::exchange(line, {}));
  }
  const auto isEmpty = [](const MathNode& cell) { return cell.parts.empty(); };
  if (!std::all_of(line.parts.begin(), line.parts.end(), isEmpty) || out.parts.empty()) out.parts.push_back(std::move(line));
  return out;
}

MathNode MathParser::environment() {
  const QStringView name = rawArgument();
  const std::optional<MathEnvironment> found = mathEnvironment(name);
  if (!found) return fail();
  const bool mayHavePosition = found->hasColumns || isOneOf(found->name, {u"aligned", u"gathered"});
  if (mayHavePosition) bracketArgument();
  if (found->hasColumns) rawArgument();
  if (++m_depth > kDeepest) return fail();
  using Shape = MathEnvironment::Shape;
  MathNode out = rowsUntilEnd(found->shape == Shape::Matrix ? Kind::Matrix : found->shape == Shape::Cases ? Kind::Cases : Kind::Lines);
  --m_depth;
  if (command() != u"end") return fail();
  takeCommand(u"end");
  if (rawArgument() != name) return fail();
  out.text = found->opening.toString();
  out.closing = found->closing.toString();
  if (out.kind == Kind::Lines && out.parts.size() == 1 && out.parts[0].parts.size() == 1) {
    MathNode line = std::move(out.parts[0].parts[0]);
    return line;
  }
  return out;
}

/// Commands with arguments that make shapes.
std::optional<MathNode> MathParser::structure(QStringView name) {
  const auto pair = [this](Kind kind, MathClass role) {
    MathNode out{kind, role};
    out.parts.push_back(argument());
    out.parts.push_back(argument());
    return out;
  };
  const auto wrapped = [this](Kind kind, const QString& opening = {}, const QString& closing = {}) {
    MathNode out{kind, MathClass::Ordinary, opening, closing};
    out.parts.push_back(argument());
    return out;
  };
  if (isOneOf(name, {u"frac", u"dfrac", u"tfrac", u"cfrac", u"nicefrac", u"sfrac"})) return pair(Kind::Fraction, MathClass::Fraction);
  if (isOneOf(name, {u"binom", u"dbinom", u"tbinom"})) return pair(Kind::Binomial, MathClass::Ordinary);
  if (name == u"sqrt") {
    std::optional<MathNode> index = bracketArgument();
    MathNode out = wrapped(Kind::Root);
    out.parts.push_back(index ? std::move(*index) : MathNode{});
    return out;
  }
  if (name == u"left") return fence();
  if (name == u"begin") return environment();
  if (name == u"not") return negation();
  if (isOneOf(name, {u"boxed", u"fbox"})) return wrapped(Kind::Boxed);
  if (isOneOf(name, {u"cancel", u"bcancel", u"xcancel", u"sout"})) return wrapped(Kind::Struck);
  if (name == u"middle") {
    const std::optional<QString> bar = delimiter();
    return bar ? atom(*bar, MathClass::Relation) : fail();
  }
  if (name == u"ce") {
    std::optional<MathNode> formula = parseChemistry(rawArgument());
    return formula && !m_failed ? std::move(*formula) : fail();
  }
  if (const std::optional<QChar> mark = mathAccent(name)) return wrapped(Kind::Accent, QString(*mark));
  return physics(name);
}

/// The shorthands of physics that models use without saying so.
std::optional<MathNode> MathParser::physics(QStringView name) {
  const auto between = [this](const QString& opening, const QString& closing) {
    MathNode out{Kind::Fence, MathClass::Ordinary, opening, closing};
    out.parts.push_back(argument());
    return out;
  };
  if (name == u"bra") return between(QStringLiteral("⟨"), QStringLiteral("|"));
  if (name == u"ket") return between(QStringLiteral("|"), QStringLiteral("⟩"));
  if (name == u"braket") return between(QStringLiteral("⟨"), QStringLiteral("⟩"));
  if (name == u"abs") return between(QStringLiteral("|"), QStringLiteral("|"));
  if (name == u"norm") return between(QStringLiteral("‖"), QStringLiteral("‖"));
  return std::nullopt;
}

/// Something above or below something else.
std::optional<MathNode> MathParser::stacked(QStringView name) {
  const auto scripts = [](MathNode base, std::optional<MathNode> below, std::optional<MathNode> above) {
    MathNode out{Kind::Scripts, base.role};
    out.limits = true;
    out.parts.push_back(std::move(base));
    for (std::optional<MathNode>* script : {&below, &above}) {
      MathNode row;
      if (*script) row.parts.push_back(std::move(**script));
      out.parts.push_back(std::move(row));
    }
    return out;
  };
  if (isOneOf(name, {u"overset", u"stackrel", u"underset"})) {
    MathNode script = argument();
    MathNode base = argument();
    return name == u"underset" ? scripts(std::move(base), std::move(script), std::nullopt)
                               : scripts(std::move(base), std::nullopt, std::move(script));
  }
  if (isOneOf(name, {u"xrightarrow", u"xleftarrow", u"xRightarrow", u"xrightleftharpoons", u"xleftrightarrow"})) {
    std::optional<MathNode> below = bracketArgument();
    MathNode above = argument();
    const std::optional<MathSymbol> arrow = mathSymbol(name.mid(1));
    return scripts(atom(arrow ? arrow->text : QStringLiteral("→"), MathClass::Relation), std::move(below), std::move(above));
  }
  if (isOneOf(name, {u"underbrace", u"overbrace", u"underbracket", u"overbracket", u"mathop"})) {
    MathNode out;
    out.parts.push_back(argument());
    out.limits = true;
    return out;
  }
  if (name == u"substack") {
    skipSpaces();
    if (!take(u'{')) return fail();
    if (++m_depth > kDeepest) return fail();
    MathNode out = rowsUntilEnd(Kind::Lines);
    --m_depth;
    return take(u'}') ? std::move(out) : fail();
  }
  return std::nullopt;
}

/// Commands that only arrange, number or colour.
std::optional<MathNode> MathParser::layout(QStringView name) {
  if (isOneOf(name, {u"hspace", u"mspace", u"vspace", u"cline", u"label", u"phantom", u"hphantom", u"vphantom", u"color"})) {
    take(u'*');
    rawArgument();
    return space(isOneOf(name, {u"hspace", u"mspace"}) ? QStringLiteral(" ") : QString());
  }
  if (name == u"textcolor") {
    rawArgument();
    return argument();
  }
  if (isOneOf(name, {u"mathbin", u"mathrel"})) {
    MathNode out = argument();
    out.role = name == u"mathbin" ? MathClass::Binary : MathClass::Relation;
    return out;
  }
  if (isOneOf(name, {u"mathord", u"mathopen", u"mathclose", u"mathpunct", u"mathinner", u"ensuremath", u"smash", u"mathstrut"}))
    return argument();
  if (isOneOf(name, {u"tag", u"pmod", u"pod"})) {
    take(u'*');
    MathNode out;
    const QString opening = name == u"tag" ? QStringLiteral("    (") : name == u"pmod" ? QStringLiteral(" (mod ") : QStringLiteral(" (");
    out.parts.push_back(MathNode{Kind::Text, MathClass::Ordinary, opening});
    out.parts.push_back(name == u"tag" ? words(false, false) : argument());
    out.parts.push_back(atom(QStringLiteral(")"), MathClass::Closing));
    return out;
  }
  if (isOneOf(name, {u"rm", u"bf", u"it", u"cal", u"tt", u"sf"})) {
    m_alphabet = name == u"bf"    ? MathAlphabet::Bold
                 : name == u"it"  ? MathAlphabet::Italic
                 : name == u"cal" ? MathAlphabet::Calligraphic
                                  : MathAlphabet::Upright;
    return space({});
  }
  return std::nullopt;
}

/// The node of a command whose name was just taken.
MathNode MathParser::known(QStringView name) {
  if (const std::optional<MathAlphabet> alphabet = mathAlphabet(name)) return styled(*alphabet);
  if (isOneOf(name, {u"text", u"textrm", u"textnormal", u"textup", u"textsf", u"texttt", u"textsc", u"mbox", u"hbox", u"intertext"}))
    return words(false, false);
  if (name == u"textbf") return words(false, true);
  if (isOneOf(name, {u"textit", u"emph"})) return words(true, false);
  if (name == u"operatorname") {
    const bool starred = take(u'*');
    QString text = rawArgument().toString();
    text.replace(QLatin1String("\\,"), QLatin1String(" "));
    const bool plain = std::all_of(text.begin(), text.end(), [](QChar c) { return isLetter(c) || isDigit(c) || c == u' ' || c == u'-'; });
    if (!plain || text.isEmpty()) return fail();
    MathNode out = atom(text, MathClass::Function);
    out.limits = starred || isOneOf(text, {u"argmax", u"argmin", u"arg max", u"arg min"});
    return out;
  }
  static constexpr std::array<QStringView, 4> kSizes{u"big", u"Big", u"bigg", u"Bigg"};
  for (const QStringView size : kSizes) {
    if (name == size || (name.size() == size.size() + 1 && name.startsWith(size) && QStringView(u"lrm").contains(name.back())))
      return sized(name);
  }
  for (const auto& read : {&MathParser::structure, &MathParser::stacked, &MathParser::layout}) {
    if (std::optional<MathNode> node = (this->*read)(name)) return std::move(*node);
  }
  const std::optional<MathSymbol> symbol = mathSymbol(name);
  if (!symbol) return fail();
  if (symbol->kind == MathClass::Space) return space(symbol->text);
  // A limit is spaced as a sum is.
  const bool isLimit = symbol->kind == MathClass::Function && symbol->text.contains(QLatin1String("lim"));
  MathNode out = atom(symbol->text, isLimit ? MathClass::BigOperator : symbol->kind);
  out.bold = m_alphabet == MathAlphabet::Bold;
  out.limits =
      out.role == MathClass::BigOperator || isOneOf(name, {u"max", u"min", u"sup", u"inf", u"argmax", u"argmin", u"det", u"gcd", u"Pr"});
  return out;
}

}  // namespace

std::optional<MathNode> parseMath(QStringView tex) {
  const QStringView trimmed = tex.trimmed();
  if (trimmed.isEmpty() || trimmed.size() > kLongest) return std::nullopt;
  return MathParser(trimmed).parse();
}
