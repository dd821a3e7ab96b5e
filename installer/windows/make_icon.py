#!/usr/bin/env python3
"""Makes an .ico file of PNG files, the same bytes from the same pictures.

  make_icon.py OUT.ico 16.png 24.png ...

Pictures below 128 pixels become bitmaps, which every program that shows icons can read; larger ones stay PNG, as Windows does it.
"""
import struct
import sys
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + length]
        at += length + 12


def read_png(path):
    """Width, height, rows of RGBA bytes and the file itself, of an RGBA picture or one with a palette."""
    data = open(path, "rb").read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise SystemExit(f"{path} is no PNG file.")
    parts = {}
    for kind, body in chunks(data):
        parts[kind] = parts.get(kind, b"") + body
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    if interlaced or not (colour == 3 or (colour, depth) == (6, 8)):
        raise SystemExit(f"{path} is neither an 8-bit RGBA picture nor one with a palette, or it is interlaced.")
    pixel = 4 if colour == 6 else 1
    stride = width * 4 if colour == 6 else (width * depth + 7) // 8
    rows = unfilter(zlib.decompress(parts[b"IDAT"]), stride, height, pixel)
    if colour == 3:
        colours, alpha = parts[b"PLTE"], parts.get(b"tRNS", b"")
        table = [colours[3 * i:3 * i + 3] + (alpha[i:i + 1] or b"\xff") for i in range(len(colours) // 3)]
        rows = [b"".join(table[row[x * depth // 8] >> (8 - depth - x * depth % 8) & ((1 << depth) - 1)] for x in range(width)) for row in rows]
    return width, height, rows, data


def unfilter(raw, stride, height, pixel):
    """Undoes the five filters of PNG (ISO/IEC 15948, section 9)."""
    rows, above = [], bytes(stride)
    for y in range(height):
        kind = raw[y * (stride + 1)]
        row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            left = row[x - pixel] if x >= pixel else 0
            up, corner = above[x], above[x - pixel] if x >= pixel else 0
            if kind == 4:
                guess = left + up - corner
                distances = (abs(guess - left), abs(guess - up), abs(guess - corner))
                predicted = (left, up, corner)[distances.index(min(distances))]
            else:
                predicted = (0, left, up, (left + up) // 2)[kind]
            row[x] = (row[x] + predicted) & 255
        rows.append(bytes(row))
        above = rows[-1]
    return rows


def bitmap(width, height, rows):
    """A device-independent bitmap with alpha, from the bottom up, and the mask of one bit that old readers want."""
    pixels = b"".join(row[x:x + 3][::-1] + row[x + 3:x + 4] for row in reversed(rows) for x in range(0, width * 4, 4))
    line = (width + 31) // 32 * 4
    mask = b""
    for row in reversed(rows):
        bits = "".join("0" if row[x * 4 + 3] else "1" for x in range(width)).ljust(line * 8, "0")
        mask += int(bits, 2).to_bytes(line, "big")
    return struct.pack("<IiiHHIIiiII", 40, width, height * 2, 1, 32, 0, len(pixels) + len(mask), 0, 0, 0, 0) + pixels + mask


def main(out, paths):
    images = []
    for path in paths:
        width, height, rows, data = read_png(path)
        images.append((width, height, data if width >= 128 else bitmap(width, height, rows)))
    images.sort()
    place = 6 + 16 * len(images)
    entries = b""
    for width, height, data in images:
        entries += struct.pack("<BBBBHHII", width & 255, height & 255, 0, 0, 1, 32, len(data), place)
        place += len(data)
    with open(out, "wb") as file:
        file.write(struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(data for _, _, data in images))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2:])
