"""Writes tf2onnx.onnx, tf2onnx_nchw.onnx and keras_export.onnx for OnnxBackboneTest, and adds to expected.json what Keras
computes with them: a small network with random weights, as tf2onnx and as Keras's own export write it.

Needs tensorflow 2.21, keras 3.15, tf2onnx 1.17.

    python3 keras_files.py [folder]
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from keras import layers

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
SIDE = 32
keras.utils.set_random_seed(1)


def pixels(samples=2):
    """The pictures of the test, channels last."""
    i = np.arange(samples * 3 * SIDE * SIDE, dtype=np.int64)
    first = ((i * 7919 + i // 101) % 256).astype(np.float32).reshape(samples, 3, SIDE, SIDE)
    return first.transpose(0, 2, 3, 1) / np.float32(127.5) - 1


def network():
    pictures = keras.Input((SIDE, SIDE, 3))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(pictures)
    x = layers.Conv2D(8, 3, 2, "valid", use_bias=False, name="conv1")(x)
    x = layers.ReLU(6.0, name="relu1")(layers.BatchNormalization(name="bn1")(x))
    x = layers.DepthwiseConv2D(3, 2, "same", use_bias=False, name="dw")(x)
    x = layers.Activation("swish", name="swish")(layers.BatchNormalization(name="bn2")(x))
    s = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    s = layers.Conv2D(4, 1, activation="relu", name="reduce")(s)
    s = layers.Conv2D(8, 1, activation="sigmoid", name="gate")(s)
    x = layers.Multiply(name="excite")([x, s])
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(3, 2, "same", name="pool")(layers.Add(name="add")([x, y]))
    z = layers.SeparableConv2D(12, 3, padding="same", name="sep")(x)
    x = layers.AveragePooling2D(2, name="mean")(layers.Concatenate(name="joined")([x, z]))
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D(name="features")(x))
    return keras.Model(pictures, layers.Dense(5, activation="softmax", name="predictions")(x))


model = network()
random = np.random.RandomState(3)
for weight in model.weights:
    if weight.path.endswith("gamma"):
        weight.assign(random.uniform(0.7, 1.3, weight.shape))
    elif weight.path.endswith(("beta", "moving_mean", "bias")):
        weight.assign(random.normal(0, 0.2, weight.shape))
    elif weight.path.endswith("moving_variance"):
        weight.assign(random.uniform(0.5, 1.5, weight.shape))
y = model(pixels(), training=False).numpy()
signature = [tf.TensorSpec((None, SIDE, SIDE, 3), tf.float32, name="input")]
function = tf.function(lambda x: model(x, training=False), input_signature=signature)
for name, opset, more in (("tf2onnx", 13, {}), ("tf2onnx_nchw", 17, {"inputs_as_nchw": ["input"]})):
    tf2onnx.convert.from_function(function, input_signature=signature, opset=opset,
                                  output_path=str(OUT / f"{name}.onnx"), **more)
model.export(str(OUT / "keras_export.onnx"), format="onnx", verbose=False)
expected = json.loads((OUT / "expected.json").read_text())
for name in ("tf2onnx", "tf2onnx_nchw", "keras_export"):
    expected[name] = {"shape": list(y.shape[1:]), "values": [float(f"{v:.9g}") for v in y.reshape(-1)]}
(OUT / "expected.json").write_text(json.dumps(expected))
