// tokenize, detokenize and template.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "cli/commands.h"
#include "cli/console.h"
#include "core/paths.h"
#include "gguf/reader.h"
#include "tokenizer/template_input.h"
#include "tokenizer/tokenizer.h"

namespace engine::cli {
namespace {

std::string read_stream(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), {}};
}

Result<std::string> read_text(const std::string& path) {
  std::ifstream in(native_path(path), std::ios::binary);
  if (!in) return Error{ErrorCode::not_found, fmt::format("{} cannot be read.", path), "Check the path."};
  return read_stream(in);
}

/// A tokenizer and the file it points into.
struct LoadedTokenizer {
  std::unique_ptr<gguf::File> file;
  std::unique_ptr<Tokenizer> tokenizer;
};

Result<LoadedTokenizer> load_tokenizer(const std::string& path) {
  Result<gguf::File> file = gguf::File::open(path);
  if (!file) return file.error();
  LoadedTokenizer out;
  out.file = std::make_unique<gguf::File>(std::move(*file));
  Result<std::unique_ptr<Tokenizer>> tokenizer = Tokenizer::create(*out.file);
  if (!tokenizer) return tokenizer.error();
  out.tokenizer = std::move(*tokenizer);
  return out;
}

}  // namespace

int tokenize(const Common& common, const TokenizeOptions& options) {
  Result<LoadedTokenizer> loaded = load_tokenizer(common.model);
  if (!loaded) return fail(loaded.error());
  const Tokenizer& tokenizer = *loaded->tokenizer;
  const std::string input = read_input();
  const SpecialTokens special = options.special ? SpecialTokens::parse : SpecialTokens::as_text;
  size_t begin = 0;
  do {
    const size_t end = options.nul_separated ? std::min(input.find('\0', begin), input.size()) : input.size();
    std::vector<int32_t> ids = tokenizer.encode(std::string_view(input).substr(begin, end - begin), special);
    if (options.bos && tokenizer.bos() >= 0) ids.insert(ids.begin(), tokenizer.bos());
    fmt::print("{}\n", fmt::join(ids, " "));
    begin = end + 1;
  } while (begin < input.size());
  return 0;
}

int detokenize(const Common& common) {
  Result<LoadedTokenizer> loaded = load_tokenizer(common.model);
  if (!loaded) return fail(loaded.error());
  std::string text = read_input();
  for (char& c : text)
    if (c == ',') c = ' ';
  std::stringstream in(text);
  std::vector<int32_t> ids;
  std::string word;
  while (in >> word) {
    char* end = nullptr;
    const long id = std::strtol(word.c_str(), &end, 10);
    if (*end || id < 0 || id >= loaded->tokenizer->vocab_size())
      return fail(
          {ErrorCode::invalid_argument, fmt::format("'{}' is not a token id below {}.", word, loaded->tokenizer->vocab_size()), ""});
    ids.push_back(static_cast<int32_t>(id));
  }
  const std::string out = loaded->tokenizer->decode(ids);
  std::cout.write(out.data(), static_cast<std::streamsize>(out.size()));
  std::cout << '\n';
  return 0;
}

int render_template(const Common& common, const TemplateOptions& options) {
  std::string source;
  if (!options.file.empty()) {
    Result<std::string> text = read_text(options.file);
    if (!text) return fail(text.error());
    source = std::move(*text);
  } else if (!common.model.empty()) {
    Result<gguf::File> file = gguf::File::open(common.model);
    if (!file) return fail(file.error());
    const auto text = file->string("tokenizer.chat_template");
    if (!text) return fail({ErrorCode::not_found, fmt::format("{} has no chat template.", common.model), "Give one with --file."});
    source = *text;
  } else {
    fmt::print(stderr, "hearth-cli: give a MODEL or --file.\n");
    return 2;
  }
  Result<std::string> input = read_text(options.input);
  if (!input) return fail(input.error());
  Result<std::string> text = engine::render_template(source, *input);
  if (!text) return fail(text.error());
  std::cout.write(text->data(), static_cast<std::streamsize>(text->size()));
  std::cout.flush();
  return 0;
}

}  // namespace engine::cli
