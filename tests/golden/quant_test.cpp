// Quantised models on the host devices.
#include "golden/arch_models.h"
#include "golden/quant_models.h"

namespace {

using hearth_test::LogitsRun;

class Quant : public testing::TestWithParam<const char*> {
 protected:
  void check(const LogitsRun& run) const { hearth_test::check_quant(GetParam(), run); }
};

TEST_P(Quant, CpuOneBatch) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "cpu"});
}
TEST_P(Quant, CpuSplit) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "cpu", .split = 44});
}
TEST_P(Quant, CpuOneByOne) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "cpu", .split = 1});
}
TEST_P(Quant, Reference) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "reference", .split = 44});
}

INSTANTIATE_TEST_SUITE_P(Models, Quant, testing::ValuesIn(hearth_test::kQuantModels),
                         [](const auto& model) { return hearth_test::test_name(model.param); });

}  // namespace
