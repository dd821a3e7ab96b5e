#include "text/math_text.h"

#include <algorithm>
#include <utility>

#include "text/math_writer.h"
#include "text/sanitised_html.h"

namespace {

using Kind = MathNode::Kind;

[[nodiscard]] QString asSource(QStringView source) {
  return QLatin1String("<code>") + escapedCode(source.trimmed()) + QLatin1String("</code>");
}

/// Has a height of its own in a displayed formula.
[[nodiscard]] bool isTall(const MathNode& node) {
  switch (node.kind) {
    case Kind::Fraction:
    case Kind::Binomial:
    case Kind::Matrix:
    case Kind::Cases:
    case Kind::Lines:
      return true;
    case Kind::Row:
      return node.limits || std::any_of(node.parts.begin(), node.parts.end(), isTall);
    case Kind::Fence:
    case Kind::Boxed:
      return isTall(node.parts[0]);
    case Kind::Scripts:
      return node.limits || isTall(node.parts[0]);
    default:
      return false;
  }
}

[[nodiscard]] QString wideSpace(const MathNode& node) {
  return node.kind == Kind::Space && node.text.size() > 1 ? QString(node.text.size(), QChar::Nbsp) : QString();
}

/// Cuts lines of a formula into pieces.
class DisplayWriter {
 public:
  QList<MathPiece> take(const std::vector<MathNode>& nodes, std::optional<MathClass> before) {
    m_last = before;
    add(nodes);
    flush();
    return std::move(m_pieces);
  }
  [[nodiscard]] std::optional<MathClass> last() const { return m_last; }

 private:
  void add(const std::vector<MathNode>& nodes) {
    for (const MathNode& node : nodes) addNode(node);
  }
  void addNode(const MathNode& node);
  void addScripts(const MathNode& node);
  void addGrid(const MathNode& node);
  void addDelimiter(const QString& text, MathClass role);
  void flush();
  void push(MathPiece piece, MathClass role) {
    flush();
    m_pieces.append(std::move(piece));
    m_last = role;
  }

