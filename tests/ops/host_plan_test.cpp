// What every host backend inherits: memory, checks at compile time, cancel, profile.
#include "ops/host_plan.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "ops/host_device.h"

namespace {

using namespace engine;
using hearth_test::f32_weight;
using hearth_test::HostDevice;
using hearth_test::one_sequence;

Error compile_error(const Op& op) {
  HostDevice device;
  auto plan = device.backend->compile(std::vector<Op>{op});
  return plan ? Error{ErrorCode::invalid_argument, "compiled", ""} : plan.error();
}

LinearOp small_linear(const std::vector<float>& w, const std::vector<float>& x, std::vector<float>& y) {
  LinearOp op;
  op.x = x.data(), op.in = 2;
  op.outs[0].w = f32_weight(w, 2, 2);
  op.outs[0].y = y.data();
  return op;
}

TEST(HostBackend, MemoryIsAlignedZeroedAndCopied) {
  HostDevice device;
  for (const size_t bytes : {1u, 63u, 4096u, 1u << 22}) {
    auto buffer = device.backend->allocate(bytes);
    ASSERT_TRUE(buffer.ok());
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*buffer)->data) % 64, 0u);
    EXPECT_EQ((*buffer)->bytes, bytes);
    for (size_t i = 0; i < bytes; ++i) ASSERT_EQ((*buffer)->data[i], std::byte{0});
    const std::vector<std::byte> data(bytes, std::byte{7});
    std::vector<std::byte> back(bytes);
    device.backend->upload((*buffer)->data, data.data(), bytes);
    device.backend->download(back.data(), (*buffer)->data, bytes);
    EXPECT_EQ(back, data);
  }
  auto impossible = device.backend->allocate(SIZE_MAX - 8);
  ASSERT_FALSE(impossible.ok());
  EXPECT_EQ(impossible.error().code, ErrorCode::out_of_memory);
}

TEST(HostBackend, CompileNamesTheOpAndTheTypeItCannotCompute) {
  const std::vector<float> data(256);
  std::vector<float> y(256);
  LinearOp op = small_linear(data, data, y);
  op.in = 256;
  op.outs[0].w = {DType::nvfp4, reinterpret_cast<const std::byte*>(data.data()), 256, 1, 1, 144, 144};
  const Error error = compile_error(op);
  EXPECT_EQ(error.code, ErrorCode::unsupported);
  EXPECT_NE(error.message.find("linear"), std::string::npos);
  EXPECT_NE(error.message.find("NVFP4"), std::string::npos);
}

TEST(HostBackend, CompileRefusesSizesThatContradict) {
  const std::vector<float> w(64), x(64);
  std::vector<float> y(64);
  std::vector<int32_t> ids(8);
  LinearOp narrow = small_linear(w, x, y);
  narrow.in = 3;
  EXPECT_EQ(compile_error(narrow).code, ErrorCode::invalid_argument);
  EXPECT_NE(compile_error(narrow).message, "compiled");
  LinearOp missing = small_linear(w, x, y);
  missing.outs[0].w.data = nullptr;
  EXPECT_NE(compile_error(missing).message, "compiled");
  LinearOp wide = small_linear(w, x, y);
  wide.in = wide.outs[0].w.in = 8192;
  wide.outs[0].w.row_stride = wide.outs[0].w.expert_stride = 65536;
  EXPECT_NE(compile_error(wide).message.find("8192"), std::string::npos);
  MoeRouteOp route;
  route.logits = x.data(), route.ids = ids.data(), route.weights = y.data();
  route.n_experts = 8, route.n_used = 5, route.n_groups = 4, route.n_groups_used = 2;
  EXPECT_NE(compile_error(route).message.find("groups"), std::string::npos);
  EXPECT_NE(compile_error(TopkLogitsOp{x.data(), 8, 9, 1, ids.data(), y.data(), y.data()}).message, "compiled");
  AttnGqaOp attn;
  attn.q = x.data(), attn.out = y.data(), attn.n_head = 3, attn.n_kv = 2, attn.head_k = attn.head_v = 4;
  EXPECT_NE(compile_error(attn).message, "compiled");
  EXPECT_EQ(compile_error(small_linear(w, x, y)).message, "compiled");  // the original is fine
}

TEST(HostBackend, ARaisedFlagStopsBeforeTheFirstOp) {
  HostDevice device;
  std::vector<float> y(4, 0.0f);
  device.backend->set_step(one_sequence(1));
  auto plan = device.backend->compile(std::vector<Op>{FillOp{y.data(), 4, 1.0f, Rows::tokens}});
  ASSERT_TRUE(plan.ok());
  std::atomic<bool> cancel{true};
  const Status status = device.backend->run(**plan, {&cancel, nullptr});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::cancelled);
  EXPECT_EQ(y[0], 0.0f);
  cancel = false;
  EXPECT_TRUE(device.backend->run(**plan, {&cancel, nullptr}).ok());
  EXPECT_EQ(y[3], 1.0f);
}

TEST(HostBackend, ProfileCountsEveryOpOfEveryRun) {
  HostDevice device;
  const std::vector<float> w(4, 1.0f), x(2, 1.0f);
  std::vector<float> y(2);
  device.backend->set_step(one_sequence(1));
  auto plan =
      device.backend->compile(std::vector<Op>{small_linear(w, x, y), FillOp{y.data(), 2, 1.0f, Rows::tokens}, small_linear(w, x, y)});
  ASSERT_TRUE(plan.ok());
  Profile profile;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(device.backend->run(**plan, {nullptr, &profile}).ok());
  ASSERT_EQ(profile.entries.size(), 2u);
  EXPECT_EQ(profile.entries["linear"].calls, 6u);
  EXPECT_EQ(profile.entries["fill"].calls, 3u);
  EXPECT_GT(profile.entries["linear"].seconds, 0.0);
}

TEST(HostBackend, PlansReadTheStepThatIsSetWhenTheyRun) {
  HostDevice device;
  std::vector<float> y(6, 0.0f);
  device.backend->set_step(one_sequence(3));
  auto plan = device.backend->compile(std::vector<Op>{FillOp{y.data(), 2, 1.0f, Rows::tokens}});
  ASSERT_TRUE(plan.ok());
  device.backend->set_step(one_sequence(1));
  ASSERT_TRUE(device.backend->run(**plan, {}).ok());
  EXPECT_EQ(y, (std::vector<float>{1, 1, 0, 0, 0, 0}));
}

TEST(OpName, IsUniqueForEveryOp) {
  const Op ops[] = {EmbedOp{},   AddNormOp{},  LinearOp{},  LinearGluOp{}, LinearHeadsOp{}, QkvStoreOp{}, AttnGqaOp{},    MlaStoreOp{},
                    AttnMlaOp{}, MoeRouteOp{}, MoePlanOp{}, MoeGluOp{},    MoeDownOp{},     LoraOp{},     TopkLogitsOp{}, FillOp{}};
  std::set<std::string> names;
  for (const Op& op : ops) names.insert(op_name(op));
  EXPECT_EQ(names.size(), std::variant_size_v<Op>);
}

}  // namespace
