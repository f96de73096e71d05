"""Makes layers.json: small networks of every kind of layer, and what Keras computes for them.

Run with KERAS_BACKEND=tensorflow; the file in the repository was made with Keras 3.15 on
TensorFlow 2.21. The networks are in the form of NetworkJson; weights and inputs are not stored,
both sides compute them with `numbers`. Activations are written in channel, row, column order.
"""

import json
import random
import sys

import keras
import numpy as np

ACTIVATIONS = {
    "LINEAR": "linear", "RELU": "relu", "RELU6": "relu6", "SIGMOID": "sigmoid", "TANH": "tanh",
    "SWISH": "silu", "HARD_SIGMOID": "hard_sigmoid", "HARD_SWISH": "hard_silu", "SOFTMAX": "softmax",
}


def numbers(name, count):
    """A linear congruential generator that starts from the name; values in [-1, 1)."""
    state = 17
    for character in name:
        state = (state * 31 + ord(character)) % 2147483648
    values = np.empty(count)
    for i in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        values[i] = state / 1073741824 - 1
    return values.astype("float32")


def weight(layer, role, shape):
    values = numbers(layer + "/" + role, int(np.prod(shape))).reshape(shape)
    if role.endswith("variance"):
        return (values + np.float32(1.25)).astype("float32")
    return values


def hwio(kernel):
    return kernel.transpose(2, 3, 1, 0)


class Networks:
    """Builds the Keras model of a network in NetworkJson's form."""

    def __init__(self, network):
        self.values = {}
        self.flattened = {}
        self.inputs = []
        for layer in network["layers"]:
            self.values[layer["name"]] = getattr(self, layer["type"])(layer)
        outputs = [self.values[name] for name in network["outputs"]]
        self.model = keras.Model(self.inputs, outputs)

    def input(self, layer):
        shape = layer["shape"]
        tensor = keras.Input(shape if len(shape) == 1 else (*shape[1:], shape[0]))
        self.inputs.append(tensor)
        return tensor

    def read(self, layer):
        return self.values[layer["input"]]

    def put(self, layer, keras_layer, weights):
        x = self.read(layer)
        keras_layer.build(x.shape)
        keras_layer.set_weights(weights)
        return keras_layer(x)

    def activated(self, x, activation):
        if activation == "SOFTMAX":
            return keras.layers.Softmax(axis=-1)(x)
        return keras.layers.Activation(ACTIVATIONS[activation])(x)

    def window(self, layer):
        w = layer["window"]
        return dict(kernel_size=(w["height"], w["width"]), strides=w["stride"],
                    dilation_rate=w["dilation"], padding=w["padding"].lower())

    def bias(self, layer, size):
        return [weight(layer["name"], "bias", (size,))] if layer["bias"] else []

    def convolution(self, layer):
        w, filters = layer["window"], layer["filters"]
        shape = (filters, self.read(layer).shape[-1], w["height"], w["width"])
        x = self.put(
            layer,
            keras.layers.Conv2D(filters, use_bias=layer["bias"], **self.window(layer)),
            [hwio(weight(layer["name"], "kernel", shape))] + self.bias(layer, filters))
        return self.activated(x, layer["activation"])

    def depthwise(self, layer, multiplier):
        w, channels = layer["window"], self.read(layer).shape[-1]
        kernel = weight(layer["name"], "depthwise_kernel",
                        (channels * multiplier, 1, w["height"], w["width"]))
        # Keras keeps [row, column, channel, multiplier].
        return kernel.reshape(channels, multiplier, w["height"], w["width"]).transpose(2, 3, 0, 1)

    def depthwise_convolution(self, layer):
        m = layer["multiplier"]
        size = self.read(layer).shape[-1] * m
        return self.put(
            layer,
            keras.layers.DepthwiseConv2D(depth_multiplier=m, use_bias=layer["bias"],
                                         **self.window(layer)),
            [self.depthwise(layer, m)] + self.bias(layer, size))

    def separable_convolution(self, layer):
        filters, channels = layer["filters"], self.read(layer).shape[-1]
        pointwise = weight(layer["name"], "pointwise_kernel", (filters, channels, 1, 1))
        return self.put(
            layer,
            keras.layers.SeparableConv2D(filters, use_bias=layer["bias"], **self.window(layer)),
            [self.depthwise(layer, 1), hwio(pointwise)] + self.bias(layer, filters))

    def dense(self, layer):
        units, size = layer["units"], self.read(layer).shape[-1]
        kernel = weight(layer["name"], "kernel", (size, units))
        if layer["input"] in self.flattened:
            c, h, w = self.flattened[layer["input"]]
            kernel = kernel.reshape(c, h, w, units).transpose(1, 2, 0, 3).reshape(size, units)
        x = self.put(layer, keras.layers.Dense(units, use_bias=layer["bias"]),
                     [kernel] + self.bias(layer, units))
        return self.activated(x, layer["activation"])

    def batch_normalization(self, layer):
        size = (self.read(layer).shape[-1],)
        roles = (["gamma"] if layer["scale"] else []) + (["beta"] if layer["center"] else [])
        roles += ["moving_mean", "moving_variance"]
        return self.put(
            layer,
            keras.layers.BatchNormalization(epsilon=layer["epsilon"], scale=layer["scale"],
                                            center=layer["center"]),
            [weight(layer["name"], role, size) for role in roles])

    def normalization(self, layer):
        size = (self.read(layer).shape[-1],)
        return keras.layers.Normalization(
            axis=-1, mean=weight(layer["name"], "mean", size),
            variance=weight(layer["name"], "variance", size))(self.read(layer))

    def rescale(self, layer):
        return keras.layers.Rescaling(layer["scale"], layer["offset"])(self.read(layer))

    def reverse_channels(self, layer):
        return self.read(layer)[..., ::-1]

    def activation(self, layer):
        return self.activated(self.read(layer), layer["activation"])

    def pooling(self, layer):
        kind = {"MAX": keras.layers.MaxPooling2D, "AVERAGE": keras.layers.AveragePooling2D}
        w = layer["window"]
        return kind[layer["pooling"]]((w["height"], w["width"]), w["stride"],
                                      w["padding"].lower())(self.read(layer))

    def global_pooling(self, layer):
        kind = {"MAX": keras.layers.GlobalMaxPooling2D,
                "AVERAGE": keras.layers.GlobalAveragePooling2D}
        return kind[layer["pooling"]](keepdims=layer["keepDimensions"])(self.read(layer))

    def zero_padding(self, layer):
        return keras.layers.ZeroPadding2D(
            ((layer["top"], layer["bottom"]), (layer["left"], layer["right"])))(self.read(layer))

    def flatten(self, layer):
        x = self.read(layer)
        if len(x.shape) == 4:
            self.flattened[layer["name"]] = (x.shape[3], x.shape[1], x.shape[2])
        return keras.layers.Flatten()(x)

    def reshape(self, layer):
        shape = layer["shape"]
        return keras.layers.Reshape(shape if len(shape) == 1 else (1, 1, shape[0]))(self.read(layer))

    def dropout(self, layer):
        return keras.layers.Dropout(layer["rate"])(self.read(layer))

    def add(self, layer):
        return keras.layers.Add()([self.values[name] for name in layer["inputs"]])

    def multiply(self, layer):
        return keras.layers.Multiply()([self.values[name] for name in layer["inputs"]])

    def concatenate(self, layer):
        return keras.layers.Concatenate(axis=-1)([self.values[name] for name in layer["inputs"]])