  QList<MathPiece> m_pieces;
  std::vector<MathNode> m_waiting;  // for one piece of text
  std::optional<MathClass> m_last;  // in front of what waits
};

void DisplayWriter::flush() {
  if (m_waiting.empty()) return;
  WrittenMath written = MathWriter().row(m_waiting, m_last);
  // Wide spaces beside something tall.
  if (!m_pieces.isEmpty()) written.html.prepend(wideSpace(m_waiting.front()));
  written.html += wideSpace(m_waiting.back());
  m_waiting.clear();
  if (written.html.isEmpty()) return;
  m_last = written.last;
  m_pieces.append({MathPiece::Kind::Text, written.html});
}

void DisplayWriter::addDelimiter(const QString& text, MathClass role) {
  flush();
  if (!text.isEmpty()) push({MathPiece::Kind::Delimiter, escapedHtml(text)}, role);
}

void DisplayWriter::addGrid(const MathNode& node) {
  addDelimiter(node.text, MathClass::Opening);
  MathPiece grid{MathPiece::Kind::Grid};
  grid.leftAligned = node.kind != MathNode::Kind::Matrix;
  for (const MathNode& line : node.parts) {
    QStringList cells;
    if (node.kind == Kind::Lines)
      cells.append(MathWriter().cells(line).html);
    else
      for (const MathNode& cell : line.parts) cells.append(MathWriter().row(cell.parts).html);
    grid.rows.append(cells);
  }
  push(std::move(grid), MathClass::Ordinary);
  addDelimiter(node.closing, MathClass::Closing);
}

void DisplayWriter::addScripts(const MathNode& node) {
  const MathWriter small(true);
  const QString below = small.row(node.parts[1].parts).html;
  const QString above = small.row(node.parts[2].parts).html;
  if (node.limits) {
    const WrittenMath base = MathWriter().node(node.parts[0]);
    const bool keepsRole = node.role == MathClass::Relation || node.role == MathClass::BigOperator || node.role == MathClass::Function;
    push({MathPiece::Kind::Stack, base.html, above, below}, keepsRole ? node.role : MathClass::Ordinary);
    return;
  }
  if (node.parts[0].kind == Kind::Fraction) addDelimiter(QStringLiteral("("), MathClass::Opening);
  addNode(node.parts[0]);
  if (node.parts[0].kind == Kind::Fraction) addDelimiter(QStringLiteral(")"), MathClass::Closing);
  push({MathPiece::Kind::Stack, {}, above, below}, MathClass::Closing);
}

void DisplayWriter::addNode(const MathNode& node) {
  if (!isTall(node)) {
    m_waiting.push_back(node);
    return;
  }
  switch (node.kind) {
    case Kind::Fraction:
      push({MathPiece::Kind::Fraction, {}, MathWriter().node(node.parts[0]).html, MathWriter().node(node.parts[1]).html},
           MathClass::Closing);
      return;
    case Kind::Binomial: {
      MathPiece grid{MathPiece::Kind::Grid};
      for (const MathNode& part : node.parts) grid.rows.append({MathWriter().node(part).html});
      addDelimiter(QStringLiteral("("), MathClass::Opening);
      push(std::move(grid), MathClass::Ordinary);
      addDelimiter(QStringLiteral(")"), MathClass::Closing);
      return;
    }
    case Kind::Matrix:
    case Kind::Cases:
    case Kind::Lines:
      addGrid(node);
      return;
    case Kind::Fence:
      addDelimiter(node.text, MathClass::Opening);
      add(node.parts[0].parts);
      addDelimiter(node.closing, MathClass::Closing);
      return;
    case Kind::Scripts:
      addScripts(node);
      return;
    default:
      if (node.limits)
        m_waiting.push_back(node);
      else
        add(node.parts);
  }
}

[[nodiscard]] MathLine displayLine(const MathNode& line) {
  MathLine out;
  std::optional<MathClass> last;
  for (const MathNode& cell : line.parts) {
    DisplayWriter writer;
    out.append(writer.take(cell.parts, last));
    last = writer.last();
  }
  return out;
}

}  // namespace

QString inlineMath(QStringView tex, QStringView source) {
  const std::optional<MathNode> tree = parseMath(tex);
  if (!tree) return asSource(source);
  const QString html = MathWriter().node(*tree).html;
  return html.isEmpty() ? asSource(source) : html;
}

MathDisplay displayMath(QStringView tex, QStringView source) {
  MathDisplay out;
  std::optional<MathNode> tree = parseMath(tex);
  if (!tree) {
    out.html = asSource(source);
    return out;
  }
  // What surrounds everything is taken off: braces, one environment, a box.
  for (bool inside = true; inside;) {
    inside = (tree->kind == Kind::Row && tree->parts.size() == 1) || tree->kind == Kind::Boxed;
    if (tree->kind == Kind::Boxed) out.boxed = true;
    if (inside) {
      MathNode child = std::move(tree->parts[0]);
      tree = std::move(child);
    }
  }
  QStringList lines;
  if (tree->kind == Kind::Lines) {
    for (const MathNode& line : tree->parts) {
      out.lines.append(displayLine(line));
      lines.append(MathWriter().cells(line).html);
    }
  } else {
    const bool isRow = tree->kind == Kind::Row;
    MathNode line;
    line.parts.push_back(isRow ? std::move(*tree) : MathNode{});
    if (!isRow) line.parts[0].parts.push_back(std::move(*tree));
    out.lines.append(displayLine(line));
    lines.append(MathWriter().row(line.parts[0].parts).html);
  }
  out.html = lines.join(QLatin1String("<br>"));
  if (out.html.isEmpty()) {
    out.lines.clear();
    out.html = asSource(source);
  } else if (out.boxed) {
    out.html = QLatin1String("<b>") + out.html + QLatin1String("</b>");
  }
  return out;
}
