// A cancelled step ends early: long dispatches look at a word that the host sets while they run. On devices with memory of their own
// nothing sets it: there a dispatch is short enough.

shared uint stop_shared;

/// Whether the step was cancelled; the same for the whole workgroup. Call in uniform control flow.
bool stopped() {
  if (gl_LocalInvocationIndex == 0) stop_shared = Words(Step(push.step).stop).v[0];
  barrier();
  return stop_shared != 0u;
}
