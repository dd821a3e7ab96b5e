// Code as a model streams it. First byte: the language; the rest is the text.
#include <QStringList>
#include <iterator>

#include "fuzz/fuzz_support.h"
#include "text/code_highlighter.h"

namespace {

using hearth_fuzz::fail;
using hearth_fuzz::require;

constexpr const char* kNames[] = {"c",    "cpp",  "csharp", "java", "kotlin", "swift",  "js",   "ts",  "python", "rust",
                                  "go",   "php",  "ruby",   "sh",   "ps1",    "sql",    "html", "css", "scss",   "json",
                                  "yaml", "toml", "ini",    "md",   "cmake",  "docker", "make", "lua", "r",      "julia",
                                  "hs",   "qml",  "glsl",   "diff", "tex",    "asm",    "xml",  "none"};
constexpr qsizetype kLongestState = 1000;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const CodeHighlighter highlighter(QString::fromLatin1(kNames[data[0] % std::size(kNames)]));
  const QString text = QString::fromUtf8(reinterpret_cast<const char*>(data) + 1, static_cast<qsizetype>(size - 1));
  CodeState state;
  for (const QString& line : text.split(u'\n')) {
    const CodeState before = state;
    const QList<CodeSpan> spans = highlighter.line(line, state);
    qsizetype at = 0;
    for (const CodeSpan& span : spans) {
      require(span.start >= at && span.length > 0, "spans are in order and not empty");
      at = span.start + span.length;
      require(at <= line.size(), "spans are inside the line");
    }
    require(state.size() <= kLongestState, "a state stays short");
    CodeState again = before;
    if (highlighter.line(line, again) != spans || again != state) fail("nothing is remembered but the state", line.toUtf8().toStdString());
  }
  require(highlighter.after(text, {}) == state || !highlighter.isKnown(), "after() goes the same way");
  // A state that comes from somewhere else.
  CodeState foreign = text.left(20);
  for (const QString& line : text.split(u'\n')) static_cast<void>(highlighter.line(line, foreign));
  return 0;
}
