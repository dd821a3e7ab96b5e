// strftime_now: dates and times with English names, independent of the process's locale.
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

constexpr std::array kDays = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                "July",    "August",   "September", "October", "November", "December"};

bool leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month) {
  constexpr std::array kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : kLengths[static_cast<size_t>(month - 1)];
}

/// From 1.
int day_of_year(const CivilTime& t) {
  int days = t.day;
  for (int m = 1; m < t.month; ++m) days += days_in_month(t.year, m);
  return days;
}

/// 0 is Sunday.
int weekday(const CivilTime& t) {
  const int y = t.year - 1;
  return (y * 365 + y / 4 - y / 100 + y / 400 + day_of_year(t)) % 7;
}

/// ISO week and the year it belongs to.
std::pair<int, int> iso_week(const CivilTime& t) {
  const int monday_based = (weekday(t) + 6) % 7;
  const int week = (day_of_year(t) - monday_based + 9) / 7;
  if (week < 1) return iso_week({t.year - 1, 12, 31, 0, 0, 0, 0});
  const int length = leap(t.year) ? 366 : 365;
  if (week == 53 && day_of_year(t) - monday_based + 3 > length) return {1, t.year + 1};
  return {week, t.year};
}

struct Field {
  char flag = 0;

  [[nodiscard]] std::string number(int v, int width, char natural = '0') const {
    std::string s = std::to_string(v);
    const char fill = flag == '_' ? ' ' : flag == '0' ? '0' : natural;
    if (flag != '-' && static_cast<int>(s.size()) < width) s.insert(0, static_cast<size_t>(width) - s.size(), fill);
    return s;
  }
  [[nodiscard]] std::string word(std::string s) const { return flag == '^' ? to_upper(s) : s; }
};

std::string composite(Runtime& rt, const CivilTime& t, char c) {
  switch (c) {
    case 'c':
      return format_time(rt, t, "%a %b %e %H:%M:%S %Y");
    case 'x':
    case 'D':
      return format_time(rt, t, "%m/%d/%y");
    case 'X':
    case 'T':
      return format_time(rt, t, "%H:%M:%S");
    case 'F':
      return format_time(rt, t, "%Y-%m-%d");
    case 'R':
      return format_time(rt, t, "%H:%M");
    case 'r':
      return format_time(rt, t, "%I:%M:%S %p");
    default:
      fail("unknown conversion %" + std::string(1, c) + " in strftime_now");
  }
}

/// Conversions of the time of day; nullopt for others.
std::optional<std::string> convert_time(const CivilTime& t, const Field& f, char c) {
  const int hour12 = t.hour % 12 == 0 ? 12 : t.hour % 12;
  switch (c) {
    case 'H':
      return f.number(t.hour, 2);
    case 'I':
      return f.number(hour12, 2);
    case 'k':
      return f.number(t.hour, 2, ' ');
    case 'l':
      return f.number(hour12, 2, ' ');
    case 'M':
      return f.number(t.minute, 2);
    case 'S':
      return f.number(t.second, 2);
    case 'f':
      return f.number(t.microsecond, 6);
    case 'p':
      return t.hour < 12 ? "AM" : "PM";
    case 'P':
      return t.hour < 12 ? "am" : "pm";
    case 'z':
    case 'Z':
      return "";  // a time without a zone, as datetime.now() gives
    default:
      return std::nullopt;
  }
}

