// Numbers that must not depend on the device: half conversions, and sines of angles given as turns. Devices may truncate when they
// convert to f16 (lavapipe does), may flush subnormal halves, and owe their sin and cos an absolute error of 2^-11 only.

/// f32 to the bits of the nearest half, ties to even; overflow becomes infinity, NaN stays NaN.
uint half_bits(float x) {
  const uint bits = floatBitsToUint(x), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return sign | 0x7e00u;
  if (magnitude >= 0x477ff000u) return sign | 0x7c00u;  // from 65520 on
  if (magnitude < 0x38800000u) return sign | uint(roundEven(uintBitsToFloat(magnitude) * 16777216.0));  // subnormal halves
  return sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13);
}

/// The value of half bits, subnormals included.
float half_value(uint bits) {
  const uint sign = (bits & 0x8000u) << 16, exponent = (bits >> 10) & 31u, mantissa = bits & 1023u;
  if (exponent == 0u) return uintBitsToFloat(sign | floatBitsToUint(float(mantissa) * 5.9604644775390625e-8));
  return uintBitsToFloat(sign | (exponent == 31u ? 0x7f800000u : (exponent + 112u) << 23) | (mantissa << 13));
}

/// Sine and cosine of turns / 2^64 of a full turn, to about 1e-7. Whole turns have fallen off the top of the 64 bits, so that any
/// position times a frequency in turns is exact; the nearest quarter turn is taken off, and what is left lies within pi / 4,
/// where the Taylor terms that are left out are below 4e-9.
void sincos_turns(uint64_t turns, out float s, out float c) {
  const uint quarter = (uint(turns >> 32) + 0x20000000u) >> 30;
  const int64_t rest = int64_t(turns - (uint64_t(quarter) << 62));
  const float fraction = (float(int(rest >> 32)) + float(uint(rest & 0xffffffffl)) * 2.3283064365386963e-10) * 2.3283064365386963e-10;
  const float x = fraction * 6.283185307179586, z = x * x;
  const float sine = x + x * z * (-1.6666667e-1 + z * (8.3333333e-3 + z * (-1.9841270e-4 + z * 2.7557319e-6)));
  const float cosine = 1.0 + z * (-0.5 + z * (4.1666667e-2 + z * (-1.3888889e-3 + z * (2.4801587e-5 - z * 2.7557319e-7))));
  const bool swap = (quarter & 1u) != 0u;
  s = swap ? cosine : sine;
  c = swap ? sine : cosine;
  if ((quarter & 2u) != 0u) s = -s;
  if (((quarter + 1u) & 2u) != 0u) c = -c;
}
