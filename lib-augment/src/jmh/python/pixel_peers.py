"""The work of PixelBenchmark in SciPy, OpenCV and Pillow, one thread, images per second.

usage: pixel_peers.py     (Debian: python3-scipy python3-opencv python3-pil)

Two clocks: of the wall, as JMH's, and of the processor, which other programs disturb less.
"""
import time
import cv2
import numpy as np
from PIL import Image
from scipy import ndimage

cv2.setNumThreads(1)


def rate(f, clock, seconds=1.0):
    best = 0
    for _ in range(3):
        n, start = 0, clock()
        while clock() - start < seconds:
            f()
            n += 1
        best = max(best, n / (clock() - start))
    return best


def report(name, f):
    f()
    print(f"{name:30} {rate(f, time.perf_counter):8.0f} wall {rate(f, time.process_time):8.0f} cpu")


def matrix(side):
    """The map of new Affine(17, 5.3, -7.1, 0, 1, 1), rows first."""
    r = np.deg2rad(17)
    turn = np.array([[np.cos(r), -np.sin(r)], [np.sin(r), np.cos(r)]])
    center = side / 2 - 0.5
    return turn, turn @ (np.array([5.3, -7.1]) - center) + center


for side in (150, 224):
    image = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    turn, offset = matrix(side)
    columns_first = np.array([[turn[1, 1], turn[1, 0], offset[1]], [turn[0, 1], turn[0, 0], offset[0]]])
    report(
        f"warp {side} SciPy, as Keras",
        lambda: [
            ndimage.affine_transform(
                image[..., c].astype(np.float32), turn, offset, order=1, mode="nearest"
            )
            for c in range(3)
        ],
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    report(
        f"warp {side} OpenCV",
        lambda: cv2.warpAffine(
            image, columns_first, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE
        ),
    )

photo = Image.fromarray(np.random.default_rng(0).integers(0, 256, (375, 500, 3), dtype=np.uint8))
for name, kind in (("BILINEAR", Image.BILINEAR), ("BICUBIC", Image.BICUBIC), ("AREA", Image.BOX)):
    report(f"resize to 150 Pillow {name}", lambda: photo.resize((150, 150), kind))
