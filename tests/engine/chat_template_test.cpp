// The Jinja interpreter against what Jinja2 3.1 printed (tests/data/template/cases.json and the reference templates), and
// against templates made to break it.
#include "tokenizer/chat_template.h"

#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "support/reference.h"
#include "tokenizer/template_input.h"
#include "tokenizer/utf8.h"

namespace {

using engine::ChatTemplate;
using engine::ErrorCode;
using engine::Result;
using engine::TemplateLimits;
using nlohmann::ordered_json;

constexpr const char* kEmber =
    "{%- for message in messages -%}{{ '<|' + message['role'] + '|>' + message['content'] | trim + '<|end|>' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}";

Result<std::string> render(std::string_view source, const ordered_json& variables = ordered_json::object(),
                           const TemplateLimits& limits = {}) {
  auto parsed = ChatTemplate::parse(source);
  if (!parsed) return parsed.error();
  return parsed->render(variables, limits);
}

/// Processor time, so that a busy machine does not fail the test.
double seconds_of(const std::function<void()>& f) {
  const std::clock_t begin = std::clock();
  f();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

ordered_json load_cases() {
  return ordered_json::parse(hearth_test::read_file(HEARTH_TEST_DATA "/template/cases.json"));
}

TEST(ChatTemplate, PrintsWhatJinjaPrints) {
  const ordered_json file = load_cases();
  ASSERT_GE(file["cases"].size(), 600u);
  for (const auto& c : file["cases"]) {
    const auto source = c["template"].get<std::string>();
    const auto result = render(source, file["variables"]);
    if (c.contains("error")) {
      EXPECT_FALSE(result.ok()) << source << "\n" << *result;
    } else {
      ASSERT_TRUE(result.ok()) << source << "\n" << result.error().message;
      EXPECT_EQ(*result, c["expected"].get<std::string>()) << source;
    }
  }
}

void check_reference_case(const std::string& file, const ordered_json& j, const ChatTemplate& tpl, const ordered_json& c) {
  ordered_json variables = c["input"];
  variables["bos_token"] = j["bos_token"];
  variables["eos_token"] = j["eos_token"];
  variables["now"] = j["strftime_now"];
  const auto result = tpl.render(variables);
  const std::string where = file + ", case " + c["case"].get<std::string>();
  if (c.contains("expected")) {
    ASSERT_TRUE(result.ok()) << where << ": " << result.error().message;
    EXPECT_EQ(*result, c["expected"].get<std::string>()) << where;
    return;
  }
  ASSERT_FALSE(result.ok()) << where;
  EXPECT_EQ(result.error().code, ErrorCode::bad_file) << where;
  if (!c.contains("raises")) return;
  EXPECT_NE(result.error().message.find(c["raises"].get<std::string>()), std::string::npos) << where << ": " << result.error().message;
}

TEST(ChatTemplate, RendersTheReferenceTemplates) {
  HEARTH_NEEDS_REFERENCE();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(hearth_test::reference_path("template"))) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const auto j = ordered_json::parse(hearth_test::read_file(entry.path()));
    const auto tpl = ChatTemplate::parse(j["template"].get<std::string>());
    ASSERT_TRUE(tpl.ok()) << entry.path() << ": " << tpl.error().message;
    for (const auto& c : j["cases"]) check_reference_case(entry.path().filename().string(), j, *tpl, c);
  }
  EXPECT_GE(files, 15);
}

TEST(ChatTemplate, RendersTheEmberTemplate) {
  const ordered_json variables = {{"messages",
                                   {{{"role", "user"}, {"content", " Hello \n"}},
                                    {{"role", "assistant"}, {"content", "Hi."}},
                                    {{"role", "user"}, {"content", "再见"}}}},
                                  {"add_generation_prompt", true}};
  const auto result = render(kEmber, variables);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(*result, "<|user|>Hello<|end|><|assistant|>Hi.<|end|><|user|>再见<|end|><|assistant|>");
}

TEST(ChatTemplate, RendersFromTheTextOfTwoFiles) {
  const auto result = engine::render_template("{{ bos_token }}{{ strftime_now('%d %b %Y') }} {{ extra.a }}{{ now is defined }}\n",
                                              R"({"bos_token": "<s>", "now": "2024-07-26T12:00:00", "extra": {"a": 1}})");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(*result, "<s>26 Jul 2024 1False");
  EXPECT_FALSE(engine::render_template("a", "[1]").ok());
  EXPECT_FALSE(engine::render_template("a", "{").ok());
  EXPECT_FALSE(engine::render_template("{{ strftime_now('%Y') }}", R"({"now": "yesterday"})").ok());
}

TEST(ChatTemplate, UsesTheClockWithoutNow) {
  const auto result = render("{{ strftime_now('%Y')|int > 2020 }}");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(*result, "True");
}

