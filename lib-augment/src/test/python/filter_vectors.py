"""Writes filters.json: SciPy's Gaussian blur of synthetic pictures, and hues turned by Python's colorsys.

usage: filter_vectors.py > src/test/resources/org/finetune4j/augment/filters.json   (made with SciPy 1.10)

Pictures as in affine_vectors.py; expected values are thousandths, row by row, channels interleaved.
"""
import colorsys
import json
import numpy as np
from scipy import ndimage
from affine_vectors import picture


def thousandths(samples):
    return np.rint(np.asarray(samples) * 1000).astype(int).ravel().tolist()


def blur(width, height, channels, sigma):
    image = picture(width, height, channels)
    expected = [ndimage.gaussian_filter(image[..., c], sigma) for c in range(channels)]
    return [width, height, channels, sigma, thousandths(np.stack(expected, -1))]


def hue(width, height, turns):
    pixels = picture(width, height, 3).reshape(-1, 3) / 255
    turned = []
    for pixel in pixels:
        h, s, v = colorsys.rgb_to_hsv(*pixel)
        turned.append(colorsys.hsv_to_rgb((h + turns) % 1, s, v))
    return [width, height, 3, turns, thousandths(np.array(turned) * 255)]


blurs = [blur(13, 9, 3, 0.8), blur(9, 11, 1, 2.3), blur(1, 5, 3, 1.1), blur(3, 2, 1, 5), blur(1, 1, 3, 2)]
hues = [hue(9, 7, turns) for turns in (-0.5, -0.21, 0, 0.1, 0.37, 0.5)]
print(json.dumps({"blur": blurs, "hue": hues}, separators=(",", ":")))
