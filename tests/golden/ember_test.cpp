// The bundled model on the plain reference backend and on the processor; the GPU tests have the same for their devices.
#include "golden/ember_forced.h"

namespace {

TEST(EmberForced, TheReferenceAgreesWithTheProcessor) {
  hearth_test::ember_agrees("reference", "reference");
}

}  // namespace