TEST(ChatTemplate, NamesTheLineOfAnError) {
  const auto parse = ChatTemplate::parse("a\nb\n{{ 1 + }}");
  ASSERT_FALSE(parse.ok());
  EXPECT_EQ(parse.error().code, ErrorCode::bad_file);
  EXPECT_NE(parse.error().message.find("line 3"), std::string::npos) << parse.error().message;
  const auto raised = render("\n\n\n{{ raise_exception('no system role') }}");
  ASSERT_FALSE(raised.ok());
  EXPECT_EQ(raised.error().code, ErrorCode::bad_file);
  EXPECT_NE(raised.error().message.find("line 4"), std::string::npos) << raised.error().message;
  EXPECT_NE(raised.error().message.find("no system role"), std::string::npos) << raised.error().message;
}

TEST(ChatTemplate, ErrorsAreOneShortLineWhateverTheTemplateSays) {
  for (const char* source : {"{{ raise_exception('a\\nb\\r\\x1b[2J\\x9b2J\\x7f' * 1000) }}", "{% mac\x03ro %}", "{{ \xff\xfe }}",
                             "{{ 'x\x1b[2J'.nothing.more }}", "{{ {}['\x1b'] + 1 }}"}) {
    const auto result = render(source);
    ASSERT_FALSE(result.ok()) << source;
    const std::string& message = result.error().message;
    EXPECT_LT(message.size(), 600u);
    EXPECT_EQ(engine::utf8::valid_prefix(message), message.size()) << message;
    EXPECT_EQ(message.find("\u009b"), std::string::npos) << message;
    for (const char c : message) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << message;
  }
  EXPECT_NE(render("{{ raise_exception('\u4f60: no\\nsystem role') }}").error().message.find("\u4f60: no system role"), std::string::npos);
}

TEST(ChatTemplate, RefusesMalformedTemplates) {
  for (const char* source : {"{#",
                             "{{ a[\"foo\"(",
                             "{{",
                             "{%",
                             "{% if",
                             "{% if x %}",
                             "{% for",
                             "{% for a in b %}{% endif %}",
                             "{{ \"abc",
                             "{{ 'a\\x4' }}",
                             "{{ (1]",
                             "{{ 99999999999999999999 }}",
                             "{{ 0x8000000000000000 }}",
                             "{% raw %}a",
                             "{% macro m( %}",
                             "{% set a. %}",
                             "{{ a.b.}}",
                             "{{ a|b.c }}",
                             "{{ a is }}",
                             "{{ 1e999 }}",
                             "{% block %}",
                             "{% include 'x' %}",
                             "{% endfor %}",
                             "{{ '\\ud800' }}",
                             "{{ a[1:2,3:4] }}",
                             "{{ a[5,:] }}",
                             "{{ f(a=1, a=2) }}",
                             "{{ f(**a, b) }}",
                             "{% call 1 %}{% endcall %}",
                             "{% filter %}x{% endfilter %}",
                             "{% break %}",
                             "{{ \x80 }}",
                             "{{ a \xff\xfe }}",
                             "{% continue %}",
                             "{{ a b }}"}) {
    const auto result = ChatTemplate::parse(source);
    ASSERT_FALSE(result.ok()) << source;
    EXPECT_EQ(result.error().code, ErrorCode::bad_file) << source;
    EXPECT_NE(result.error().message.find("line "), std::string::npos) << source;
  }
}

std::string repeat(std::string_view s, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += s;
  return out;
}

TEST(ChatTemplate, RefusesDeepNesting) {
  const std::pair<std::string, std::string> kinds[] = {
      {"{{ " + repeat("(", 50000), "1" + repeat(")", 50000) + " }}"},
      {"{{ " + repeat("[", 50000), repeat("]", 50000) + " }}"},
      {"{{ " + repeat("{1:", 50000), "1" + repeat("}", 50000) + " }}"},
      {"{{ " + repeat("not ", 50000), "1 }}"},
      {"{{ " + repeat("- ", 50000), "1 }}"},
      {"{{ " + repeat("f(", 50000), repeat(")", 50000) + " }}"},
      {"{{ x" + repeat("[x", 50000), repeat("]", 50000) + " }}"},
      {"{{ x" + repeat(".a", 50000), " }}"},
      {"{{ x" + repeat("|upper", 50000), " }}"},
      {"{{ x" + repeat("()", 50000), " }}"},
      {"{{ 1" + repeat(" if 1 else 1", 50000), " }}"},
      {repeat("{% if 1 %}", 50000), repeat("{% endif %}", 50000)},
      {repeat("{% for a in b %}", 20000), repeat("{% endfor %}", 20000)},
      {"{% for " + repeat("(", 50000) + "a", repeat(",)", 50000) + " in b %}{% endfor %}"},
  };
  for (const auto& [open, close] : kinds) {
    for (const std::string& source : {open + close, open}) {
      const auto result = ChatTemplate::parse(source);
      ASSERT_FALSE(result.ok()) << source.substr(0, 40);
      EXPECT_EQ(result.error().code, ErrorCode::bad_file);
    }
  }
}

