#!/usr/bin/env bash
# Draws the PNG icons beside this script from their SVG files; run it by hand after a change and commit what it makes.
# Needs rsvg-convert (librsvg2-bin) and optipng. Sizes up to 32 have a drawing of their own, without details that would blur.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

draw() {  # draw SVG SIZE FOLDER/NAME
  mkdir -p "$2/${3%/*}"
  rsvg-convert -w "$2" -h "$2" "$1" -o "$2/$3.png"
  optipng -quiet -o5 -strip all "$2/$3.png"
}

large=../../../resources/icons/hearth.svg
for size in 16 22 24 32; do draw hearth-small.svg "$size" apps/hearth; done
for size in 48 64 128 256 512; do draw "$large" "$size" apps/hearth; done
for size in 16 22 24 32 48 64 128 256; do draw application-x-gguf.svg "$size" mimetypes/application-x-gguf; done
