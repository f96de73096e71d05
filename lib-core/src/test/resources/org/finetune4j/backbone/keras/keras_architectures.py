"""Prints Keras's layers of its applications as ArchitectureTest compares them. Needs Keras 3 with TensorFlow.

    python keras_architectures.py NAME...            lines of architectures.tsv
    python keras_architectures.py --table NAME       the table of one network

NAME is the constant in Architecture. Layers of Keras that are not there as layers here are left out (see LEFT_OUT).
"""

import hashlib
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras

NETWORKS = {
    "EFFICIENTNET_V2_B0": ("EfficientNetV2B0", 224),
    "EFFICIENTNET_V2_B1": ("EfficientNetV2B1", 240),
    "EFFICIENTNET_V2_B2": ("EfficientNetV2B2", 260),
    "EFFICIENTNET_V2_B3": ("EfficientNetV2B3", 300),
    "EFFICIENTNET_V2_S": ("EfficientNetV2S", 384),
    "EFFICIENTNET_V2_M": ("EfficientNetV2M", 480),
    "EFFICIENTNET_V2_L": ("EfficientNetV2L", 480),
    "NASNET_MOBILE": ("NASNetMobile", 224),
    "NASNET_LARGE": ("NASNetLarge", 331),
    "CONVNEXT_TINY": ("ConvNeXtTiny", 224),
    "CONVNEXT_SMALL": ("ConvNeXtSmall", 224),
    "CONVNEXT_BASE": ("ConvNeXtBase", 224),
    "CONVNEXT_LARGE": ("ConvNeXtLarge", 224),
    "CONVNEXT_XLARGE": ("ConvNeXtXLarge", 224),
}


def lines(layers):
    for layer in layers:
        if isinstance(layer, keras.Sequential):
            yield from lines(layer.layers)
            continue
        name = "input_1" if isinstance(layer, keras.layers.InputLayer) else layer.name
        output = layer.output
        shape = (output[0] if isinstance(output, list) else output).shape[1:]
        text = f"{shape[2]}x{shape[0]}x{shape[1]}" if len(shape) == 3 else str(shape[0])
        yield f"{name}\t{layer.count_params()}\t{text}\n"


def table(model):
    return list(lines(model.layers))


def build(name, **options):
    keras.backend.clear_session()
    return getattr(keras.applications, NETWORKS[name][0])(weights=None, **options)


def digest(rows):
    return hashlib.sha256("".join(rows).encode()).hexdigest()


if sys.argv[1] == "--table":
    print("".join(table(build(sys.argv[2]))), end="")
else:
    for name in sys.argv[1:]:
        full = build(name)
        rows = table(full)
        parameters = full.count_params()
        trunk = build(name, include_top=False, input_shape=(159, 193, 3))
        short = table(trunk)
        print(name, len(rows), len(short), parameters, trunk.count_params(), digest(rows), digest(short), sep="\t", flush=True)
