// tojson, as Hugging Face defines it: json.dumps with ensure_ascii=False.
#include <algorithm>
#include <cmath>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

class JsonWriter {
 public:
  JsonWriter(Runtime& rt, const JsonOptions& options) : rt_(rt), options_(options) {}
  void write(const Value& v, int level);
  std::string take() { return std::move(out_); }

 private:
  void write_string(std::string_view s);
  void write_escape(uint32_t cp);
  void write_list(const std::vector<Value>& items, int level);
  void write_dict(const Dict& dict, int level);
  std::string key_text(const Value& key);
  void new_line(int level);
  static std::string number(double v);

  Runtime& rt_;
  const JsonOptions& options_;
  std::string out_;
};

void JsonWriter::new_line(int level) {
  if (!options_.indent) return;
  out_.push_back('\n');
  rt_.check_size(out_.size() + options_.indent->size() * static_cast<size_t>(level));
  rt_.charge_bytes(options_.indent->size() * static_cast<size_t>(level));
  for (int i = 0; i < level; ++i) out_ += *options_.indent;
}

void JsonWriter::write_escape(uint32_t cp) {
  static constexpr char kHex[] = "0123456789abcdef";
  out_ += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out_.push_back(kHex[cp >> shift & 15]);
}

void JsonWriter::write_string(std::string_view s) {
  static constexpr std::string_view kFrom = "\"\\\n\r\t\f\b", kTo = "\"\\nrtfb";
  rt_.charge_bytes(s.size() * 2);
  out_.push_back('"');
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (const size_t i = c.value < 0x80 ? kFrom.find(s[pos]) : std::string_view::npos; i != std::string_view::npos) {
      out_.push_back('\\');
      out_.push_back(kTo[i]);
    } else if (c.value < 0x20 || (options_.ascii && c.value >= 0x80 && c.value < 0x10000)) {
      write_escape(c.value);
    } else if (options_.ascii && c.value >= 0x10000) {
      write_escape(0xD800 + ((c.value - 0x10000) >> 10));
      write_escape(0xDC00 + ((c.value - 0x10000) & 0x3FF));
    } else {
      out_ += s.substr(pos, c.bytes);
    }
    pos += c.bytes;
  }
  out_.push_back('"');
  rt_.check_size(out_.size());
}

std::string JsonWriter::number(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v < 0 ? "-Infinity" : "Infinity";
  return format_double(v);
}

void JsonWriter::write_list(const std::vector<Value>& items, int level) {
  if (items.empty()) {
    out_ += "[]";
    return;
  }
  out_.push_back('[');
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out_ += options_.item_separator;
    new_line(level + 1);
    write(items[i], level + 1);
  }
  new_line(level);
  out_.push_back(']');
}

std::string JsonWriter::key_text(const Value& key) {
  switch (key.kind) {
    case Kind::string:
      return key.str();
    case Kind::boolean:
      return key.flag ? "true" : "false";
    case Kind::none:
      return "null";
    case Kind::integer:
      return std::to_string(key.number);
    case Kind::real:
      return number(key.real);
    default:
      fail_type("keys must be str, int, float, bool or None, not " + std::string(type_name(key)));
  }
}

void JsonWriter::write_dict(const Dict& dict, int level) {
  if (dict.items.empty()) {
    out_ += "{}";
    return;
  }
  std::vector<const std::pair<Value, Value>*> items;
  for (const auto& item : dict.items) items.push_back(&item);
  if (options_.sort_keys) {
    std::stable_sort(items.begin(), items.end(), [this](const auto* a, const auto* b) { return less(rt_, a->first, b->first); });
  }
  out_.push_back('{');
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out_ += options_.item_separator;
    new_line(level + 1);
    write_string(key_text(items[i]->first));
    out_ += options_.key_separator;
    write(items[i]->second, level + 1);
  }
  new_line(level);
  out_.push_back('}');
}

void JsonWriter::write(const Value& v, int level) {
  rt_.charge();
  const Runtime::Nest nest(rt_);
  switch (v.kind) {
    case Kind::none:
      out_ += "null";
      break;
    case Kind::boolean:
      out_ += v.flag ? "true" : "false";
      break;
    case Kind::integer:
      out_ += std::to_string(v.number);
      break;
    case Kind::real:
      out_ += number(v.real);
      break;
    case Kind::string:
      write_string(v.str());
      break;
    case Kind::list:
    case Kind::tuple:
      write_list(as_list(v).items, level);
      break;
    case Kind::dict:
      write_dict(as_dict(v), level);
      break;
    default:
      fail_type("Object of type " + std::string(type_name(v)) + " is not JSON serializable");
  }
  rt_.check_size(out_.size());
}

}  // namespace

std::string to_json(Runtime& rt, const Value& v, const JsonOptions& options) {
  rt.check_size(options.item_separator.size() + options.key_separator.size());
  JsonWriter writer(rt, options);
  writer.write(v, 0);
  return writer.take();
}

}  // namespace engine::jinja
