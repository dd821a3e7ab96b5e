// Activation of a gated pair (ops.h, ActKind).
const uint kSilu = 0, kSwigluClamped = 1;

float activate(uint act, float gate, float up) {
  if (act == kSilu) return gate / (1.0 + exp(-gate)) * up;
  const float g = min(gate, 7.0), u = clamp(up, -7.0, 7.0);
  return g / (1.0 + exp(-1.702 * g)) * (u + 1.0);
}
