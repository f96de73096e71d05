"""Writes components3.jpg and components4.jpg without any marker of their colors, and colors.tsv: what Pillow (libjpeg-turbo)
makes of them with JFIF's marker or not, with Adobe's and each of its transforms or not, and with components of various names.

A line: JFIF (0 or 1), transform (- for no marker of Adobe), names, and four pixels in RGB, at 4,4 12,4 4,12 and 12,12.
"""

import io
import itertools
import pathlib

import numpy
from PIL import Image

HERE = pathlib.Path(__file__).parent
JFIF = bytes.fromhex("FFE0 0010 4A46494600 0101 00 0001 0001 0000")
ADOBE = bytes.fromhex("FFEE 000E 41646F6265 0064 0000 0000")
NAMES = ["1,2,3,4", "0,1,2,3", "82,71,66,65", "114,103,98,97", "67,77,89,75", "1,34,35,4", "10,20,30,40"]


def unmarked(jpeg):
    out, at = bytearray(jpeg[:2]), 2
    while jpeg[at + 1] != 0xDA:
        length = 2 + (jpeg[at + 2] << 8 | jpeg[at + 3])
        if not 0xE0 <= jpeg[at + 1] <= 0xEF:
            out += jpeg[at : at + length]
        at += length
    return bytes(out + jpeg[at:])


def named(jpeg, names):
    out, at = bytearray(jpeg), 2
    while out[at + 1] != 0xDA:
        if out[at + 1] == 0xC0:
            for i, name in enumerate(names):
                out[at + 10 + 3 * i] = name
        at += 2 + (out[at + 2] << 8 | out[at + 3])
    for i, name in enumerate(names):
        out[at + 5 + 2 * i] = name
    return bytes(out)


def saved(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, subsampling="4:4:4")
    return unmarked(out.getvalue())


blocks = numpy.random.default_rng(3).integers(0, 256, (2, 2, 4), dtype="uint8").repeat(8, 0).repeat(8, 1)
lines = []
for count, mode in ((3, "RGB"), (4, "CMYK")):
    jpeg = saved(Image.fromarray(blocks[..., :count].copy(), mode))
    (HERE / f"components{count}.jpg").write_bytes(jpeg)
    for jfif, transform, names in itertools.product((0, 1), (None, 0, 1, 2, 3), NAMES):
        names = [int(name) for name in names.split(",")[:count]]
        markers = (JFIF if jfif else b"") + (b"" if transform is None else ADOBE + bytes([transform]))
        file = named(jpeg, names)
        image = Image.open(io.BytesIO(file[:2] + markers + file[2:])).convert("RGB")
        pixels = ["%02X%02X%02X" % image.getpixel(at) for at in ((4, 4), (12, 4), (4, 12), (12, 12))]
        shown = "-" if transform is None else str(transform)
        lines.append("\t".join([str(jfif), shown, ",".join(map(str, names)), *pixels]))
(HERE / "colors.tsv").write_text("\n".join(lines) + "\n")