def run(network, samples):
    model = Networks(network).model
    batches = []
    for layer in network["layers"]:
        if layer["type"] == "input":
            shape = layer["shape"]
            batch = numbers(layer["name"], samples * int(np.prod(shape))).reshape(samples, *shape)
            batches.append(3 * (batch if len(shape) == 1 else batch.transpose(0, 2, 3, 1)))
    outputs = model([keras.ops.convert_to_tensor(b) for b in batches], training=False)
    result = {}
    for name, output in zip(network["outputs"], outputs if isinstance(outputs, list) else [outputs]):
        array = np.asarray(output)
        array = array if array.ndim == 2 else array.transpose(0, 3, 1, 2)
        result[name] = [float(f"{v:.8g}") for v in array.ravel()]
    return result


class Builder:
    """Writes a network; each layer reads the one before it unless told otherwise."""

    def __init__(self, *shape):
        self.layers = [{"type": "input", "name": "x", "shape": list(shape)}]

    def add(self, kind, name=None, **fields):
        name = name or f"{kind}_{len(self.layers)}"
        if kind not in ("input", "add", "multiply", "concatenate"):
            fields.setdefault("input", self.layers[-1]["name"])
        self.layers.append({"type": kind, "name": name, **fields})
        return self

    def last(self):
        return self.layers[-1]["name"]

    def conv(self, filters, *window, bias=True, activation="LINEAR", **fields):
        return self.add("convolution", filters=filters, window=win(*window), bias=bias,
                        activation=activation, **fields)

    def network(self, *outputs):
        return {"layers": self.layers, "outputs": list(outputs or [self.last()])}


def win(height, width, stride=1, dilation=1, padding="VALID"):
    return {"height": height, "width": width, "stride": stride, "dilation": dilation,
            "padding": padding}


