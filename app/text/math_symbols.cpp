#include "text/math_symbols.h"

#include <QHash>
#include <array>
#include <utility>

namespace {

struct Entry {
  QStringView name;
  QStringView text;
};

constexpr Entry kOrdinary[] = {{u"alpha", u"α"},       {u"beta", u"β"},
                               {u"gamma", u"γ"},       {u"delta", u"δ"},
                               {u"epsilon", u"ε"},     {u"varepsilon", u"ε"},
                               {u"zeta", u"ζ"},        {u"eta", u"η"},
                               {u"theta", u"θ"},       {u"vartheta", u"ϑ"},
                               {u"iota", u"ι"},        {u"kappa", u"κ"},
                               {u"varkappa", u"ϰ"},    {u"lambda", u"λ"},
                               {u"mu", u"μ"},          {u"nu", u"ν"},
                               {u"xi", u"ξ"},          {u"omicron", u"ο"},
                               {u"pi", u"π"},          {u"varpi", u"ϖ"},
                               {u"rho", u"ρ"},         {u"varrho", u"ϱ"},
                               {u"sigma", u"σ"},       {u"varsigma", u"ς"},
                               {u"tau", u"τ"},         {u"upsilon", u"υ"},
                               {u"phi", u"φ"},         {u"varphi", u"φ"},
                               {u"chi", u"χ"},         {u"psi", u"ψ"},
                               {u"omega", u"ω"},       {u"Gamma", u"Γ"},
                               {u"Delta", u"Δ"},       {u"Theta", u"Θ"},
                               {u"Lambda", u"Λ"},      {u"Xi", u"Ξ"},
                               {u"Pi", u"Π"},          {u"Sigma", u"Σ"},
                               {u"Upsilon", u"Υ"},     {u"Phi", u"Φ"},
                               {u"Psi", u"Ψ"},         {u"Omega", u"Ω"},
                               {u"infty", u"∞"},       {u"partial", u"∂"},
                               {u"nabla", u"∇"},       {u"hbar", u"ℏ"},
                               {u"hslash", u"ℏ"},      {u"ell", u"ℓ"},
                               {u"Re", u"ℜ"},          {u"Im", u"ℑ"},
                               {u"wp", u"℘"},          {u"aleph", u"ℵ"},
                               {u"beth", u"ℶ"},        {u"imath", u"ı"},
                               {u"jmath", u"ȷ"},       {u"emptyset", u"∅"},
                               {u"varnothing", u"∅"},  {u"forall", u"∀"},
                               {u"exists", u"∃"},      {u"nexists", u"∄"},
                               {u"neg", u"¬"},         {u"lnot", u"¬"},
                               {u"top", u"⊤"},         {u"bot", u"⊥"},
                               {u"angle", u"∠"},       {u"measuredangle", u"∡"},
                               {u"triangle", u"△"},    {u"square", u"□"},
                               {u"Box", u"□"},         {u"blacksquare", u"■"},
                               {u"qed", u"□"},         {u"Diamond", u"◇"},
                               {u"diamond", u"⋄"},     {u"bigstar", u"★"},
                               {u"degree", u"°"},      {u"prime", u"′"},
                               {u"dots", u"…"},        {u"ldots", u"…"},
                               {u"cdots", u"⋯"},       {u"vdots", u"⋮"},
                               {u"ddots", u"⋱"},       {u"dotsc", u"…"},
                               {u"dotsb", u"⋯"},       {u"hdots", u"…"},
                               {u"complement", u"∁"},  {u"dagger", u"†"},
                               {u"ddagger", u"‡"},     {u"S", u"§"},
                               {u"P", u"¶"},           {u"pounds", u"£"},
                               {u"euro", u"€"},        {u"yen", u"¥"},
                               {u"copyright", u"©"},   {u"checkmark", u"✓"},
                               {u"natural", u"♮"},     {u"sharp", u"♯"},
                               {u"flat", u"♭"},        {u"clubsuit", u"♣"},
                               {u"diamondsuit", u"♢"}, {u"heartsuit", u"♡"},
                               {u"spadesuit", u"♠"},   {u"mho", u"℧"},
                               {u"eth", u"ð"},         {u"AA", u"Å"},
                               {u"i", u"ı"},           {u"backslash", u"\\"},
                               {u"surd", u"√"},        {u"lvert", u"|"},
                               {u"rvert", u"|"},       {u"vert", u"|"},
                               {u"lVert", u"‖"},       {u"rVert", u"‖"},
                               {u"Vert", u"‖"},        {u"%", u"%"},
                               {u"$", u"$"},           {u"#", u"#"},
                               {u"_", u"_"},           {u"|", u"‖"},
                               {u"slash", u"/"},       {u"textdegree", u"°"},
                               {u"celsius", u"°C"},    {u"ohm", u"Ω"},
                               {u"O", u"Ø"},           {u"ss", u"ß"},
                               {u"lightning", u"↯"},   {u"R", u"ℝ"},
                               {u"N", u"ℕ"},           {u"Z", u"ℤ"},
                               {u"Q", u"ℚ"},           {u"C", u"ℂ"}};
constexpr Entry kFunctions[] = {{u"arccos", u"arccos"},
                                {u"arcsin", u"arcsin"},
                                {u"arctan", u"arctan"},
                                {u"arg", u"arg"},
                                {u"cos", u"cos"},
                                {u"cosh", u"cosh"},
                                {u"cot", u"cot"},
                                {u"coth", u"coth"},
                                {u"csc", u"csc"},
                                {u"deg", u"deg"},
                                {u"det", u"det"},
                                {u"dim", u"dim"},
                                {u"exp", u"exp"},
                                {u"gcd", u"gcd"},
                                {u"hom", u"hom"},
                                {u"ker", u"ker"},
                                {u"lg", u"lg"},
                                {u"ln", u"ln"},
                                {u"log", u"log"},
                                {u"max", u"max"},
                                {u"min", u"min"},
                                {u"sec", u"sec"},
                                {u"sin", u"sin"},
                                {u"sinh", u"sinh"},
                                {u"sup", u"sup"},
                                {u"inf", u"inf"},
                                {u"tan", u"tan"},
                                {u"tanh", u"tanh"},
                                {u"lim", u"lim"},
                                {u"Pr", u"Pr"},
                                {u"sgn", u"sgn"},
                                {u"lcm", u"lcm"},
                                {u"arcsec", u"arcsec"},
                                {u"arccot", u"arccot"},
                                {u"arccsc", u"arccsc"},
                                {u"argmax", u"argmax"},
                                {u"argmin", u"argmin"},
                                {u"rank", u"rank"},
                                {u"tr", u"tr"},
                                {u"Tr", u"Tr"},
                                {u"span", u"span"},
                                {u"diag", u"diag"},
                                {u"sech", u"sech"},
                                {u"csch", u"csch"},
                                {u"limsup", u"lim sup"},
                                {u"liminf", u"lim inf"},
                                {u"varlimsup", u"lim sup"},
                                {u"varliminf", u"lim inf"},
                                {u"bmod", u"mod"},
                                {u"injlim", u"inj lim"},
                                {u"projlim", u"proj lim"}};
constexpr Entry kBigOperators[] = {{u"sum", u"∑"},      {u"prod", u"∏"},     {u"coprod", u"∐"},   {u"int", u"∫"},       {u"iint", u"∬"},
                                   {u"iiint", u"∭"},    {u"oint", u"∮"},     {u"oiint", u"∯"},    {u"bigcup", u"⋃"},    {u"bigcap", u"⋂"},
                                   {u"bigvee", u"⋁"},   {u"bigwedge", u"⋀"}, {u"bigoplus", u"⨁"}, {u"bigotimes", u"⨂"}, {u"bigsqcup", u"⨆"},
                                   {u"biguplus", u"⨄"}, {u"bigodot", u"⨀"}};
constexpr Entry kBinary[] = {{u"pm", u"±"},
                             {u"mp", u"∓"},
                             {u"times", u"×"},
                             {u"div", u"÷"},
                             {u"cdot", u"·"},
                             {u"ast", u"∗"},
                             {u"star", u"⋆"},
                             {u"circ", u"∘"},
                             {u"bullet", u"•"},
                             {u"cap", u"∩"},
                             {u"cup", u"∪"},
                             {u"sqcap", u"⊓"},
                             {u"sqcup", u"⊔"},
                             {u"vee", u"∨"},
                             {u"lor", u"∨"},
                             {u"wedge", u"∧"},
                             {u"land", u"∧"},
                             {u"setminus", u"∖"},
                             {u"smallsetminus", u"∖"},
                             {u"oplus", u"⊕"},
                             {u"ominus", u"⊖"},
                             {u"otimes", u"⊗"},
                             {u"oslash", u"⊘"},
                             {u"odot", u"⊙"},
                             {u"uplus", u"⊎"},
                             {u"amalg", u"⨿"},
                             {u"wr", u"≀"},
                             {u"ltimes", u"⋉"},
                             {u"rtimes", u"⋊"},
                             {u"bigtriangleup", u"△"},
                             {u"bigtriangledown", u"▽"},
                             {u"triangleleft", u"◁"},
                             {u"triangleright", u"▷"},
                             {u"boxplus", u"⊞"},
                             {u"boxtimes", u"⊠"},
                             {u"veebar", u"⊻"},
                             {u"barwedge", u"⊼"},
                             {u"And", u"&"},
                             {u"dotplus", u"∔"}};
constexpr Entry kRelations[] = {{u"le", u"≤"},
                                {u"leq", u"≤"},
                                {u"leqslant", u"≤"},
                                {u"ge", u"≥"},
                                {u"geq", u"≥"},
                                {u"geqslant", u"≥"},
                                {u"ne", u"≠"},
                                {u"neq", u"≠"},
                                {u"lt", u"<"},
                                {u"gt", u">"},
                                {u"ll", u"≪"},
                                {u"gg", u"≫"},
                                {u"lll", u"⋘"},
                                {u"ggg", u"⋙"},
                                {u"equiv", u"≡"},
                                {u"sim", u"∼"},
                                {u"simeq", u"≃"},
                                {u"approx", u"≈"},
                                {u"approxeq", u"≊"},
                                {u"cong", u"≅"},
                                {u"ncong", u"≇"},
                                {u"doteq", u"≐"},
                                {u"triangleq", u"≜"},
                                {u"coloneqq", u"≔"},
                                {u"coloneq", u"≔"},
                                {u"eqqcolon", u"≕"},
                                {u"propto", u"∝"},
                                {u"varpropto", u"∝"},
                                {u"asymp", u"≍"},
                                {u"prec", u"≺"},
                                {u"succ", u"≻"},
                                {u"preceq", u"⪯"},
                                {u"succeq", u"⪰"},
                                {u"subset", u"⊂"},
                                {u"supset", u"⊃"},
                                {u"subseteq", u"⊆"},
                                {u"supseteq", u"⊇"},
                                {u"subsetneq", u"⊊"},
                                {u"supsetneq", u"⊋"},
                                {u"nsubseteq", u"⊈"},
                                {u"nsupseteq", u"⊉"},
                                {u"sqsubset", u"⊏"},
                                {u"sqsupset", u"⊐"},
                                {u"sqsubseteq", u"⊑"},
                                {u"sqsupseteq", u"⊒"},
                                {u"in", u"∈"},
                                {u"ni", u"∋"},
                                {u"owns", u"∋"},
                                {u"notin", u"∉"},
                                {u"perp", u"⊥"},
                                {u"parallel", u"∥"},
                                {u"nparallel", u"∦"},
                                {u"mid", u"∣"},
                                {u"nmid", u"∤"},
                                {u"vdash", u"⊢"},
                                {u"dashv", u"⊣"},
                                {u"models", u"⊨"},
                                {u"vDash", u"⊨"},
                                {u"Vdash", u"⊩"},
                                {u"nvdash", u"⊬"},
                                {u"nvDash", u"⊭"},
                                {u"bowtie", u"⋈"},
                                {u"smile", u"⌣"},
                                {u"frown", u"⌢"},
                                {u"between", u"≬"},
                                {u"lesssim", u"≲"},
                                {u"gtrsim", u"≳"},
                                {u"lessgtr", u"≶"},
                                {u"nless", u"≮"},
                                {u"ngtr", u"≯"},
                                {u"nleq", u"≰"},
                                {u"ngeq", u"≱"},
                                {u"therefore", u"∴"},
                                {u"because", u"∵"},
                                {u"trianglelefteq", u"⊴"},
                                {u"trianglerighteq", u"⊵"},
                                {u"vartriangleleft", u"⊲"},
                                {u"vartriangleright", u"⊳"},
                                {u"thicksim", u"∼"},
                                {u"thickapprox", u"≈"},
                                {u"backsim", u"∽"},
                                {u"to", u"→"},
                                {u"rightarrow", u"→"},
                                {u"gets", u"←"},
                                {u"leftarrow", u"←"},
                                {u"leftrightarrow", u"↔"},
                                {u"Rightarrow", u"⇒"},
                                {u"Leftarrow", u"⇐"},
                                {u"Leftrightarrow", u"⇔"},
                                {u"implies", u"⟹"},
                                {u"impliedby", u"⟸"},
                                {u"iff", u"⟺"},
                                {u"longrightarrow", u"⟶"},
                                {u"longleftarrow", u"⟵"},
                                {u"longleftrightarrow", u"⟷"},
                                {u"Longrightarrow", u"⟹"},
                                {u"Longleftarrow", u"⟸"},
                                {u"Longleftrightarrow", u"⟺"},
                                {u"mapsto", u"↦"},
                                {u"longmapsto", u"⟼"},
                                {u"hookrightarrow", u"↪"},
                                {u"hookleftarrow", u"↩"},
                                {u"uparrow", u"↑"},
                                {u"downarrow", u"↓"},
                                {u"updownarrow", u"↕"},
                                {u"Uparrow", u"⇑"},
                                {u"Downarrow", u"⇓"},
                                {u"Updownarrow", u"⇕"},
                                {u"nearrow", u"↗"},
                                {u"searrow", u"↘"},
                                {u"swarrow", u"↙"},
                                {u"nwarrow", u"↖"},
                                {u"rightharpoonup", u"⇀"},
                                {u"rightharpoondown", u"⇁"},
                                {u"leftharpoonup", u"↼"},
                                {u"leftharpoondown", u"↽"},
                                {u"rightleftharpoons", u"⇌"},
                                {u"leftrightharpoons", u"⇋"},
                                {u"rightleftarrows", u"⇄"},
                                {u"leftrightarrows", u"⇆"},
                                {u"twoheadrightarrow", u"↠"},
                                {u"rightarrowtail", u"↣"},
                                {u"leadsto", u"⇝"},
                                {u"rightsquigarrow", u"⇝"},
                                {u"nrightarrow", u"↛"},
                                {u"nleftarrow", u"↚"},
                                {u"nRightarrow", u"⇏"},
                                {u"nLeftarrow", u"⇍"},
                                {u"nLeftrightarrow", u"⇎"},
                                {u"circlearrowleft", u"↺"},
                                {u"circlearrowright", u"↻"},
                                {u"curvearrowright", u"↷"},
                                {u"multimap", u"⊸"},
                                {u"vcentcolon", u":"}};
constexpr Entry kOpening[] = {{u"langle", u"⟨"}, {u"lceil", u"⌈"},     {u"lfloor", u"⌊"}, {u"{", u"{"},     {u"lbrace", u"{"},
                              {u"lbrack", u"["}, {u"llbracket", u"⟦"}, {u"lgroup", u"⟮"}, {u"lparen", u"("}};
constexpr Entry kClosing[] = {{u"rangle", u"⟩"}, {u"rceil", u"⌉"},     {u"rfloor", u"⌋"}, {u"}", u"}"},     {u"rbrace", u"}"},
                              {u"rbrack", u"]"}, {u"rrbracket", u"⟧"}, {u"rgroup", u"⟯"}, {u"rparen", u")"}};
constexpr Entry kPunctuation[] = {{u"colon", u":"}};
constexpr Entry kSpaces[] = {{u",", u" "},
                             {u";", u" "},
                             {u":", u" "},
                             {u">", u" "},
                             {u" ", u" "},
                             {u"quad", u"  "},
                             {u"qquad", u"    "},
                             {u"enspace", u" "},
                             {u"thinspace", u" "},
                             {u"medspace", u" "},
                             {u"thickspace", u" "},
                             {u"space", u" "},
                             {u"nobreakspace", u" "},
                             {u"enskip", u" "},
                             {u"!", u""},
                             {u"negthinspace", u""},
                             {u"limits", u""},
                             {u"nolimits", u""},
                             {u"displaystyle", u""},
                             {u"textstyle", u""},
                             {u"scriptstyle", u""},
                             {u"scriptscriptstyle", u""},
                             {u"nonumber", u""},
                             {u"notag", u""},
                             {u"hline", u""},
                             {u"hfill", u""},
                             {u"allowbreak", u""},
                             {u"strut", u""},
                             {u"mathstrut", u""},
                             {u"relax", u""},
                             {u"noindent", u""},
                             {u"centering", u""},
                             {u"displaylimits", u""},
                             {u"/", u""},
                             {u"break", u""},
                             {u"toprule", u""},
                             {u"midrule", u""},
                             {u"bottomrule", u""},
                             {u"hfil", u""},
                             {u"-", u""}};

constexpr Entry kAccents[] = {
    {u"hat", u"\u0302"},       {u"widehat", u"\u0302"},        {u"bar", u"\u0304"},           {u"overline", u"\u0305"},
    {u"vec", u"\u20d7"},       {u"overrightarrow", u"\u20d7"}, {u"overleftarrow", u"\u20d6"}, {u"overleftrightarrow", u"\u20e1"},
    {u"dot", u"\u0307"},       {u"ddot", u"\u0308"},           {u"dddot", u"\u20db"},         {u"tilde", u"\u0303"},
    {u"widetilde", u"\u0303"}, {u"check", u"\u030c"},          {u"widecheck", u"\u030c"},     {u"breve", u"\u0306"},
    {u"acute", u"\u0301"},     {u"grave", u"\u0300"},          {u"mathring", u"\u030a"},      {u"underline", u"\u0332"},
    {u"underbar", u"\u0332"}};

// From, to; equally long.
constexpr QStringView kSuperscriptFrom =
    u"0123456789+-\u2212=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW\u03b1\u03b2\u03b3\u03b4\u03b8\u2032\u2033\u2034\u00b0";
constexpr QStringView kSuperscriptTo = u"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿ\u2032\u2033\u2034\u00b0";
constexpr QStringView kSubscriptFrom = u"0123456789+-\u2212=()aehijklmnoprstuvx\u03b2\u03b3\u03c1\u03c6\u03c7";
constexpr QStringView kSubscriptTo = u"₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ";
static_assert(kSuperscriptFrom.size() == kSuperscriptTo.size() && kSubscriptFrom.size() == kSubscriptTo.size());

constexpr QStringView kNegatedFrom = u"=<>≤≥∈∋⊂⊃⊆⊇≡≈∼≃≅∣∥⊢⊨∃→←⇒⇐⇔";
constexpr QStringView kNegatedTo = u"≠≮≯≰≱∉∌⊄⊅⊈⊉≢≉≁≄≇∤∦⊬⊭∄↛↚⇏⇍⇎";
static_assert(kNegatedFrom.size() == kNegatedTo.size());

using Symbols = QHash<QStringView, std::pair<QStringView, MathClass>>;

[[nodiscard]] const Symbols& symbols() {
  static const Symbols table = [] {
    Symbols all;
    const auto add = [&all](const auto& entries, MathClass kind) {
      for (const Entry& entry : entries) all.insert(entry.name, {entry.text, kind});
    };
    add(kOrdinary, MathClass::Ordinary);
    add(kFunctions, MathClass::Function);
    add(kBigOperators, MathClass::BigOperator);
    add(kBinary, MathClass::Binary);
    add(kRelations, MathClass::Relation);
    add(kOpening, MathClass::Opening);
    add(kClosing, MathClass::Closing);
    add(kPunctuation, MathClass::Punctuation);
    add(kSpaces, MathClass::Space);
    return all;
  }();
  return table;
}

[[nodiscard]] std::optional<QString> mapped(QStringView text, QStringView from, QStringView to) {
  QString out;
  for (const QChar c : text) {
    const qsizetype at = from.indexOf(c);
    if (at < 0) return std::nullopt;
    out += to[at];
  }
  return out;
}

[[nodiscard]] QString character(char32_t code) {
  return QString::fromUcs4(&code, 1);
}

/// Letters that Unicode had before it got whole alphabets.
[[nodiscard]] QChar olderLetter(QChar letter, QStringView letters, QStringView forms) {
  const qsizetype at = letters.indexOf(letter);
  return at < 0 ? QChar() : forms[at];
}

/// The letter of an alphabet that begins with capital A at `capitals` and small a right after Z.
[[nodiscard]] QString fromAlphabet(QChar letter, char32_t capitals) {
  constexpr char32_t kLetters = 26;
  if (letter >= u'A' && letter <= u'Z') return character(capitals + (letter.unicode() - u'A'));
  if (letter >= u'a' && letter <= u'z') return character(capitals + kLetters + (letter.unicode() - u'a'));
  return letter;
}

}  // namespace

