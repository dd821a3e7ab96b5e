// Floats as unsigned keys that compare alike: both zeros are equal, a NaN is key kNanKey and under every number, 0 is free.
const uint kNanKey = 1u;

uint order_key(float v) {
  const uint bits = floatBitsToUint(v), magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return kNanKey;
  if (magnitude == 0u) return 0x80000000u;
  return bits > 0x7fffffffu ? ~bits : bits | 0x80000000u;
}

float from_key(uint key) {
  if (key <= kNanKey) return uintBitsToFloat(0x7fc00000u);
  return uintBitsToFloat(key > 0x7fffffffu ? key & 0x7fffffffu : ~key);
}