def windows(rng, dilated=True):
    """All sizes, strides, dilations and paddings that TensorFlow's kernels run, in random order."""
    choices = [(h, w, s, d, p) for h in (1, 2, 3, 5) for w in (1, 2, 3) for s in (1, 2, 3)
               for d in (1, 2) for p in ("SAME", "VALID") if d == 1 or (s == 1 and dilated)]
    rng.shuffle(choices)
    return choices


def cases(rng):
    for i, w in enumerate(windows(rng)[:24]):
        yield f"convolution {w}", Builder(2, 9 + i % 3, 8 + i % 2).conv(3, *w, bias=i % 2 == 0)
    for i, w in enumerate(windows(rng)[:16]):
        yield f"depthwise {w}", Builder(3, 9, 8 + i % 3).add(
            "depthwise_convolution", multiplier=1 + i % 2, window=win(*w), bias=i % 3 == 0)
    for i, w in enumerate(windows(rng)[:10]):
        yield f"separable {w}", Builder(3, 8 + i % 3, 9).add(
            "separable_convolution", filters=4, window=win(*w), bias=i % 2 == 0)
    for i, w in enumerate(windows(rng, dilated=False)[:24]):
        kind = ("MAX", "AVERAGE")[i % 2]
        yield f"{kind} pooling {w}", Builder(2, 9, 8 + i % 3).add(
            "pooling", pooling=kind, window=win(*w))
    for activation in ACTIVATIONS:
        yield f"{activation} of a map", Builder(4, 3, 2).add("activation", activation=activation)
        yield f"{activation} of a vector", Builder(7).add("activation", activation=activation)
        yield f"convolution + {activation}", Builder(2, 4, 4).conv(3, 3, 3, activation=activation)
        yield f"dense + {activation}", Builder(5).add(
            "dense", units=4, bias=True, activation=activation)
    yield "dense without bias", Builder(5).add("dense", units=3, bias=False, activation="LINEAR")
    for scale in (False, True):
        for center in (False, True):
            for shape in ((4, 3, 2), (5,)):
                yield f"batch norm {scale} {center} {shape}", Builder(*shape).add(
                    "batch_normalization", epsilon=0.00123, momentum=0.9, scale=scale, center=center)
    for shape in ((4, 3, 2), (5,)):
        yield f"normalization {shape}", Builder(*shape).add("normalization", counted=False)
        for scale, offset in (([0.25], [0.0]), ([1.0], [-2.5]), ([1.0], [0.0]),
                              ([0.5] * 3 + [2.0] * (shape[0] - 3), [float(i) for i in range(shape[0])])):
            yield f"rescale {scale} {offset} {shape}", Builder(*shape).add(
                "rescale", scale=scale, offset=offset)
        yield f"reverse {shape}", Builder(*shape).add("reverse_channels")
        yield f"flatten {shape}", (Builder(*shape).add("flatten")
                                   .add("dense", units=3, bias=True, activation="LINEAR"))
    for kind in ("MAX", "AVERAGE"):
        for keep in (False, True):
            yield f"global {kind} {keep}", Builder(4, 3, 5).add(
                "global_pooling", pooling=kind, keepDimensions=keep)
    yield "zero padding", Builder(2, 3, 4).add("zero_padding", top=1, bottom=0, left=2, right=3)
    # ONNX Runtime joins zeros with what follows them; batch norm makes their neighbours negative.
    for kind, window in (("MAX", win(3, 3, 2)), ("MAX", win(2, 2)), ("AVERAGE", win(3, 3, 2)),
                         ("AVERAGE", win(2, 3)), ("MAX", win(3, 3, 2, 1, "SAME")),
                         ("AVERAGE", win(3, 3, 2, 1, "SAME"))):
        for before in ("relu", "batch norm", "dropout behind"):
            b = Builder(3, 7, 6).conv(3, 3, 3)
            if before == "relu":
                b.add("activation", activation="RELU")
            b.add("batch_normalization", epsilon=0.001, momentum=0.9, scale=True, center=True)
            if before == "relu":
                b.add("activation", activation="RELU")
            b.add("zero_padding", top=1, bottom=2, left=0, right=1)
            if before == "dropout behind":
                b.add("dropout", rate=0.5, perSample=False)
            b.add("pooling", pooling=kind, window=window)
            yield f"zeros, {kind} pooling {window}, {before}", b
    yield "zeros wider than the window", (
        Builder(3, 7, 6).conv(3, 3, 3, activation="RELU")
        .add("zero_padding", top=3, bottom=0, left=2, right=4)
        .add("pooling", pooling="MAX", window=win(2, 2)))
    for padding in ("SAME", "VALID"):
        yield f"zeros, convolution {padding}", (
            Builder(2, 7, 6).add("zero_padding", top=1, bottom=2, left=0, right=1)
            .conv(3, 3, 3, 2, 1, padding))
        yield f"zeros, depthwise {padding}", (
            Builder(2, 7, 6).add("zero_padding", top=0, bottom=1, left=0, right=1)
            .add("depthwise_convolution", multiplier=1, bias=True,
                 window=win(3, 3, 2, 1, padding)))
    yield "zeros, zeros, convolution", (
        Builder(2, 4, 5).add("zero_padding", top=1, bottom=1, left=1, right=1)
        .add("zero_padding", top=0, bottom=1, left=2, right=0).conv(3, 3, 3))
    two = Builder(2, 5, 5).add("zero_padding", name="p", top=1, bottom=1, left=1, right=1)
    two.conv(3, 3, 3, name="c").add("pooling", name="m", pooling="MAX", window=win(3, 3), input="p")
    yield "zeros read twice", two.network("c", "m")
    yield "reshapes", (Builder(6).add("reshape", shape=[6, 1, 1]).conv(4, 1, 1)
                       .add("reshape", shape=[4]))
    yield "add of three", (Builder(2, 3, 3).conv(2, 3, 3, 1, 1, "SAME", name="a")
                           .conv(2, 1, 1, name="b", input="x").add("add", inputs=["x", "a", "b"]))
    yield "product", (Builder(2, 3, 3).conv(2, 1, 1, name="a")
                      .add("multiply", inputs=["x", "a"]))
    yield "concatenation of vectors", (
        Builder(3).add("dense", units=2, bias=True, activation="TANH", name="a")
        .add("concatenate", inputs=["a", "x", "a"]))
    yield "dropout inside and out", (
        Builder(3, 4, 4).add("dropout", name="d1", rate=0.5, perSample=False).conv(2, 3, 3, name="c")
        .add("dropout", name="d2", rate=0.2, perSample=True)).network("d1", "c", "d2")
    two = Builder(2, 4, 5)
    two.add("input", name="y", shape=[3])
    two.conv(3, 3, 3, name="c", input="x").add("global_pooling", pooling="MAX", name="g",
                                               keepDimensions=False)
    two.add("add", name="sum", inputs=["g", "y"])
    yield "two inputs, three outputs", two.network("sum", "c", "g")
    for i in range(12):
        yield f"random network {i}", random_network(rng)


