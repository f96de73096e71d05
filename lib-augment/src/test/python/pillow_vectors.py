"""Writes pillow.csv: CRC-32 of what Pillow makes of synthetic pictures (operation, value, width, height, channels, crc).

usage: pillow_vectors.py > src/test/resources/org/finetune4j/augment/pillow.csv   (made with Pillow 9.4)

A picture is given by its size alone: sample(x, y, c) = (x * 37 + y * 61 + c * 50 + x * y * 11) % 256;
"flat" ones are these values / 4 + 70, so that not all values occur.
"""
import zlib
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

FACTORS = (0, 0.3, 0.8, 1, 1.25, 1.99, 3.7)


def picture(width, height, channels, flat):
    y, x, c = np.mgrid[:height, :width, :channels]
    samples = ((x * 37 + y * 61 + c * 50 + x * y * 11) % 256).astype(np.uint8)
    samples = samples // 4 + 70 if flat else samples
    return Image.fromarray(samples if channels == 3 else samples[..., 0])


def enhance(kind):
    return lambda image, factor: kind(image).enhance(factor)


OPERATIONS = {
    "BRIGHTNESS": (enhance(ImageEnhance.Brightness), FACTORS),
    "CONTRAST": (enhance(ImageEnhance.Contrast), FACTORS),
    "SATURATION": (enhance(ImageEnhance.Color), FACTORS),
    "SHARPNESS": (enhance(ImageEnhance.Sharpness), FACTORS),
    "POSTERIZE": (lambda image, bits: ImageOps.posterize(image, bits), (1, 4, 7, 8)),
    "SOLARIZE": (lambda image, t: ImageOps.solarize(image, t), (0, 100.5, 128, 256)),
    "AUTO_CONTRAST": (lambda image, _: ImageOps.autocontrast(image), (0,)),
    "EQUALIZE": (lambda image, _: ImageOps.equalize(image), (0,)),
    "GRAYSCALE": (lambda image, _: image.convert("L").convert(image.mode), (0,)),
}
for name, (function, values) in OPERATIONS.items():
    for value in values:
        for width, height, channels, flat in (
            (23, 17, 3, False),
            (31, 40, 3, True),
            (19, 22, 1, True),
            (1, 1, 3, False),
            (2, 5, 1, False),
        ):
            result = function(picture(width, height, channels, flat), value)
            crc = zlib.crc32(np.asarray(result).tobytes())
            print(f"{name},{value},{width},{height},{channels},{str(flat).lower()},{crc}")
