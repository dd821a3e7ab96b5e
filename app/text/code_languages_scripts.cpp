// Tables of scripting languages and of the files that build things.
#include "text/code_language_p.h"

namespace {

constexpr CodeString kDouble{u"\"", u"\""};
constexpr CodeString kSingle{u"'", u"'"};
constexpr CodeString kDoubleLines{.begin = u"\"", .end = u"\"", .lines = true};
constexpr CodeString kSingleLines{.begin = u"'", .end = u"'", .lines = true};

constexpr CodeString kPythonStrings[] = {
    {.begin = u"\"\"\"", .end = u"\"\"\"", .lines = true}, {.begin = u"'''", .end = u"'''", .lines = true}, kDouble, kSingle};
constexpr CodeString kPhpStrings[] = {{.begin = u"\"", .end = u"\"", .lines = true, .variables = true}, kSingleLines};
constexpr CodeString kRubyStrings[] = {kDoubleLines, kSingleLines, {.begin = u"`", .end = u"`", .lines = true}};
constexpr CodeString kShellStrings[] = {{.begin = u"\"", .end = u"\"", .lines = true, .variables = true},
                                        {.begin = u"$'", .end = u"'", .lines = true},
                                        {.begin = u"'", .end = u"'", .escape = 0, .lines = true},
                                        {.begin = u"`", .end = u"`", .lines = true, .variables = true}};
constexpr CodeString kPowerShellStrings[] = {
    {.begin = u"@\"", .end = u"\"@", .escape = 0, .lines = true, .variables = true},
    {.begin = u"@'", .end = u"'@", .escape = 0, .lines = true},
    {.begin = u"\"", .end = u"\"", .escape = u'`', .doubled = true, .lines = true, .variables = true},
    {.begin = u"'", .end = u"'", .escape = 0, .doubled = true, .lines = true}};
constexpr CodeString kCMakeStrings[] = {{.begin = u"\"", .end = u"\"", .lines = true, .variables = true}};
constexpr CodeString kPlainStrings[] = {kDouble, kSingle};
constexpr CodeString kRStrings[] = {kDoubleLines, kSingleLines, {.begin = u"`", .end = u"`", .escape = 0}};
constexpr CodeString kJuliaStrings[] = {{.begin = u"\"\"\"", .end = u"\"\"\"", .lines = true}, kDoubleLines};
constexpr CodeString kDockerStrings[] = {{.begin = u"\"", .end = u"\"", .variables = true}, kSingle};

constexpr CodeLanguage kLanguages[] = {
    {.names = u"python py python3 py3 pyi ipython pycon gyp starlark",
     .title = u"Python",
     .file = u"code.py",
     .keywords =
         u"and as assert async await break case class continue def del elif else except finally for from global if import in is lambda "
         u"match nonlocal not or pass raise return try type while with yield",
     .types =
         u"True False None self cls int float complex str bytes bytearray bool list tuple dict set frozenset object range type abs all any "
         u"chr dir enumerate filter format getattr hasattr hash id input isinstance issubclass iter len map max min next open ord pow "
         u"print "
         u"property repr reversed round setattr sorted staticmethod classmethod sum super vars zip Exception ValueError TypeError KeyError "
         u"IndexError RuntimeError StopIteration",
     .comments = u"#",
     .strings = kPythonStrings,
     .prefixes = u"r b f u R B F U rb br fr rf Rb Br Fr Rf rB bR fR rF RB BR FR RF",
     .traits = kLineDecorators | kCalls},
    {.names = u"php php3 php7 php8",
     .title = u"PHP",
     .file = u"code.php",
     .keywords =
         u"abstract and as break callable case catch class clone const continue declare default do echo else elseif empty enddeclare "
         u"endfor "
         u"endforeach endif endswitch endwhile enum extends final finally fn for foreach function global goto if implements include "
         u"include_once instanceof insteadof interface isset list match namespace new or print private protected public readonly require "
         u"require_once return static switch throw trait try unset use var while xor yield",
     .types = u"array bool float int iterable mixed never null object parent self string true false void",
     .comments = u"// #",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kPhpStrings,
     .traits = kDollar | kHerePhp | kPhpTags | kCalls | kCapitals},
    {.names = u"ruby rb irb gemfile rake",
     .title = u"Ruby",
     .file = u"code.rb",
     .keywords =
         u"alias and attr_accessor attr_reader attr_writer begin break case class def do else elsif end ensure extend for if in include "
         u"module next not or private prepend protected public raise redo require require_relative rescue retry return super then undef "
         u"unless until when while yield lambda proc",
     .types = u"true false nil self puts print p",
     .comments = u"#",
     .strings = kRubyStrings,
     .wordExtra = u"?!",
     .traits = kSymbols | kHereRuby | kRubyComments | kCalls | kCapitals | kRegex},
    {.names = u"bash sh shell zsh ksh fish console terminal shell-session shellscript",
     .title = u"Shell",
     .file = u"script.sh",
     .keywords =
         u"case coproc do done elif else esac fi for function if in select then time until while break continue return exit local export "
         u"declare readonly typeset unset",
     .types = u"alias cd echo eval exec let printf pwd read set shift source test trap type ulimit umask wait true false sudo",
     .comments = u"#",
     .strings = kShellStrings,
     .wordExtra = u"-./",
     .traits = kSpaceComments | kDollar | kOptions | kHereShell | kCalls},
    {.names = u"powershell ps1 pwsh posh ps",
     .title = u"PowerShell",
     .file = u"script.ps1",
     .keywords =
         u"begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for foreach from function hidden "
         u"if in param process return static switch throw trap try until using var while",
     .types = u"",
     .comments = u"#",
     .commentBegin = u"<#",
     .commentEnd = u"#>",
     .strings = kPowerShellStrings,
     .wordExtra = u"-",
     .traits = kIgnoreCase | kDollar | kOptions | kCalls | kVerbs},
    {.names = u"lua luau",
     .title = u"Lua",
     .file = u"code.lua",
     .keywords = u"and break do else elseif end for function goto if in local not or repeat return then until while",
     .types =
         u"true false nil self assert error ipairs next pairs pcall print require select setmetatable getmetatable tonumber tostring type "
         u"string table math io os coroutine",
     .comments = u"--",
     .strings = kPlainStrings,
     .traits = kLongBrackets | kCalls | kShebang},
    {.names = u"r rlang rscript",
     .title = u"R",
     .file = u"code.R",
     .keywords = u"break else for function if in next repeat return while",
     .types = u"TRUE FALSE NULL NA NaN Inf NA_integer_ NA_real_ NA_character_ library require",
     .comments = u"#",
     .strings = kRStrings,
     .wordExtra = u".",
     .traits = kCalls},
    {.names = u"julia jl",
     .title = u"Julia",
     .file = u"code.jl",
     .keywords =
         u"abstract baremodule begin break catch const continue do else elseif end export finally for function global if import in isa let "
         u"local macro module mutable primitive quote return struct try type using where while",
     .types = u"true false nothing missing Inf NaN pi",
     .comments = u"#",
     .commentBegin = u"#=",
     .commentEnd = u"=#",
     .commentNests = true,
     .strings = kJuliaStrings,
     .prefixes = u"r b raw v",
     .wordExtra = u"!",
     .traits = kCharacters | kDecorators | kCalls | kCapitals},
    {.names = u"cmake cmakelists",
     .title = u"CMake",
     .file = u"CMakeLists.txt",
     .keywords =
         u"if elseif else endif foreach endforeach while endwhile function endfunction macro endmacro return break continue block endblock",
     .types = u"and or not on off true false strequal equal less greater matches defined exists target version_less version_greater_equal "
              u"public private interface required components static shared",
     .comments = u"#",
     .strings = kCMakeStrings,
     .traits = kIgnoreCase | kDollar | kLongBrackets | kCalls},
    {.names = u"dockerfile docker containerfile",
     .title = u"Dockerfile",
     .file = u"Dockerfile",
     .keywords =
         u"FROM AS RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL",
     .comments = u"#",
     .strings = kDockerStrings,
     .wordExtra = u"-./",
     .traits = kSpaceComments | kDollar | kOptions | kHereShell},
    {.names = u"makefile make mk gnumake",
     .title = u"Makefile",
     .file = u"Makefile",
     .keywords = u"define endef else endif export ifdef ifeq ifndef ifneq include override sinclude undefine unexport vpath",
     .comments = u"#",
     .strings = kPlainStrings,
     .wordExtra = u"-./",
     .traits = kTargets | kMakeVariables},
};

}  // namespace

std::span<const CodeLanguage> scriptLanguages() {
  return kLanguages;
}
