// Tables of languages for data, pages and documents.
#include "text/code_language_p.h"

namespace {

constexpr CodeString kDouble{u"\"", u"\""};
constexpr CodeString kSqlStrings[] = {{.begin = u"'", .end = u"'", .escape = 0, .doubled = true, .lines = true},
                                      {.begin = u"\"", .end = u"\"", .escape = 0, .doubled = true},
                                      {.begin = u"`", .end = u"`", .escape = 0}};
constexpr CodeString kJsonStrings[] = {kDouble};
constexpr CodeString kYamlStrings[] = {kDouble, {.begin = u"'", .end = u"'", .escape = 0, .doubled = true}};
constexpr CodeString kTomlStrings[] = {{.begin = u"\"\"\"", .end = u"\"\"\"", .lines = true},
                                       {.begin = u"'''", .end = u"'''", .escape = 0, .lines = true},
                                       kDouble,
                                       {.begin = u"'", .end = u"'", .escape = 0}};
constexpr CodeString kStyleStrings[] = {kDouble, {u"'", u"'"}};

constexpr CodeLanguage kLanguages[] = {
    {.names = u"sql mysql postgresql postgres pgsql plsql tsql sqlite sqlite3 mariadb",
     .title = u"SQL",
     .file = u"query.sql",
     .keywords =
         u"add all alter analyze and any as asc begin between by cascade case check collate column commit constraint create cross current "
         u"database declare default delete desc distinct drop else end escape except exists explain fetch filter first following for "
         u"foreign "
         u"from full function grant group having if ilike in index inner insert intersect into is join key last lateral left like limit "
         u"materialized natural no not nulls offset on only or order outer over partition pragma preceding primary procedure recursive "
         u"references rename replace returning returns revoke right rollback row rows select set show table temporary then to transaction "
         u"trigger truncate union unique unbounded update using values view when where window with without",
     .types = u"bigint binary bit blob boolean bool bytea char character date datetime decimal double float int integer interval json "
              u"jsonb money "
              u"numeric nvarchar precision real serial bigserial smallint text time timestamp timestamptz tinyint uuid varbinary varchar "
              u"xml null "
              u"true false",
     .comments = u"--",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kSqlStrings,
     .traits = kIgnoreCase | kCalls},
    {.names = u"json json5 jsonc jsonl ndjson geojson webmanifest",
     .title = u"JSON",
     .file = u"data.json",
     .types = u"true false null",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kJsonStrings,
     .traits = kKeyStrings},
    {.names = u"yaml yml docker-compose",
     .title = u"YAML",
     .file = u"data.yaml",
     .types = u"true false null yes no on off True False",
     .comments = u"#",
     .strings = kYamlStrings,
     .wordExtra = u"-./",
     .traits = kYaml | kKeyStrings | kSpaceComments},
    {.names = u"toml",
     .title = u"TOML",
     .file = u"data.toml",
     .types = u"true false inf nan",
     .comments = u"#",
     .strings = kTomlStrings,
     .wordExtra = u"-",
     .traits = kSections},
    {.names = u"ini cfg conf properties dotenv env desktop editorconfig gitconfig systemd",
     .title = u"INI",
     .file = u"settings.ini",
     .types = u"true false yes no on off",
     .comments = u"# ;",
     .strings = kJsonStrings,
     .wordExtra = u"-./",
     .traits = kSections | kSpaceComments},
    {.names = u"html htm xhtml vue svelte", .title = u"HTML", .file = u"page.html", .scanner = CodeScanner::Markup},
    {.names = u"xml svg xsd xsl xslt rss atom plist xaml csproj ui qrc",
     .title = u"XML",
     .file = u"data.xml",
     .scanner = CodeScanner::Markup},
    {.names = u"css", .title = u"CSS", .file = u"style.css", .scanner = CodeScanner::Styles, .strings = kStyleStrings},
    {.names = u"scss sass less",
     .title = u"SCSS",
     .file = u"style.scss",
     .scanner = CodeScanner::Styles,
     .comments = u"//",
     .strings = kStyleStrings},
    {.names = u"markdown md mdx rmd", .title = u"Markdown", .file = u"text.md", .scanner = CodeScanner::Markdown},
    {.names = u"diff patch udiff", .title = u"Diff", .file = u"changes.diff", .scanner = CodeScanner::Differences},
    {.names = u"latex tex bibtex", .title = u"LaTeX", .file = u"text.tex", .scanner = CodeScanner::Latex},
};

}  // namespace

std::span<const CodeLanguage> dataLanguages() {
  return kLanguages;
}
