// What can go wrong: each way leaves no half file, no PATH.part, and an older file as it was.
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "gguf/part_file.h"
#include "quantize_support.h"

namespace {

using namespace hearth_test;
using engine::DType;
using engine::ErrorCode;
using engine::quantize::QuantizeOptions;

class Failure : public QuantizeFixture {
 protected:
  /// An older output that must survive.
  void put_older(const QuantizeOptions& o) { std::ofstream(o.output) << "older"; }
  void expect_older(const QuantizeOptions& o) {
    EXPECT_EQ(file_text(o.output), "older");
    EXPECT_FALSE(std::filesystem::exists(o.output + ".part"));
  }
  /// Some megabytes, so that a limit strikes in the middle.
  static TinyModel larger() {
    TinyModel m = tiny_llama();
    for (int i = 0; i < 4; ++i) m.tensors["blk." + std::to_string(i) + ".ffn_up.weight"] = {{256, 2048}};
    return m;
  }
};

TEST_F(Failure, CancelInTheMiddle) {
  QuantizeOptions o = options(larger(), "Q8_0");
  std::atomic<bool> stop{false};
  o.cancel = &stop;
  o.threads = 2;
  bool seen_part = false;
  o.progress = [&](double share, const std::string&) {
    seen_part |= std::filesystem::exists(o.output + ".part");
    if (share > 0.4) stop = true;
  };
  put_older(o);
  fails(o, ErrorCode::cancelled, "nothing was written");
  EXPECT_TRUE(seen_part);
  expect_older(o);
  // with the last bytes, and before the first
  stop = false;
  o.progress = [&](double share, const std::string&) { stop = share > 0.9999; };
  fails(o, ErrorCode::cancelled, "nothing was written");
  o.progress = {};
  fails(o, ErrorCode::cancelled, "nothing was written");
  expect_older(o);
  stop = false;
  run(o);
  EXPECT_FALSE(std::filesystem::exists(o.output + ".part"));
}

TEST_F(Failure, AFileSizeLimit) {
  QuantizeOptions o = options(larger(), "Q8_0");
  put_older(o);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 1 << 20;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto report = engine::quantize::quantize(o);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::io);
  EXPECT_NE(report.error().text().find("not allowed there"), std::string::npos) << report.error().text();
  expect_older(o);
}

TEST_F(Failure, AFullDisk) {
  const std::string disk = folder_.path("disk");
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "no right to mount a small disk: " << std::strerror(errno);
  QuantizeOptions o = options(larger(), "Q8_0");
  o.output = disk + "/out.gguf";
  put_older(o);
  const auto early = engine::quantize::quantize(o);
  const bool early_clean = file_text(o.output) == "older" && !std::filesystem::exists(o.output + ".part");
  // room at the start, none later: something else fills the disk meanwhile
  o = options(tiny_llama(), "Q8_0");
  o.output = disk + "/out.gguf";
  o.progress = [&](double, const std::string&) { std::ofstream(disk + "/other", std::ios::app) << std::string(2 << 20, 'x'); };
  const auto late = engine::quantize::quantize(o);
  const bool late_clean = file_text(o.output) == "older" && !std::filesystem::exists(o.output + ".part");
  ::umount(disk.c_str());
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().code, ErrorCode::io);
  EXPECT_NE(early.error().text().find("are free there"), std::string::npos) << early.error().text();
  EXPECT_TRUE(early_clean);
  ASSERT_FALSE(late.ok());
  EXPECT_NE(late.error().text().find("the disk is full"), std::string::npos) << late.error().text();
  EXPECT_TRUE(late_clean);
}

TEST_F(Failure, OutputIsTheInput) {
  QuantizeOptions o = options(tiny_llama(), "Q8_0");
  const std::string content = file_text(o.input);
  const std::string original = o.input;
  o.output = o.input;
  fails(o, ErrorCode::invalid_argument, "is an input");
  std::filesystem::create_symlink(original, folder_.path("link.gguf"));
  std::filesystem::create_hard_link(original, folder_.path("hard.gguf"));
  for (const char* name : {"link.gguf", "hard.gguf", "../" /* replaced below */}) {
    o.output = std::string(name) == "../" ? std::filesystem::path(original).parent_path() / "." / "in.gguf"
                                          : std::filesystem::path(folder_.path(name));
    fails(o, ErrorCode::invalid_argument, "is an input");
  }
  o.output = folder_.path("x");
  std::filesystem::create_hard_link(original, folder_.path("x.part"));
  fails(o, ErrorCode::invalid_argument, "is an input");
  EXPECT_EQ(file_text(original), content);
}