def random_network(rng):
    """Blocks as in the published architectures, at odd sizes."""
    b = Builder(3, rng.randint(11, 16), rng.randint(11, 16))
    b.conv(rng.randint(3, 6), 3, 3, 2, 1, rng.choice(["SAME", "VALID"]), bias=False)
    for _ in range(3):
        start, act = b.last(), rng.choice(list(ACTIVATIONS)[1:])
        channels = Networks(b.network()).model.outputs[0].shape[-1]
        block = rng.randrange(5)
        if block == 0:
            b.add("batch_normalization", epsilon=0.001, momentum=0.99, scale=True, center=True)
            b.add("activation", activation=act).conv(channels, 3, 3, 1, 1, "SAME")
            b.add("add", inputs=[start, b.last()])
        elif block == 1:
            b.add("global_pooling", pooling="AVERAGE", keepDimensions=True)
            b.conv(2, 1, 1, activation="SWISH").conv(channels, 1, 1, activation="SIGMOID")
            b.add("multiply", inputs=[start, b.last()])
        elif block == 2:
            b.conv(3, 1, 1, activation=act)
            left = b.last()
            b.add("pooling", pooling=rng.choice(["MAX", "AVERAGE"]),
                  window=win(3, 3, 1, 1, "SAME"), input=start)
            b.add("concatenate", inputs=[left, b.last(), start])
        elif block == 3:
            b.add("separable_convolution", filters=rng.randint(3, 6), bias=False,
                  window=win(3, 3, 1, 1, "SAME"))
            b.add("pooling", pooling="MAX", window=win(3, 3, 2, 1, "SAME"))
        else:
            b.add("depthwise_convolution", multiplier=rng.randint(1, 2), bias=True,
                  window=win(3, 5, rng.randint(1, 2), 1, "SAME"))
            b.add("activation", activation=act)
    b.add("flatten").add("dense", units=4, bias=True, activation="SOFTMAX")
    return b


def main(path):
    written = []
    for name, network in cases(random.Random(20261122)):
        network = network if isinstance(network, dict) else network.network()
        try:
            outputs = run(network, 2)
        except ValueError as error:
            if "Negative dimension" in str(error) or "negative" in str(error).lower():
                continue
            raise
        written.append({"name": name, "network": network, "outputs": outputs})
    with open(path, "w", encoding="utf-8") as out:
        out.write("[\n" + ",\n".join(json.dumps(case) for case in written) + "\n]\n")
    print(len(written), "cases")


main(sys.argv[1])