std::optional<MathSymbol> mathSymbol(QStringView command) {
  const auto found = symbols().constFind(command);
  if (found == symbols().cend()) return std::nullopt;
  return MathSymbol{found->first.toString(), found->second};
}

MathClass mathClass(QChar c) {
  if (QStringView(u"+-*\u2212\u00b1\u00d7\u00f7\u00b7\u2217\u2218\u222a\u2229\u2227\u2228\u2295\u2297").contains(c))
    return MathClass::Binary;
  if (QStringView(u"=<>:≤≥≠≈≡∼∈∉⊂⊆→←↔⇒⇔≪≫∝⟹⇌").contains(c)) return MathClass::Relation;
  if (c == u'(' || c == u'[') return MathClass::Opening;
  if (c == u')' || c == u']' || c == u'!') return MathClass::Closing;
  if (c == u',' || c == u';') return MathClass::Punctuation;
  if (QStringView(u"∑∏∫∬∮").contains(c)) return MathClass::BigOperator;
  return MathClass::Ordinary;
}

std::optional<QString> mathDelimiter(QStringView name) {
  if (name == u".") return QString();
  if (name.size() == 1 && QStringView(u"()[]|/").contains(name[0])) return name.toString();
  if (name == u"<") return QStringLiteral("⟨");
  if (name == u">") return QStringLiteral("⟩");
  const std::optional<MathSymbol> symbol = mathSymbol(name);
  if (!symbol) return std::nullopt;
  const bool bar = symbol->text == u"|" || symbol->text == u"‖" || symbol->text == u"\\" || symbol->text == u"∣" || symbol->text == u"∥";
  const bool arrow = name.endsWith(u"arrow");
  if (!bar && !arrow && symbol->kind != MathClass::Opening && symbol->kind != MathClass::Closing) return std::nullopt;
  return symbol->text;
}

