"""Writes affine.json: what SciPy computes for Affine.apply on synthetic pictures.

usage: affine_vectors.py > src/test/resources/org/finetune4j/augment/affine.json   (made with SciPy 1.10)

A picture is given by its size alone: sample(x, y, c) = (x * 37 + y * 61 + c * 50 + x * y * 11) % 256.
Expected values are thousandths, row by row, channels interleaved.
"""
import json
import numpy as np
from scipy import ndimage

MODES = {"NEAREST": "nearest", "REFLECT": "reflect", "WRAP": "grid-wrap", "CONSTANT": "constant"}


def picture(width, height, channels):
    y, x, c = np.mgrid[:height, :width, :channels]
    return ((x * 37 + y * 61 + c * 50 + x * y * 11) % 256).astype(np.float64)


def matrix(width, height, rotation, height_shift, width_shift, shear, zoom_height, zoom_width):
    r, s = np.deg2rad(rotation), np.deg2rad(shear)
    cy, cx = height / 2 - 0.5, width / 2 - 0.5
    rotate = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    shift = np.array([[1, 0, height_shift], [0, 1, width_shift], [0, 0, 1]])
    sheared = np.array([[1, -np.sin(s), 0], [0, np.cos(s), 0], [0, 0, 1]])
    zoom = np.diag([zoom_height, zoom_width, 1.0])
    center = np.array([[1, 0, cy], [0, 1, cx], [0, 0, 1]])
    back = np.array([[1, 0, -cy], [0, 1, -cx], [0, 0, 1]])
    return center @ rotate @ shift @ sheared @ zoom @ back


def case(size, channels, mode, value, order, parameters):
    image = picture(*size, channels)
    m = matrix(*size, *parameters)
    expected = np.stack(
        [
            ndimage.affine_transform(
                image[..., c], m[:2, :2], m[:2, 2], order=order, mode=MODES[mode], cval=value
            )
            for c in range(channels)
        ],
        -1,
    )
    return {
        "width": size[0],
        "height": size[1],
        "channels": channels,
        "fillMode": mode,
        "fillValue": value,
        "interpolation": "BILINEAR" if order else "NEAREST",
        "parameters": parameters,
        "expected": np.rint(expected * 1000).astype(int).ravel().tolist(),
    }


PARAMETERS = [
    [0, 2.5, -1.5, 0, 1, 1],
    [90, 0, 0, 0, 1, 1],
    [31, 0.7, -2.2, 0, 1, 1],
    [0, 0, 0, -25, 1.37, 0.61],
    [-142.3, 9.1, 30.4, 12, 2.9, 3.3],
    [0, 0, 0, 0, 1, -1],
    [12, 0, 1, 5, -0.8, 1.1],
]
SIZES = [((11, 7), 3), ((8, 9), 1)]

if __name__ == "__main__":
    cases = [
        case(size, channels, mode, 200 if mode == "CONSTANT" else 0, order, p)
        for p in PARAMETERS
        for mode in MODES
        for order in (0, 1)
        for size, channels in SIZES
    ]
    cases += [
        case(size, 1, mode, 9, order, PARAMETERS[2])
        for size in ((1, 1), (6, 1), (1, 6), (2, 2))
        for mode in MODES
        for order in (0, 1)
    ]
    print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
