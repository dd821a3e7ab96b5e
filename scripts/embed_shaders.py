#!/usr/bin/env python3
"""Embeds SPIR-V modules: embed_shaders.py OUT.cpp OUT.h A.spv B.variant.spv ..."""
import struct
import sys
from pathlib import Path

source, header, modules = Path(sys.argv[1]), Path(sys.argv[2]), [Path(m) for m in sys.argv[3:]]
names = [m.name[: -len(".spv")].replace(".", "_") for m in modules]
header.parent.mkdir(parents=True, exist_ok=True)
header.write_text("""// Written by scripts/embed_shaders.py: the compute shaders of shaders/ as SPIR-V.
#pragma once

#include <cstdint>
#include <span>

namespace engine::vulkan {

enum class Shader : uint32_t { %s };

struct ShaderModule {
  const char* name;
  std::span<const uint32_t> words;
};

/// All modules, in the order of Shader.
std::span<const ShaderModule> shader_modules();

}  // namespace engine::vulkan
""" % ", ".join(names))
out = ['#include "vulkan/shaders.h"\n\nnamespace engine::vulkan {\nnamespace {\n']
for name, module in zip(names, modules):
    data = module.read_bytes()
    words = struct.unpack(f"<{len(data) // 4}I", data)
    out.append(f"constexpr uint32_t k_{name}[] = {{{','.join(map(str, words))}}};\n")
out.append("constexpr ShaderModule kModules[] = {%s};\n" % ", ".join(f'{{"{n}", k_{n}}}' for n in names))
out.append("\n}  // namespace\n\nstd::span<const ShaderModule> shader_modules() {\n  return kModules;\n}\n\n}  // namespace engine::vulkan\n")
source.write_text("".join(out))