std::optional<QChar> mathAccent(QStringView command) {
  for (const Entry& accent : kAccents) {
    if (accent.name == command) return accent.text[0];
  }
  return std::nullopt;
}

std::optional<MathAlphabet> mathAlphabet(QStringView command) {
  static const QHash<QStringView, MathAlphabet> kAlphabets{{u"mathrm", MathAlphabet::Upright},
                                                           {u"mathsf", MathAlphabet::Upright},
                                                           {u"mathtt", MathAlphabet::Upright},
                                                           {u"mathnormal", MathAlphabet::Italic},
                                                           {u"mathit", MathAlphabet::Italic},
                                                           {u"mathbf", MathAlphabet::Bold},
                                                           {u"boldsymbol", MathAlphabet::Bold},
                                                           {u"bm", MathAlphabet::Bold},
                                                           {u"pmb", MathAlphabet::Bold},
                                                           {u"symbf", MathAlphabet::Bold},
                                                           {u"mathbfit", MathAlphabet::Bold},
                                                           {u"mathbb", MathAlphabet::BlackboardBold},
                                                           {u"Bbb", MathAlphabet::BlackboardBold},
                                                           {u"mathcal", MathAlphabet::Calligraphic},
                                                           {u"mathscr", MathAlphabet::Calligraphic},
                                                           {u"mathfrak", MathAlphabet::Fraktur},
                                                           {u"mathds", MathAlphabet::BlackboardBold}};
  const auto found = kAlphabets.constFind(command);
  if (found == kAlphabets.cend()) return std::nullopt;
  return *found;
}

