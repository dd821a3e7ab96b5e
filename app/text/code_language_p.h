// What the highlighter knows of each language: tables, read by the scanners in code_scan*.cpp.
#pragma once

#include <QList>
#include <QSet>
#include <QString>
#include <QStringView>
#include <span>

/// How a string begins and ends.
struct CodeString {
  QStringView begin;
  QStringView end;
  char16_t escape = u'\\';  // takes the next character along; 0: there is none
  bool doubled = false;     // the end written twice is a character of the string
  bool lines = false;       // goes on over line breaks
  bool inserts = false;     // "${" begins code inside it, "}" ends that
  bool variables = false;   // "$name" and "${name}" stand out in it
};

/// Peculiarities that a table of words cannot say.
enum CodeTrait : unsigned {
  kIgnoreCase = 1u << 0,      // words are keywords in any case
  kDirectives = 1u << 1,      // a line that begins with "#word"
  kDecorators = 1u << 2,      // "@name"
  kLineDecorators = 1u << 3,  // "@name" at the beginning of a line only
  kRawStrings = 1u << 4,      // C++: R"x( )x"
  kRust = 1u << 5,            // r#" "#, lifetimes, #[ ], name!
  kCharacters = 1u << 6,      // 'x' is a character, a lone ' is not the beginning of a string
  kRegex = 1u << 7,           // /x/ where a value is expected
  kJsx = 1u << 8,             // <Name where a value is expected
  kHereShell = 1u << 9,       // <<WORD, <<-WORD
  kHereRuby = 1u << 10,       // <<~WORD
  kHerePhp = 1u << 11,        // <<<WORD
  kDollar = 1u << 12,         // $name, ${name}
  kMakeVariables = 1u << 13,  // $(NAME), $@
  kCapitals = 1u << 14,       // words like Name are types
  kCalls = 1u << 15,          // a word in front of "(" is a function
  kOptions = 1u << 16,        // "-x" and "--name" behind a space
  kLongBrackets = 1u << 17,   // Lua and CMake: [==[ ]==]
  kSpaceComments = 1u << 18,  // a comment begins behind a space only
  kKeyStrings = 1u << 19,     // a string in front of ":" is a key
  kSymbols = 1u << 20,        // Ruby: :name, @name
  kYaml = 1u << 21,           // keys in front of ": ", blocks of text
  kSections = 1u << 22,       // [name] and name = at the beginning of a line
  kTargets = 1u << 23,        // Makefile: name: and NAME =
  kPrimeNumbers = 1u << 24,   // C++: 1'000
  kRubyComments = 1u << 25,   // =begin, =end
  kShebang = 1u << 26,        // "#!" at the beginning of a line although "#" begins no comment
  kPhpTags = 1u << 27,        // <?php, ?>
  kVerbs = 1u << 28,          // words with "-" inside are functions
};

enum class CodeScanner { Code, Markup, Styles, Markdown, Differences, Latex, Assembly };

struct CodeLanguage {
  QStringView names{};  // after fences, in lower case, with spaces between
  QStringView title{};
  QStringView file{};  // of a saved listing
  CodeScanner scanner = CodeScanner::Code;
  QStringView keywords{};
  QStringView types{};
  QStringView comments{};  // to the end of the line
  QStringView commentBegin{};
  QStringView commentEnd{};
  bool commentNests = false;
  std::span<const CodeString> strings{};  // the first one that fits is taken
  QStringView prefixes{};                 // words that may stand directly in front of a string
  QStringView wordExtra{};                // characters inside words beside letters, digits and "_"
  unsigned traits = 0;

  [[nodiscard]] bool has(CodeTrait trait) const { return (traits & trait) != 0; }
};

/// The words of a language, ready to be looked up.
struct CodeWords {
  QSet<QStringView> keywords;
  QSet<QStringView> types;
  QSet<QStringView> prefixes;
  QList<QStringView> comments;
};

// The tables, by what they are in.
[[nodiscard]] std::span<const CodeLanguage> compiledLanguages();
[[nodiscard]] std::span<const CodeLanguage> scriptLanguages();
[[nodiscard]] std::span<const CodeLanguage> dataLanguages();

/// Null for an unknown name.
[[nodiscard]] const CodeLanguage* codeLanguage(QStringView name);
/// Precondition: `language` is of one of the tables.
[[nodiscard]] const CodeWords& codeWords(const CodeLanguage& language);