TEST_F(Failure, PlacesThatCannotBeWritten) {
  QuantizeOptions o = options(tiny_llama(), "Q8_0");
  o.output = folder_.path("no/such/folder/out.gguf");
  fails(o, ErrorCode::io, "cannot be created");
  std::filesystem::create_directory(folder_.path("folder"));
  o.output = folder_.path("folder");
  fails(o, ErrorCode::io, "is a folder");
}

TEST_F(Failure, TwoWritersOfOneFile) {
  QuantizeOptions o = options(tiny_llama(), "Q8_0");
  {
    auto other = engine::gguf::PartFile::create(o.output);
    ASSERT_TRUE(other.ok());
    const auto report = engine::quantize::quantize(o);
    ASSERT_FALSE(report.ok());
    EXPECT_NE(report.error().text().find("another program"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(o.output + ".part"));  // the other one's
  }
  EXPECT_FALSE(std::filesystem::exists(o.output + ".part"));
  std::ofstream(o.output + ".part") << std::string(1 << 20, 'x');  // left by a power cut
  run(o);
  EXPECT_FALSE(std::filesystem::exists(o.output + ".part"));
}

/// tiny_llama with one value of one tensor replaced.
std::vector<std::byte> with_value(const std::string& tensor, size_t at, float value, DType type = DType::f32) {
  TinyModel model = tiny_llama();
  TinyTensor t = model.tensors.at(tensor);
  model.tensors.erase(tensor);
  engine::gguf::Writer w = model.writer();
  std::vector<float> values = tiny_values(tensor, t);
  values[at] = value;
  w.tensor(tensor, type, t.ne, tiny_encode(type, values));
  return w.bytes();
}

TEST_F(Failure, WeightsThatAreNoNumbers) {
  const float values[] = {NAN, -NAN, INFINITY, -INFINITY};
  for (const char* tensor : {"blk.1.ffn_down.weight", "token_embd.weight", "blk.0.attn_norm.weight"})
    for (const DType type : {DType::f32, DType::f16, DType::bf16})
      for (const float v : values)
        for (const char* mix : {"Q4_K_M", "F16", "F32"}) {
          QuantizeOptions o = options(tiny_llama(), mix);
          folder_.write("in.gguf", with_value(tensor, 17, v, type));
          fails(o, ErrorCode::bad_file, std::string("The tensor ") + tensor + " holds a value that is not a finite number");
          EXPECT_FALSE(std::filesystem::exists(o.output));
        }
}

TEST_F(Failure, WeightsTooLargeForTheirType) {
  QuantizeOptions o = options(tiny_llama(), "F16");
  folder_.write("in.gguf", with_value("blk.1.ffn_down.weight", 3, 1e6f));
  fails(o, ErrorCode::bad_file, "blk.1.ffn_down.weight holds 1e+06, but F16 ends at 6.55e+04");
  o.overrides = {{"blk.1.ffn_down.weight", DType::f32}};  // as the hint says
  run(o);
  o.overrides.clear();
  o.mix = "Q8_0";  // 65504 * 127
  run(o);
  folder_.write("in.gguf", with_value("blk.1.ffn_down.weight", 3, -3e38f));
  fails(o, ErrorCode::bad_file, "but Q8_0 ends at");
  o.mix = "BF16";
  run(o);
}

TEST_F(Failure, FilesThatAreNoModels) {
  TinyModel model = tiny_llama();
  model.keys["general.type"] = std::string("adapter");
  fails(options(model, "Q8_0"), ErrorCode::unsupported, "of the kind \"adapter\"");
  model = tiny_llama();
  model.keys["general.architecture"] = std::string("clip");
  fails(options(model, "Q8_0"), ErrorCode::unsupported, "of the kind \"mmproj\"");
  model = tiny_llama();
  model.tensors.clear();
  fails(options(model, "Q8_0"), ErrorCode::unsupported, "holds no weights");
  QuantizeOptions o = options(tiny_llama(), "Q8_0");
  const std::vector<std::byte> whole = tiny_llama().bytes();
  folder_.write("in.gguf", {whole.begin(), whole.end() - 100});
  fails(o, ErrorCode::bad_file, "is damaged");
  o.input = folder_.path("none.gguf");
  fails(o, ErrorCode::not_found, "none.gguf");
  fails(options(tiny_llama(), "Q4_KM"), ErrorCode::invalid_argument, "There is no quantisation Q4_KM");
}

}  // namespace