QString mathLetter(QChar letter, MathAlphabet alphabet) {
  QChar older;
  switch (alphabet) {
    case MathAlphabet::BlackboardBold:
      older = olderLetter(letter, u"CHNPQRZ", u"ℂℍℕℙℚℝℤ");
      if (letter >= u'0' && letter <= u'9') return character(0x1d7d8 + (letter.unicode() - u'0'));
      return older.isNull() ? fromAlphabet(letter, 0x1d538) : QString(older);
    case MathAlphabet::Calligraphic:
      older = olderLetter(letter, u"BEFHILMRego", u"ℬℰℱℋℐℒℳℛℯℊℴ");
      return older.isNull() ? fromAlphabet(letter, 0x1d49c) : QString(older);
    case MathAlphabet::Fraktur:
      older = olderLetter(letter, u"CHIRZ", u"ℭℌℑℜℨ");
      return older.isNull() ? fromAlphabet(letter, 0x1d504) : QString(older);
    default:
      return letter;
  }
}

std::optional<QString> inSuperscript(QStringView text) {
  return mapped(text, kSuperscriptFrom, kSuperscriptTo);
}

std::optional<QString> inSubscript(QStringView text) {
  return mapped(text, kSubscriptFrom, kSubscriptTo);
}

QString negated(const QString& relation) {
  constexpr char16_t kStroke = 0x0338;
  const qsizetype at = relation.size() == 1 ? kNegatedFrom.indexOf(relation[0]) : -1;
  return at < 0 ? relation + QChar(kStroke) : QString(kNegatedTo[at]);
}