std::string convert(Runtime& rt, const CivilTime& t, const Field& f, char c) {
  if (auto time = convert_time(t, f, c)) return *time;
  const auto day = static_cast<size_t>(weekday(t)), month = static_cast<size_t>(t.month - 1);
  switch (c) {
    case 'Y':
      return f.number(t.year, 1);
    case 'C':
      return f.number(t.year / 100, 2);
    case 'y':
      return f.number(t.year % 100, 2);
    case 'm':
      return f.number(t.month, 2);
    case 'd':
      return f.number(t.day, 2);
    case 'e':
      return f.number(t.day, 2, ' ');
    case 'j':
      return f.number(day_of_year(t), 3);
    case 'w':
      return f.number(weekday(t), 1);
    case 'u':
      return f.number(weekday(t) == 0 ? 7 : weekday(t), 1);
    case 'U':
      return f.number((day_of_year(t) + 6 - weekday(t)) / 7, 2);
    case 'W':
      return f.number((day_of_year(t) + 6 - (weekday(t) + 6) % 7) / 7, 2);
    case 'V':
      return f.number(iso_week(t).first, 2);
    case 'G':
      return f.number(iso_week(t).second, 1);
    case 'a':
      return f.word(std::string(kDays[day]).substr(0, 3));
    case 'A':
      return f.word(kDays[day]);
    case 'b':
    case 'h':
      return f.word(std::string(kMonths[month]).substr(0, 3));
    case 'B':
      return f.word(kMonths[month]);
    case 'n':
      return "\n";
    case 't':
      return "\t";
    case '%':
      return "%";
    default:
      return composite(rt, t, c);
  }
}

bool take_number(std::string_view& s, size_t digits, int low, int high, int& out) {
  if (s.size() < digits) return false;
  const auto [end, error] = std::from_chars(s.data(), s.data() + digits, out);
  if (error != std::errc{} || end != s.data() + digits || out < low || out > high) return false;
  s.remove_prefix(digits);
  return true;
}

bool take(std::string_view& s, std::string_view any) {
  if (s.empty() || any.find(s[0]) == std::string_view::npos) return false;
  s.remove_prefix(1);
  return true;
}

/// ".5", ".123456": up to six digits count.
bool take_fraction(std::string_view& s, int& microsecond) {
  int scale = 100000;
  size_t digits = 0;
  for (; digits < s.size() && s[digits] >= '0' && s[digits] <= '9'; ++digits, scale /= 10) microsecond += (s[digits] - '0') * scale;
  s.remove_prefix(digits);
  return digits > 0;
}

bool valid_zone(std::string_view s) {
  if (s.empty() || s == "Z" || s == "z") return true;
  int hours = 0, minutes = 0;
  if (!take(s, "+-") || !take_number(s, 2, 0, 23, hours)) return false;
  take(s, ":");
  return s.empty() || (take_number(s, 2, 0, 59, minutes) && s.empty());
}

}  // namespace

std::string format_time(Runtime& rt, const CivilTime& t, std::string_view format) {
  rt.charge_bytes(format.size());
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out.push_back(format[i]);
      continue;
    }
    rt.charge();
    Field field;
    ++i;
    if (i + 1 < format.size() && std::string_view("-_0^").find(format[i]) != std::string_view::npos) field.flag = format[i++];
    out += convert(rt, t, field, format[i]);
    rt.check_size(out.size());
  }
  return out;
}

std::optional<CivilTime> parse_iso_time(std::string_view s) {
  CivilTime t;
  if (!take_number(s, 4, 1, 9999, t.year) || !take(s, "-") || !take_number(s, 2, 1, 12, t.month) || !take(s, "-") ||
      !take_number(s, 2, 1, days_in_month(t.year, t.month), t.day)) {
    return std::nullopt;
  }
  if (s.empty()) return t;
  if (!take(s, "T ") || !take_number(s, 2, 0, 23, t.hour)) return std::nullopt;
  if (take(s, ":") && !take_number(s, 2, 0, 59, t.minute)) return std::nullopt;
  if (take(s, ":") && !take_number(s, 2, 0, 59, t.second)) return std::nullopt;
  if (take(s, ".,") && !take_fraction(s, t.microsecond)) return std::nullopt;
  return valid_zone(s) ? std::optional<CivilTime>(t) : std::nullopt;
}

CivilTime local_time() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm tm{};
#ifdef _WIN32
  localtime_s(&tm, &seconds);
#else
  localtime_r(&seconds, &tm);
#endif
  const auto fraction = now - std::chrono::system_clock::from_time_t(seconds);
  const auto micro = std::chrono::duration_cast<std::chrono::microseconds>(fraction).count();
  return {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, std::min(tm.tm_sec, 59), static_cast<int>(micro)};
}

}  // namespace engine::jinja