TEST(ChatTemplate, TakesLongFlatTemplates) {
  EXPECT_EQ(*render("{{ 0" + repeat("+1", 20000) + " }}"), "20000");
  EXPECT_EQ(*render("{{ 1" + repeat(" and 1", 20000) + " }}"), "1");
  EXPECT_EQ(*render("{{ 'a'" + repeat("~'a'", 1000) + " }}"), repeat("a", 1001));
  EXPECT_EQ(*render("{% if 0 %}" + repeat("{% elif 0 %}", 5000) + "{% else %}x{% endif %}"), "x");
  EXPECT_EQ(*render(repeat("{{ 1 }}", 20000)), repeat("1", 20000));
}

TEST(ChatTemplate, StopsAtItsLimits) {
  for (const char* source :
       {"{{ 'a' * 10**9 }}",
        "{{ 'a' * 10**18 }}",
        "{{ [1] * 10**9 }}",
        "{{ [[1] * 1000] * 10**15 }}",
        "{{ (1,) * 9223372036854775807 }}",
        "{{ ('a' * 10**7)|replace('a', 'bb' * 1000) }}",
        "{{ (['a' * 10**6] * 1000)|join }}",
        "{{ ('a' * 10**7)|replace('', 'x' * 1000) }}",
        "{{ range(100000)|list|join('x' * 1000) }}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=['a']) %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=['a']) %}{% for i in range(100) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=['a']) %}{% for i in range(100) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s|tojson }}",
        "{% set ns = namespace(s=1, t=1) %}{% for i in range(90) %}{% set ns.s = [ns.s, ns.s] %}{% set ns.t = [ns.t, ns.t] %}{% endfor "
        "%}{{ ns.s == ns.t }}",
        "{% set ns = namespace() %}{% for i in range(90000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace() %}{% set ns.s = ns %}{{ ns }}",
        "{% set ns = namespace(g=[1]) %}{% for i in range(90000) %}{% set ns.g = ns.g|map('string') %}{% endfor %}{{ ns.g|list }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%.999999999f' % 1.0 }}",
        "{{ '%*d' % (99999999, 1) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ 'a'.center(10**12) }}",
        "{{ 'a'.ljust(10**12) }}",
        "{{ 'a'.zfill(10**12) }}",
        "{{ 'a'|center(10**12) }}",
        "{{ 'a\\tb'.expandtabs(10**12) }}",
        "{{ 'a\\nb'|indent(10**12) }}",
        "{{ [1]|tojson(indent=10**12) }}",
        "{{ [1]|batch(10**12, 0)|list }}",
        "{{ [1]|slice(10**12)|list }}",
        "{% for i in range(100000) %}{{ 'a' * 10**6 }}{% endfor %}",
        "{% for i in range(100000) %}{% set x = 'a' * 10**7 %}{% endfor %}",
        "{% set x = 'a,' * 10**6 %}{% for i in range(1000) %}{% set y = x.split(',') %}{% endfor %}"}) {
    const double seconds = seconds_of([&] {
      const auto result = render(source);
      ASSERT_FALSE(result.ok()) << source;
      EXPECT_EQ(result.error().code, ErrorCode::out_of_memory) << source << ": " << result.error().message;
    });
    EXPECT_LT(seconds, 30.0) << source;
  }
}

TEST(ChatTemplate, RefusesWhatDoesNotFit64Bits) {
  for (const char* source :
       {"{{ range(10**12) }}", "{{ 10**100 }}", "{{ 2**63 }}", "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}",
        "{{ 9223372036854775807 * 2 }}", "{{ (-9223372036854775807 - 1) // -1 }}", "{{ -(-9223372036854775807 - 1) }}",
        "{{ (-9223372036854775807 - 1)|abs }}", "{{ 1e300|int }}", "{{ '99999999999999999999'|int }}", "{{ 'inf'|float|int }}",
        "{{ range(9223372036854775807, 9223372036854775806, -1) }}", "{{ [1,2][::0] }}", "{{ 9999|tojson(indent=2**63) }}"}) {
    const auto result = render(source);
    ASSERT_FALSE(result.ok()) << source << ": " << *result;
    EXPECT_EQ(result.error().code, ErrorCode::bad_file) << source;
  }
  EXPECT_EQ(*render("{{ (-9223372036854775807 - 1) % -1 }}"), "0");
  EXPECT_EQ(*render("{{ range(10)[::-9223372036854775807]|list }}{{ 'abc'[::9223372036854775807] }}"), "[9]a");
  EXPECT_FALSE(render("{{ x }}", {{"x", 18446744073709551615ULL}}).ok());
}

