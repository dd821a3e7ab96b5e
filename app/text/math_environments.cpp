#include "text/math_environments.h"

#include <algorithm>
#include <array>

std::optional<MathEnvironment> mathEnvironment(QStringView name) {
  using Shape = MathEnvironment::Shape;
  static constexpr std::array<MathEnvironment, 24> kKnown{{{u"matrix", Shape::Matrix, u"", u"", false},
                                                           {u"smallmatrix", Shape::Matrix, u"", u"", false},
                                                           {u"array", Shape::Matrix, u"", u"", false, true},
                                                           {u"pmatrix", Shape::Matrix, u"(", u")"},
                                                           {u"bmatrix", Shape::Matrix, u"[", u"]"},
                                                           {u"Bmatrix", Shape::Matrix, u"{", u"}"},
                                                           {u"vmatrix", Shape::Matrix, u"|", u"|"},
                                                           {u"Vmatrix", Shape::Matrix, u"‖", u"‖"},
                                                           {u"cases", Shape::Cases, u"{", u""},
                                                           {u"dcases", Shape::Cases, u"{", u""},
                                                           {u"rcases", Shape::Cases, u"", u"}"},
                                                           {u"aligned"},
                                                           {u"alignedat", Shape::Lines, u"", u"", true, true},
                                                           {u"split"},
                                                           {u"gathered"},
                                                           {u"align"},
                                                           {u"alignat", Shape::Lines, u"", u"", true, true},
                                                           {u"flalign"},
                                                           {u"equation"},
                                                           {u"eqnarray"},
                                                           {u"gather"},
                                                           {u"multline"},
                                                           {u"displaymath"},
                                                           {u"math"}}};
  const QStringView plain = name.endsWith(u'*') ? name.chopped(1) : name;
  const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&plain](const MathEnvironment& each) { return each.name == plain; });
  return found == kKnown.end() ? std::nullopt : std::optional(*found);
}
