"""Writes feature_maps.json: values of the last feature map of networks whose weights follow a formula, from Keras or PyTorch.

    python feature_maps.py keras|torch > part.json     (Keras 3 with TensorFlow, or PyTorch 2; then join the two parts)

The formula stands in FeatureMapTest as well: the flat index of a number in the network's layout (filters, channels, height,
width) and the CRC-32 of the tensor's name.
"""

import json
import math
import os
import sys
import zlib

import numpy as np

SIZES = [(96, 64), (75, 93)]  # width, height


def formula(name, shape):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    u = ((i * 7919 + zlib.crc32(name.encode()) % 1009 * 104729) % 1009) / 1009 - 0.5
    role = name.split("/")[-1]
    if role.endswith("kernel"):
        values = u * math.sqrt(24 / np.prod(shape[1:]))
    elif role == "gamma":
        values = 0.75 + 0.5 * u
    elif role == "moving_variance":
        values = 1 + 0.5 * u
    else:
        values = 0.2 * u
    return values.astype(np.float32).reshape(shape)


def picture(width, height):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + x * y % 31) % 256).astype(np.float64)


def case(name, layer, width, height, chw):
    flat = np.asarray(chw, dtype=np.float64).ravel()
    at = np.arange(0, flat.size, max(1, flat.size // 60))
    return {
        "architecture": name,
        "width": width,
        "height": height,
        "layer": layer,
        "shape": list(chw.shape),
        "largest": float(np.abs(flat).max()),
        "step": int(at[1]),
        "values": [float(f"{v:.8g}") for v in flat[at]],
    }


def keras_cases():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    keras.config.set_floatx("float64")
    networks = {
        "EFFICIENTNET_V2_B0": (keras.applications.EfficientNetV2B0, 1, 0),
        "NASNET_MOBILE": (keras.applications.NASNetMobile, 1 / 127.5, -1),
        "CONVNEXT_TINY": (keras.applications.ConvNeXtTiny, 1, 0),
    }
    for name, (make, scale, offset) in networks.items():
        for width, height in SIZES:
            keras.backend.clear_session()
            model = make(weights=None, include_top=False, input_shape=(height, width, 3))
            for layer in flat(model, keras):
                layer.set_weights([values(layer, v) for v in layer.weights])
            y = model.predict(picture(width, height)[None] * scale + offset, verbose=0)[0]
            last = model.layers[-1].name
            yield case(name, last, width, height, y.transpose(2, 0, 1))


def flat(model, keras):
    for layer in model.layers:
        if isinstance(layer, keras.Sequential):
            yield from flat(layer, keras)
        elif layer.weights:
            yield layer


def values(layer, variable):
    role = variable.path.split("/")[-1]
    shape = tuple(variable.shape)
    if len(shape) == 2:  # a dense layer over positions
        return formula(f"{layer.name}/{role}", (shape[1], shape[0], 1, 1))[:, :, 0, 0].T
    if role == "depthwise_kernel" or type(layer).__name__ == "DepthwiseConv2D":
        role = "depthwise_kernel"
        return formula(f"{layer.name}/{role}", (shape[2], 1, shape[0], shape[1])).transpose(2, 3, 0, 1)
    if len(shape) == 4:
        stored = (shape[3], shape[2], shape[0], shape[1])
        return formula(f"{layer.name}/{role}", stored).transpose(2, 3, 1, 0)
    return formula(f"{layer.name}/{'gamma' if 'layer_scale' in layer.name else role}", shape)


def torch_cases():
    import torch
    import torch.nn.functional as F

    def tensor(name, *shape):
        return torch.tensor(formula(name, shape)).double()

    def conv(x, name, filters, kernel, stride=1, groups=1):
        weight = tensor(f"{name}_conv/kernel", filters, x.shape[1] // groups, kernel, kernel)
        y = F.conv2d(x, weight, None, stride, kernel // 2, 1, groups)
        bn = [tensor(f"{name}_bn/{r}", filters) for r in ("moving_mean", "moving_variance", "gamma", "beta")]
        return F.batch_norm(y, *bn, False, 0, 1e-5)

    def resnet(x, blocks, expansion, widening, groups):
        x = F.max_pool2d(F.relu(conv(x, "conv1", 64, 7, 2)), 3, 2, 1)
        for stage, count in enumerate(blocks):
            for block in range(count):
                name = f"conv{stage + 2}_block{block + 1}"
                filters, stride = 64 << stage, 2 if block == 0 and stage > 0 else 1
                out = filters * expansion
                shortcut = conv(x, name + "_0", out, 1, stride) if stride > 1 or x.shape[1] != out else x
                if expansion == 1:
                    y = conv(F.relu(conv(x, name + "_1", filters, 3, stride)), name + "_2", filters, 3)
                else:
                    inner = filters * widening
                    y = F.relu(conv(x, name + "_1", inner, 1))
                    y = F.relu(conv(y, name + "_2", inner, 3, stride, groups))
                    y = conv(y, name + "_3", out, 1)
                x = F.relu(y + shortcut)
        return x

    networks = {
        "RESNET18": ((2, 2, 2, 2), 1, 1, 1),
        "RESNET34": ((3, 4, 6, 3), 1, 1, 1),
        "WIDE_RESNET50_2": ((3, 4, 6, 3), 4, 2, 1),
        "RESNEXT50_32X4D": ((3, 4, 6, 3), 4, 2, 32),
    }
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]).double(), torch.tensor([0.229, 0.224, 0.225]).double()
    for name, form in networks.items():
        for width, height in SIZES:
            x = (torch.tensor(picture(width, height)) / 255 - mean) / deviation
            with torch.no_grad():
                y = resnet(x.permute(2, 0, 1)[None], *form)[0]
            yield case(name, f"conv5_block{form[0][3]}_out", width, height, y.numpy())


cases = keras_cases() if sys.argv[1] == "keras" else torch_cases()
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