TEST(ChatTemplate, ObeysTheCallersLimits) {
  EXPECT_EQ(*render("{% for i in range(100) %}a{% endfor %}", ordered_json::object(), {.max_steps = 2000}), repeat("a", 100));
  EXPECT_FALSE(render("{% for i in range(100) %}a{% endfor %}", ordered_json::object(), {.max_steps = 100}).ok());
  EXPECT_FALSE(render("{{ 'a' * 100 }}", ordered_json::object(), {.max_output = 99}).ok());
  EXPECT_TRUE(render("{{ 'a' * 100 }}", ordered_json::object(), {.max_output = 100}).ok());
  EXPECT_FALSE(render("{{ [[[[[1]]]]] }}", ordered_json::object(), {.max_depth = 4}).ok());
  ordered_json deep = 1;
  for (int i = 0; i < 500; ++i) deep = ordered_json::array({std::move(deep)});
  EXPECT_FALSE(render("{{ x }}", {{"x", deep}}).ok());
}

TEST(ChatTemplate, KeepsTheSandboxClosed) {
  for (const char* source :
       {"{{ ''.__class__.__mro__ }}", "{{ range.__globals__.x }}", "{{ [].append(1) }}", "{{ {}.update({}) }}",
        "{{ {}.setdefault('a', 1) }}", "{{ [].extend([1]) }}", "{{ [].sort() }}", "{{ self.x.y }}", "{{ cycler.__init__.__globals__.os }}",
        "{{ '{0.__class__.__mro__}'.format(1) }}", "{{ open('/etc/passwd') }}", "{{ import('os') }}"}) {
    EXPECT_FALSE(render(source).ok()) << source;
  }
  EXPECT_EQ(*render("{{ ''.__class__ }}|{{ [].append }}"), "|");
}

TEST(ChatTemplate, TakesInvalidUtf8InVariables) {
  ordered_json variables;
  variables["x"] = std::string("a\xff\xc3(\xe4\xbd");
  const auto result = render("{{ x }}|{{ x|length }}|{{ x[1:3]|length }}|{{ x.upper()|length }}|{{ x[::-1]|length }}", variables);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, std::string("a\xff\xc3(\xe4\xbd") + "|6|2|6|6");
}

// clang-format off
constexpr const char* kPieces[] = {"{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "(", ")", "[", "]", "{", "}", "|", "'", "\"", "\\",
    ".", ",", " if ", " else ", " for ", " in ", " is ", " not ", "**", "//", "~", "*", "99999999999", "1e308", "\xff", "{% endfor %}",
    "{% endif %}", "{% raw %}", "{% macro m(a) %}", "{{ m(1) }}", " recursive", "loop(", "|tojson", "[::-1]", "\n"};
// clang-format on

/// One small change: a byte, a cut, a copy, or a piece of Jinja put in.
void mutate(std::string& s, std::mt19937& random) {
  const auto below = [&random](size_t n) { return static_cast<size_t>(random() % n); };
  if (s.empty()) s = "{{ x }}";
  const size_t at = below(s.size());
  switch (random() % 6) {
    case 0:
      s[at] = static_cast<char>(random() & 0xFF);
      break;
    case 1:
      s.erase(at, 1 + below(8));
      break;
    case 2:
      s.insert(at, s.substr(below(s.size()), 1 + below(40)));
      break;
    case 3:
      s.resize(at);
      break;
    default:
      s.insert(at, kPieces[below(std::size(kPieces))]);
  }
}

TEST(ChatTemplate, SurvivesMutations) {
  const ordered_json file = load_cases();
  std::vector<std::string> seeds = {kEmber};
  for (const auto& c : file["cases"]) seeds.push_back(c["template"].get<std::string>());
  std::mt19937 random(20240726);
  double slowest = 0;
  int rendered = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string source = seeds[random() % seeds.size()];
    if (i % 2 == 0) source += seeds[random() % seeds.size()];
    const auto changes = 1 + random() % 4;
    for (unsigned k = 0; k < changes; ++k) mutate(source, random);
    const double seconds = seconds_of([&] { rendered += render(source, file["variables"]).ok(); });
    EXPECT_LT(seconds, 10.0) << source;  // it ends; how fast is not tested
    slowest = std::max(slowest, seconds);
  }
  EXPECT_GT(rendered, 500);
  RecordProperty("slowest_ms", static_cast<int>(slowest * 1000));
}

}  // namespace
