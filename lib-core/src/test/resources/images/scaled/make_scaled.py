"""Writes the JPEG files beside it, and what Pillow (libjpeg-turbo) decodes of them at 1/2, 1/4 and 1/8 of their size.

Needs Pillow and NumPy; printed is the version of libjpeg-turbo. The pictures are noise over soft colors.
"""

import io
import pathlib

import numpy
from PIL import Image, features

HERE = pathlib.Path(__file__).parent
RANDOM = numpy.random.default_rng(22)


def picture(width, height):
    colors = RANDOM.normal(128, 70, (height // 8 + 2, width // 8 + 2, 3)).clip(0, 255).astype("uint8")
    soft = numpy.asarray(Image.fromarray(colors).resize((width, height), Image.BICUBIC)).astype(int)
    return Image.fromarray((soft + RANDOM.integers(-12, 13, (height, width, 1))).clip(0, 255).astype("uint8"))


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return bytearray(out.getvalue())


def frame_header(file):
    at = 2
    while file[at + 1] not in (0xC0, 0xC2):
        at += 2 + (file[at + 2] << 8 | file[at + 3])
    return at


def sampled(file, brightness, width, height, colors=0x11):
    """The same blocks in another arrangement: as many in a unit, as many units."""
    at = frame_header(file)
    file[at + 5 : at + 9] = bytes([height >> 8, height & 255, width >> 8, width & 255])
    file[at + 11] = brightness
    for c in range(1, file[at + 9]):
        file[at + 11 + 3 * c] = colors
    return file


FILES = {
    "baseline420": jpeg(picture(93, 61), quality=80, subsampling="4:2:0"),
    "baseline422": jpeg(picture(93, 61), quality=80, subsampling="4:2:2"),
    "baseline444": jpeg(picture(93, 61), quality=50, subsampling="4:4:4", optimize=True),
    "baseline440": sampled(jpeg(picture(93, 64), quality=80, subsampling="4:2:2"), 0x12, 48, 126),
    "baseline411": sampled(jpeg(picture(96, 64), quality=80, subsampling="4:2:0"), 0x41, 190, 29),
    "baseline414": sampled(jpeg(picture(96, 64), quality=80, subsampling="4:2:0"), 0x14, 46, 127),
    "narrow422": jpeg(picture(17, 40), quality=80, subsampling="4:2:2"),
    "gray": jpeg(picture(93, 61).convert("L"), quality=80),
    "gray22": sampled(jpeg(picture(93, 61).convert("L"), quality=80), 0x22, 93, 61),
    "rgb": jpeg(picture(93, 61), quality=90, keep_rgb=True),
    "restart": jpeg(picture(93, 61), quality=80, subsampling="4:2:0", restart_marker_blocks=3),
    "best": jpeg(picture(93, 61), quality=100, subsampling="4:4:4"),
    "worst": jpeg(picture(93, 61), quality=1, subsampling="4:2:0"),
    "progressive420": jpeg(picture(93, 61), quality=80, subsampling="4:2:0", progressive=True),
    "progressive422": jpeg(picture(93, 61), quality=95, subsampling="4:2:2", progressive=True),
    "progressive444": jpeg(picture(93, 61), quality=40, subsampling="4:4:4", progressive=True),
    "progressive-gray": jpeg(picture(93, 61).convert("L"), quality=80, progressive=True),
    "progressive-restart": jpeg(
        picture(93, 61), quality=80, subsampling="4:2:0", progressive=True, restart_marker_blocks=5
    ),
    # Blocks up to their last coefficient, with short codes.
    "noise": jpeg(Image.fromarray(RANDOM.integers(0, 256, (61, 93, 3)).astype("uint8")), quality=50),
    # More units in a row than are transformed at once.
    "wide420": jpeg(picture(2200, 9), quality=60, subsampling="4:2:0"),
    "wide-gray22": sampled(jpeg(picture(2200, 9).convert("L"), quality=60), 0x22, 2200, 9),
    "wide-progressive": jpeg(picture(2200, 9), quality=60, subsampling="4:2:2", progressive=True),
}

for name, file in FILES.items():
    (HERE / f"{name}.jpg").write_bytes(file)
    for denominator in (2, 4, 8):
        image = Image.open(io.BytesIO(file))
        image.draft(None, (image.width // denominator, image.height // denominator))
        image.load()
        image.save(HERE / f"{name}.{denominator}.png", optimize=True)
print("libjpeg-turbo", features.version("libjpeg_turbo"))
