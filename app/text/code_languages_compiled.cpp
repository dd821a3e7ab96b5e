// Tables of languages that are compiled, and of those that look like them.
#include "text/code_language_p.h"

namespace {

constexpr CodeString kDouble{u"\"", u"\""};
constexpr CodeString kSingle{u"'", u"'"};
constexpr CodeString kTriple{.begin = u"\"\"\"", .end = u"\"\"\"", .lines = true};

constexpr CodeString kCStrings[] = {kDouble, kSingle};
constexpr CodeString kQuotesOnly[] = {kDouble};
constexpr CodeString kJavaStrings[] = {kTriple, kDouble, kSingle};
constexpr CodeString kKotlinStrings[] = {
    {.begin = u"\"\"\"", .end = u"\"\"\"", .escape = 0, .lines = true, .inserts = true, .variables = true},
    {.begin = u"\"", .end = u"\"", .inserts = true, .variables = true},
    kSingle};
constexpr CodeString kSwiftStrings[] = {
    {.begin = u"#\"\"\"", .end = u"\"\"\"#", .escape = 0, .lines = true}, {.begin = u"#\"", .end = u"\"#", .escape = 0}, kTriple, kDouble};
constexpr CodeString kCSharpStrings[] = {{.begin = u"$\"\"\"", .end = u"\"\"\"", .escape = 0, .lines = true},
                                         {.begin = u"\"\"\"", .end = u"\"\"\"", .escape = 0, .lines = true},
                                         {.begin = u"$@\"", .end = u"\"", .escape = 0, .doubled = true, .lines = true},
                                         {.begin = u"@$\"", .end = u"\"", .escape = 0, .doubled = true, .lines = true},
                                         {.begin = u"@\"", .end = u"\"", .escape = 0, .doubled = true, .lines = true},
                                         {.begin = u"$\"", .end = u"\""},
                                         kDouble,
                                         kSingle};
constexpr CodeString kRustStrings[] = {{.begin = u"\"", .end = u"\"", .lines = true}};
constexpr CodeString kGoStrings[] = {{.begin = u"`", .end = u"`", .escape = 0, .lines = true}, kDouble, kSingle};
constexpr CodeString kScriptStrings[] = {{.begin = u"`", .end = u"`", .lines = true, .inserts = true}, kDouble, kSingle};

constexpr CodeLanguage kLanguages[] = {
    {.names = u"c h",
     .title = u"C",
     .file = u"code.c",
     .keywords =
         u"alignas alignof auto break case const constexpr continue default do else enum extern for goto if inline register restrict "
         u"return sizeof static struct switch thread_local typedef typeof union volatile while _Alignas _Alignof _Atomic _Generic "
         u"_Noreturn _Static_assert _Thread_local static_assert",
     .types =
         u"bool char double float int long short signed unsigned void _Bool _Complex size_t ssize_t ptrdiff_t intptr_t uintptr_t int8_t "
         u"int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t FILE NULL true false nullptr",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kCStrings,
     .prefixes = u"L u U u8",
     .traits = kDirectives | kCalls},
    {.names = u"cpp c++ cxx cc hpp h++ hxx cuda cu arduino ino",
     .title = u"C++",
     .file = u"code.cpp",
     .keywords =
         u"alignas alignof and asm auto break case catch class co_await co_return co_yield concept const const_cast consteval constexpr "
         u"constinit continue decltype default delete do dynamic_cast else enum explicit export extern final for friend goto if import "
         u"inline module mutable namespace new noexcept not operator or override private protected public register "
         u"reinterpret_cast requires return sizeof static static_assert static_cast struct switch template thread_local throw try "
         u"typedef typeid typename union using virtual volatile while xor __global__ __device__ __host__ __shared__ __constant__ "
         u"__restrict__ __launch_bounds__",
     .types =
         u"bool char char8_t char16_t char32_t double float int long short signed unsigned void wchar_t size_t ssize_t ptrdiff_t intptr_t "
         u"uintptr_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t string string_view vector map set unordered_map "
         u"unordered_set pair tuple optional variant array span unique_ptr shared_ptr weak_ptr function std dim3 half float2 float4 int2 "
         u"int4 threadIdx blockIdx blockDim gridDim true false nullptr NULL this",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kCStrings,
     .prefixes = u"L u U u8",
     .traits = kDirectives | kCalls | kRawStrings | kPrimeNumbers},
    {.names = u"csharp cs c# dotnet",
     .title = u"C#",
     .file = u"code.cs",
     .keywords =
         u"abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern "
         u"finally fixed for foreach from get goto if implicit in init interface internal is let lock nameof namespace new operator "
         u"orderby "
         u"out override params partial private protected public readonly record ref required return sealed select set sizeof stackalloc "
         u"static struct switch throw try typeof unchecked unsafe using virtual volatile when where while with yield",
     .types = u"bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort var void true false "
              u"null this",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kCSharpStrings,
     .traits = kDirectives | kCalls | kCapitals},
    {.names = u"java",
     .title = u"Java",
     .file = u"Main.java",
     .keywords =
         u"abstract assert break case catch class const continue default do else enum exports extends final finally for goto if implements "
         u"import instanceof interface module native new non-sealed package permits private protected public record requires return sealed "
         u"static strictfp super switch synchronized throw throws transient try volatile while yield",
     .types = u"boolean byte char double float int long short void var true false null this",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kJavaStrings,
     .wordExtra = u"$",
     .traits = kDecorators | kCalls | kCapitals},
    {.names = u"kotlin kt kts",
     .title = u"Kotlin",
     .file = u"code.kt",
     .keywords =
         u"abstract actual annotation as break by catch class companion const constructor continue crossinline data do else enum expect "
         u"external final finally for fun get if import in infix init inline inner interface internal is lateinit noinline object open "
         u"operator out override package private protected public reified return sealed set super suspend tailrec throw try typealias "
         u"val value var vararg when where while",
     .types = u"true false null this it",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .commentNests = true,
     .strings = kKotlinStrings,
     .traits = kDecorators | kCalls | kCapitals},
    {.names = u"swift",
     .title = u"Swift",
     .file = u"code.swift",
     .keywords =
         u"actor any as associatedtype async await break case catch class continue convenience default defer deinit do dynamic else enum "
         u"extension fallthrough fileprivate final for func get guard if import in indirect infix init inout internal is isolated lazy let "
         u"mutating nonisolated nonmutating open operator optional override postfix precedencegroup prefix private protocol public repeat "
         u"required rethrows return set some static struct subscript super switch throw throws try typealias unowned var weak where "
         u"while willSet didSet",
     .types = u"true false nil self Self",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .commentNests = true,
     .strings = kSwiftStrings,
     .traits = kDirectives | kDecorators | kCalls | kCapitals},
    {.names = u"javascript js jsx mjs cjs node",
     .title = u"JavaScript",
     .file = u"code.js",
     .keywords =
         u"as async await break case catch class const continue debugger default delete do else export extends finally for from function "
         u"get if import in instanceof let new of return set static switch throw try typeof var void while with yield",
     .types = u"true false null undefined NaN Infinity this super arguments globalThis window document console",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kScriptStrings,
     .wordExtra = u"$",
     .traits = kDecorators | kCalls | kCapitals | kRegex | kJsx | kShebang},
    {.names = u"typescript ts tsx mts cts",
     .title = u"TypeScript",
     .file = u"code.ts",
     .keywords =
         u"abstract as asserts async await break case catch class const continue debugger declare default delete do else enum export "
         u"extends "
         u"finally for from function get if implements import in infer instanceof interface is keyof let namespace new of override private "
         u"protected public readonly return satisfies set static switch throw try type typeof var void while with yield",
     .types = u"any bigint boolean never number object string symbol unknown true false null undefined NaN Infinity this super arguments "
              u"globalThis window document console",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kScriptStrings,
     .wordExtra = u"$",
     .traits = kDecorators | kCalls | kCapitals | kRegex | kJsx | kShebang},
    {.names = u"qml",
     .title = u"QML",
     .file = u"Main.qml",
     .keywords = u"alias as async await break case catch component const continue default delete do else enum for function if import in "
                 u"instanceof let new of on pragma property readonly required return signal switch throw try typeof var void while",
     .types = u"bool color date double int list real string url vector2d vector3d true false null undefined this parent root",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kScriptStrings,
     .wordExtra = u"$",
     .traits = kCalls | kCapitals | kRegex},
    {.names = u"rust rs",
     .title = u"Rust",
     .file = u"code.rs",
     .keywords =
         u"as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return "
         u"static struct super trait type union unsafe use where while yield",
     .types = u"bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize true false self Self Some None Ok Err",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .commentNests = true,
     .strings = kRustStrings,
     .prefixes = u"b c",
     .traits = kRust | kCharacters | kCalls | kCapitals},
    {.names = u"go golang",
     .title = u"Go",
     .file = u"main.go",
     .keywords =
         u"break case chan const continue default defer else fallthrough for func go goto if import interface map package range return "
         u"select struct switch type var",
     .types =
         u"any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 "
         u"uint32 uint64 uintptr append cap close copy delete len make new panic print println recover true false nil iota",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kGoStrings,
     .traits = kCalls},
    {.names = u"glsl hlsl wgsl shader vert frag comp metal",
     .title = u"Shader",
     .file = u"shader.glsl",
     .keywords =
         u"break buffer case cbuffer const continue default discard do else flat for groupshared highp if in inline inout invariant layout "
         u"lowp mediump out precision register return shared smooth static struct subroutine switch uniform varying while attribute fn let "
         u"var",
     .types =
         u"bool bvec2 bvec3 bvec4 double float float2 float3 float4 float2x2 float3x3 float4x4 half int int2 int3 int4 ivec2 ivec3 ivec4 "
         u"mat2 "
         u"mat3 mat4 sampler sampler2D samplerCube texture2D Texture2D RWTexture2D SamplerState image2D uint uint2 uint3 uint4 uvec2 uvec3 "
         u"uvec4 vec2 vec3 vec4 void f32 i32 u32 true false",
     .comments = u"//",
     .commentBegin = u"/*",
     .commentEnd = u"*/",
     .strings = kQuotesOnly,
     .traits = kDirectives | kDecorators | kCalls},
    {.names = u"haskell hs",
     .title = u"Haskell",
     .file = u"Main.hs",
     .keywords = u"as case class data default deriving do else family forall foreign hiding if import in infix infixl infixr instance let "
                 u"mdo module "
                 u"newtype of proc qualified rec then type where",
     .types = u"otherwise undefined",
     .comments = u"--",
     .commentBegin = u"{-",
     .commentEnd = u"-}",
     .commentNests = true,
     .strings = kQuotesOnly,
     .wordExtra = u"'",
     .traits = kCharacters | kCapitals},
    {.names = u"asm assembly nasm masm s x86asm armasm",
     .title = u"Assembly",
     .file = u"code.s",
     .scanner = CodeScanner::Assembly,
     .keywords = u"",
     .types = u"rax rbx rcx rdx rsi rdi rbp rsp rip eax ebx ecx edx esi edi ebp esp ax bx cx dx si di bp sp al ah bl bh cl ch dl dh cs ds "
              u"es fs gs "
              u"ss lr pc fp xzr wzr byte word dword qword ptr",
     .strings = kCStrings},
};

}  // namespace

std::span<const CodeLanguage> compiledLanguages() {
  return kLanguages;
}
