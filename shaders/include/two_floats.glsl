// Arithmetic on sums of two floats, vec2(high, low): nearly twice the digits of f32, so that exp and quotients round as the
// double arithmetic of the reference does. Only sums and products, which every device rounds correctly; `precise` keeps the
// compiler from simplifying them away. (Dekker 1971, "A floating-point technique for extending the available precision".)

vec2 two_sum(float a, float b) {
  precise float s = a + b;
  precise float t = s - a;
  precise float e = (a - (s - t)) + (b - t);
  return vec2(s, e);
}

/// As two_sum where |a| >= |b|.
vec2 fast_two_sum(float a, float b) {
  precise float s = a + b;
  precise float e = b - (s - a);
  return vec2(s, e);
}

vec2 two_product(float a, float b) {
  precise float ca = 4097.0 * a, cb = 4097.0 * b;
  precise float ah = ca - (ca - a), bh = cb - (cb - b);
  precise float al = a - ah, bl = b - bh;
  precise float p = a * b;
  precise float e = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
  return vec2(p, e);
}

/// a + b.
vec2 two_add(vec2 a, float b) {
  vec2 s = two_sum(a.x, b);
  precise float low = s.y + a.y;
  return fast_two_sum(s.x, low);
}

/// The float next to a / b; the device's own division may be off by 2.5 units.
float two_quotient(vec2 a, vec2 b) {
  precise float q = a.x / b.x;
  vec2 back = two_product(q, b.x);
  precise float rest = (((a.x - back.x) - back.y) + a.y) - q * b.y;
  precise float correction = rest / b.x;
  precise float result = q + correction;
  return result;
}

/// exp(x) to about 2^-30, for x <= 88; what lies under the smallest float is 0.
vec2 two_exp(vec2 x) {
  if (!(x.x > -104.0)) return vec2(x.x != x.x ? x.x : 0.0, 0.0);
  const float n = round(x.x * 1.44269504);
  // ln 2 in three pieces; n times the first is exact.
  precise float r1 = x.x - n * 0.693145751953125;
  vec2 piece = two_product(n, uintBitsToFloat(901758606u));  // 1.4286067653e-6
  vec2 r = two_sum(r1, -piece.x);
  precise float r_low = ((r.y - piece.y) - n * 5.497923e-14) + x.y;
  r = fast_two_sum(r.x, r_low);
  // exp(r) = 1 + r + r^2 / 2 in two floats, the rest of the series in one: it is under 0.008.
  vec2 square = two_product(r.x, r.x);
  precise float q = 1.0 / 362880.0;
  q = q * r.x + 1.0 / 40320.0;
  q = q * r.x + 1.0 / 5040.0;
  q = q * r.x + 1.0 / 720.0;
  q = q * r.x + 1.0 / 120.0;
  q = q * r.x + 1.0 / 24.0;
  q = q * r.x + 1.0 / 6.0;
  precise float tail = square.x * r.x * q;
  vec2 a = fast_two_sum(1.0, r.x);
  vec2 b = two_sum(a.x, 0.5 * square.x);
  precise float low = ((tail + 0.5 * square.y) + r.x * r.y) + (r.y + (a.y + b.y));
  vec2 y = fast_two_sum(b.x, low);
  // 2^n in two steps, as 2^-104 e.g. is no exponent to build at once for every n.
  const int half_n = int(n) / 2;
  const float s1 = uintBitsToFloat(uint(half_n + 127) << 23), s2 = uintBitsToFloat(uint(int(n) - half_n + 127) << 23);
  return y * s1 * s2;
}

/// exp(x) as a float, correctly rounded but for a few values in a hundred.
float exact_exp(float x) { return x > 88.8 ? uintBitsToFloat(0x7f800000u) : two_exp(vec2(x, 0.0)).x; }

/// log(x) for normal x: the device's own, corrected by one step of Newton's method.
float exact_log(float x) {
  const float y = log(x);
  precise float correction = x * exact_exp(-y) - 1.0;
  return y + correction;
}
