"""Writes layer_gradients.json: loss, probabilities and weight gradients of small networks.

Run with PyTorch 2 (float64, then rounded): python layer_gradients.py > layer_gradients.json
"""
import json
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def numbers(count, salt, scale, offset=0.0):
    """The same formula stands in LayerGradientTest."""
    return [(((i * 7919 + salt * 104729) % 1009) / 1009 - 0.5) * scale + offset for i in range(count)]


def float32(values, shape):
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


def window(height, width, stride=1, dilation=1, padding="SAME"):
    return dict(height=height, width=width, stride=stride, dilation=dilation, padding=padding)


def border(w, height, width):
    def added(length, kernel):
        if w["padding"] == "VALID":
            return 0
        positions = -(-length // w["stride"])
        return max(0, (positions - 1) * w["stride"] + (kernel - 1) * w["dilation"] + 1 - length)
    v, h = added(height, w["height"]), added(width, w["width"])
    return (h // 2, h - h // 2, v // 2, v - v // 2)


def act(name, x):
    return {
        "LINEAR": lambda: x, "RELU": lambda: F.relu(x), "RELU6": lambda: F.relu6(x),
        "SIGMOID": lambda: torch.sigmoid(x), "TANH": lambda: torch.tanh(x), "SWISH": lambda: F.silu(x),
        "HARD_SIGMOID": lambda: F.relu6(x + 3) / 6, "HARD_SWISH": lambda: x * F.relu6(x + 3) / 6,
        "GELU": lambda: F.gelu(x), "GELU_TANH": lambda: F.gelu(x, approximate="tanh"),
        "QUICK_GELU": lambda: x * torch.sigmoid(1.702 * x),
        "ELU": lambda: F.elu(x), "SELU": lambda: F.selu(x), "SOFTPLUS": lambda: F.softplus(x), "SOFTSIGN": lambda: F.softsign(x),
        "SOFTMAX": lambda: torch.softmax(x, -1 if x.dim() == 3 else 1)}[name]()


def positions(x):
    """Channels last, so that they can be normalised."""
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def maps(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def resizing(size, target, kind):
    """The matrix that resizes a column."""
    matrix = torch.zeros(target, size)
    for i in range(target):
        place = (i + 0.5) * size / target - 0.5
        for j in range(-4, size + 4):
            d = abs(place - j)
            weight = {
                "NEAREST": 1.0 if -0.5 <= place - j < 0.5 else 0.0,
                "BILINEAR": max(0.0, 1 - d),
                "BICUBIC": 1.5 * d**3 - 2.5 * d**2 + 1 if d <= 1 else -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0.0,
            }[kind]
            if kind == "BICUBIC" and not 0 <= j < size:
                continue
            matrix[i, min(max(j, 0), size - 1)] += weight
        matrix[i] /= matrix[i].sum()
    if kind == "BILINEAR":
        expected = F.interpolate(torch.eye(size)[None], size=target, mode="linear", align_corners=False)[0].T
        assert torch.allclose(matrix, expected)
    return matrix


class Weights:
    def __init__(self):
        self.tensors = {}

    def get(self, name, shape, trains=True):
        count = 1
        for d in shape:
            count *= d
        role = name.split("/")[1]
        if "variance" in role:
            values = numbers(count, len(self.tensors) + 1, 0.5, 1.0)
        elif role == "gamma":
            values = numbers(count, len(self.tensors) + 1, 1.0, 1.0)
        else:
            values = numbers(count, len(self.tensors) + 1, 1.0)
        t = float32(values, shape).requires_grad_(trains)
        self.tensors[name] = t
        return t


def convolve(x, w, k, b, groups):
    x = F.pad(x, border(w, x.shape[2], x.shape[3]))
    return F.conv2d(x, k, b, w["stride"], 0, w["dilation"], groups)


def run(layers, inputs, batch_statistics):
    weights, values, moving = Weights(), {}, {}
    for l in layers:
        n, t = l["name"], l["type"]
        if t == "input":
            values[n] = inputs.pop(0)
            continue
        xs = [values[i] for i in l["inputs"]] if "inputs" in l else [values[l["input"]]]
        x = xs[0]
        c = x.shape[-1 if x.dim() == 3 else 1]
        if t == "convolution":
            w = l["window"]
            groups = l.get("groups", 1)
            k = weights.get(n + "/kernel", [l["filters"], c // groups, w["height"], w["width"]])
            b = weights.get(n + "/bias", [l["filters"]]) if l["bias"] else None
            y = act(l["activation"], convolve(x, w, k, b, groups))
        elif t == "depthwise_convolution":
            w, f = l["window"], c * l["multiplier"]
            k = weights.get(n + "/depthwise_kernel", [f, 1, w["height"], w["width"]])
            b = weights.get(n + "/bias", [f]) if l["bias"] else None
            y = convolve(x, w, k, b, c)
        elif t == "separable_convolution":
            w = l["window"]
            k = weights.get(n + "/depthwise_kernel", [c, 1, w["height"], w["width"]])
            p = weights.get(n + "/pointwise_kernel", [l["filters"], c, 1, 1])
            b = weights.get(n + "/bias", [l["filters"]]) if l["bias"] else None
            y = F.conv2d(convolve(x, w, k, None, c), p, b)
        elif t == "dense":
            k = weights.get(n + "/kernel", [c, l["units"]])
            b = weights.get(n + "/bias", [l["units"]]) if l["bias"] else None
            y = act(l["activation"], x @ k + (0 if b is None else b))
        elif t == "batch_normalization":
            g = weights.get(n + "/gamma", [c]) if l["scale"] else None
            b = weights.get(n + "/beta", [c]) if l["center"] else None
            m = weights.get(n + "/moving_mean", [c], False)
            v = weights.get(n + "/moving_variance", [c], False)
            if batch_statistics:
                dims = [0, 2, 3] if x.dim() == 4 else [0]
                mean, var = x.mean(dims), x.var(dims, unbiased=False)
                keep = l["momentum"]
                moving[n + "/moving_mean"] = m * keep + mean.detach() * (1 - keep)
                moving[n + "/moving_variance"] = v * keep + var.detach() * (1 - keep)
                y = F.batch_norm(x, None, None, g, b, True, 0, l["epsilon"])
            else:
                y = F.batch_norm(x, m, v, g, b, False, 0, l["epsilon"])
        elif t == "layer_normalization":
            c = positions(x).shape[-1]
            g, b = weights.get(n + "/gamma", [c]), weights.get(n + "/beta", [c])
            y = maps(F.layer_norm(positions(x), [c], g, b, l["epsilon"]))
        elif t == "layer_scale":
            y = maps(positions(x) * weights.get(n + "/gamma", [positions(x).shape[-1]]))
        elif t == "global_response_normalization":
            g, b = weights.get(n + "/gamma", [c]), weights.get(n + "/beta", [c])
            last = positions(x)
            length = torch.norm(last, p=2, dim=(1, 2), keepdim=True)
            y = maps(g * (last * (length / (length.mean(-1, keepdim=True) + l["epsilon"]))) + b + last)
        elif t == "patch_embedding":
            k = weights.get(n + "/kernel", [l["filters"], c, l["patch"], l["patch"]])
            b = weights.get(n + "/bias", [l["filters"]]) if l["bias"] else None
            y = F.conv2d(x, k, b, l["patch"]).flatten(2).transpose(1, 2)
        elif t == "learned_tokens":
            own = weights.get(n + "/tokens", [l["count"], c]).expand(len(x), -1, -1)
            y = torch.cat([x[:, :l["position"]], own, x[:, l["position"]:]], 1)
        elif t == "position_embedding":
            y = x + weights.get(n + "/embedding", [x.shape[1], c])
        elif t == "multi_head_attention":
            k, b = weights.get(n + "/qkv_kernel", [c, 3 * c]), weights.get(n + "/qkv_bias", [3 * c])
            p, d = weights.get(n + "/projection_kernel", [c, c]), weights.get(n + "/projection_bias", [c])
            y = F.multi_head_attention_forward(
                *[x.transpose(0, 1)] * 3, c, l["heads"], k.T, b, None, None, False, 0.0, p.T, d)[0].transpose(0, 1)
        elif t == "token_pooling":
            both = [x[:, 0], x[:, l["prefix"]:].mean(1)]
            y = {
                "CLASS": both[0], "MEAN": both[1], "CLASS_AND_MEAN": torch.cat(both, 1),
                "CLASS_AND_DISTILLATION": x[:, :2].flatten(1)}[l["value"]]
        elif t == "normalization":
            m = weights.get(n + "/mean", [c], False).reshape(1, c, *[1] * (x.dim() - 2))
            v = weights.get(n + "/variance", [c], False).reshape(1, c, *[1] * (x.dim() - 2))
            y = (x - m) / v.sqrt()
        elif t == "rescale":
            shape = (1, -1, 1, 1)
            y = x * torch.tensor(l["scale"]).reshape(shape) + torch.tensor(l["offset"]).reshape(shape)
        elif t == "reverse_channels":
            y = x.flip(1)
        elif t == "activation":
            y = act(l["activation"], x)
        elif t == "pooling":
            w = l["window"]
            pad = border(w, x.shape[2], x.shape[3])
            kernel = (w["height"], w["width"])
            if l["pooling"] == "MAX":
                y = F.max_pool2d(F.pad(x, pad, value=-1e30), kernel, w["stride"])
            else:
                total = F.avg_pool2d(F.pad(x, pad), kernel, w["stride"])
                y = total / F.avg_pool2d(F.pad(torch.ones_like(x), pad), kernel, w["stride"])
        elif t == "global_pooling":
            y = x.amax((2, 3)) if l["pooling"] == "MAX" else x.mean((2, 3))
            y = y[:, :, None, None] if l["keepDimensions"] else y
        elif t == "zero_padding":
            y = F.pad(x, (l["left"], l["right"], l["top"], l["bottom"]))
        elif t == "cropping":
            y = x[:, :, l["top"] : x.shape[2] - l["bottom"], l["left"] : x.shape[3] - l["right"]]
        elif t == "resizing":
            rows = resizing(x.shape[2], l["height"], l["interpolation"])
            columns = resizing(x.shape[3], l["width"], l["interpolation"])
            y = torch.einsum("yi,ncij,xj->ncyx", rows, x, columns)
        elif t in ("flatten", "reshape"):
            y = x.flatten(1) if t == "flatten" or len(l["shape"]) == 1 else x.reshape(len(x), *l["shape"])
        elif t == "add":
            y = sum(xs)
        elif t == "multiply":
            y = xs[0] * xs[1]
        elif t == "concatenate":
            y = torch.cat(xs, 1)
        values[n] = y
    return weights.tensors, moving, values


def conv(name, source, filters, w, bias=True, activation="LINEAR"):
    return dict(type="convolution", name=name, input=source, filters=filters, window=w, bias=bias, activation=activation)


def norm(name, source, scale=True, center=True):
    return dict(type="batch_normalization", name=name, input=source, epsilon=0.001, momentum=0.9, scale=scale, center=center)


def activation(name, source, kind):
    return dict(type="activation", name=name, input=source, activation=kind)


def dense(name, source, units, kind="LINEAR"):
    return dict(type="dense", name=name, input=source, units=units, bias=True, activation=kind)


def pool(kind, w):
    return dict(type="pooling", name="x", input="c", pooling=kind, window=w)


def depthwise(multiplier, w, bias):
    return dict(type="depthwise_convolution", name="x", input="c", multiplier=multiplier, window=w, bias=bias)


def squeeze(kind, keep, name="s"):
    return dict(type="global_pooling", name=name, input="c", pooling=kind, keepDimensions=keep)


MIDDLES = {
    "convolution, same, stride 2": [conv("x", "c", 5, window(3, 3, 2))],
    "convolution, same, stride 2, even kernel": [conv("x", "c", 5, window(4, 2, 2))],
    "convolution, same, dilated": [conv("x", "c", 5, window(3, 3, 1, 2), False, "RELU")],
    "convolution, valid, dilated, stride 2": [conv("x", "c", 5, window(2, 3, 2, 2, "VALID"))],
    "convolution, 1x1": [conv("x", "c", 5, window(1, 1), True, "SWISH")],
    "convolution, 1x1, stride 2": [conv("x", "c", 5, window(1, 1, 2), False)],
    "depthwise, same": [depthwise(1, window(3, 3), False)],
    "depthwise, same, stride 2, multiplier": [depthwise(2, window(3, 3, 2), True)],
    "depthwise, valid, dilated": [depthwise(1, window(3, 2, 1, 2, "VALID"), True)],
    "depthwise, batch norm": [depthwise(2, window(3, 3), True), norm("b", "x")],
    "separable": [dict(type="separable_convolution", name="x", input="c", filters=5, window=window(3, 3, 2), bias=True)],
    "separable, batch norm": [dict(type="separable_convolution", name="x", input="c", filters=5, window=window(3, 3), bias=False), norm("b", "x")],
    "convolution, bias, batch norm, relu": [conv("x", "c", 5, window(3, 3)), norm("b", "x"), activation("r", "b", "RELU")],
    "convolution, batch norm without gamma": [conv("x", "c", 5, window(3, 3), False), norm("b", "x", scale=False)],
    "convolution, batch norm without beta": [conv("x", "c", 5, window(3, 3), False), norm("b", "x", center=False)],
    "batch norm behind relu": [activation("r", "c", "RELU"), norm("b", "r")],
    "batch norm of vectors": [dict(type="flatten", name="f", input="c"), dense("d", "f", 6), norm("b", "d"), activation("r", "b", "RELU")],
    "normalization": [dict(type="normalization", name="x", input="c", counted=False)],
    "rescale": [dict(type="rescale", name="x", input="c", scale=[0.5, 2.0, 1.5, -1.0], offset=[0.25])],
    "reverse channels": [dict(type="reverse_channels", name="x", input="c")],
    "max pooling, same, stride 2": [pool("MAX", window(3, 3, 2))],
    "max pooling, valid": [pool("MAX", window(2, 2, 2, 1, "VALID"))],
    "max pooling, overlapping": [pool("MAX", window(3, 2, 1))],
    "average pooling, same, stride 2": [pool("AVERAGE", window(3, 3, 2))],
    "average pooling, same": [pool("AVERAGE", window(3, 3))],
    "average pooling, valid": [pool("AVERAGE", window(2, 3, 2, 1, "VALID"))],
    "global average": [squeeze("AVERAGE", False)],
    "global max": [squeeze("MAX", False)],
    "reshape": [squeeze("AVERAGE", False), dict(type="reshape", name="x", input="s", shape=[4, 1, 1]), conv("y", "x", 3, window(1, 1))],
    "zero padding": [dict(type="zero_padding", name="x", input="c", top=1, bottom=2, left=0, right=3), conv("y", "x", 2, window(3, 3, 2, 1, "VALID"))],
    "residual": [conv("x", "c", 4, window(3, 3)), activation("r", "x", "RELU"), dict(type="add", name="a", inputs=["c", "r", "c"]), activation("z", "a", "RELU")],
    "branches, activations last": [conv("x", "c", 4, window(3, 3)), conv("y", "c", 4, window(1, 1)), activation("rx", "x", "RELU"), activation("ry", "y", "TANH"), dict(type="add", name="a", inputs=["rx", "ry"])],
    "squeeze and excitation": [squeeze("AVERAGE", True), conv("e", "s", 4, window(1, 1), True, "SIGMOID"), dict(type="multiply", name="m", inputs=["c", "e"])],
    "multiply maps": [conv("x", "c", 4, window(3, 3)), dict(type="multiply", name="m", inputs=["c", "x"])],
    "multiply, point first": [squeeze("MAX", True), dict(type="multiply", name="m", inputs=["s", "c"])],
    "concatenate": [conv("x", "c", 2, window(3, 3)), dict(type="concatenate", name="k", inputs=["x", "c", "x"])],
    "softmax inside": [activation("x", "c", "SOFTMAX")],
    "activation beside other readers": [activation("x", "c", "RELU"), activation("y", "c", "SWISH"), activation("z", "c", "TANH"), dict(type="add", name="a", inputs=["x", "y", "z"])],
}
MIDDLES.update({
    "layer normalization of maps": [dict(type="layer_normalization", name="x", input="c", epsilon=1e-6)],
    "layer normalization of vectors": [dict(type="flatten", name="f", input="c"), dict(type="layer_normalization", name="b", input="f", epsilon=1e-3)],
    "layer scale": [dict(type="layer_scale", name="x", input="c")],
    "global response normalization": [dict(type="global_response_normalization", name="x", input="c", epsilon=1e-6), conv("y", "x", 3, window(3, 3), True, "GELU")],
})
MIDDLES.update({
    "convolution in groups": [dict(conv("x", "c", 6, window(3, 3, 2)), groups=2)],
    "convolution in groups, batch norm": [dict(conv("x", "c", 8, window(2, 3), False), groups=4), norm("b", "x")],
    "convolution in groups, stride 2, even kernel": [dict(conv("x", "c", 8, window(4, 2, 2)), groups=2)],
    "convolution in groups, dilated": [dict(conv("x", "c", 4, window(3, 3, 1, 2)), groups=2)],
    "convolution in groups, valid, dilated, stride 2": [dict(conv("x", "c", 6, window(2, 3, 2, 2, "VALID")), groups=2)],
    "convolution in groups, 1x1": [dict(conv("x", "c", 2, window(1, 1), False, "SWISH"), groups=2)],
    "convolution in groups beside other readers": [dict(conv("x", "c", 4, window(3, 3)), groups=2), dict(conv("y", "c", 4, window(2, 2)), groups=2), dict(type="add", name="a", inputs=["c", "x", "y"])],
    "cropping": [dict(type="cropping", name="x", input="c", top=1, bottom=2, left=2, right=0)],
})
for kind in ("NEAREST", "BILINEAR", "BICUBIC"):
    MIDDLES["resizing up and down " + kind] = [dict(type="resizing", name="x", input="c", height=11, width=3, interpolation=kind)]
    MIDDLES["resizing down and up " + kind] = [dict(type="resizing", name="x", input="c", height=4, width=10, interpolation=kind)]
for kind in ("LINEAR", "RELU", "RELU6", "SIGMOID", "TANH", "SWISH", "HARD_SIGMOID", "HARD_SWISH", "GELU", "GELU_TANH", "QUICK_GELU", "ELU", "SELU", "SOFTPLUS", "SOFTSIGN"):
    scaled = dict(type="rescale", name="w", input="c", scale=[4.0], offset=[0.5])
    MIDDLES["activation " + kind] = [scaled, activation("x", "w", kind)]
    MIDDLES["fused activation " + kind] = [conv("x", "c", 3, window(3, 3), True, kind)]


def network(middle, end=None):
    layers = [dict(type="input", name="input_1", shape=[3, 6, 5]), conv("c", "input_1", 4, window(3, 3))] + middle
    last = middle[-1]
    flat = last.get("keepDimensions") is False or last["name"] == "b" and middle[0]["type"] == "flatten"
    flat = flat or last["name"] == "r" and middle[0]["type"] == "flatten"
    if not flat:
        layers.append(dict(type="flatten", name="flatten", input=last["name"]))
    return layers + (end or [dense("p", layers[-1]["name"], 3, "SOFTMAX")])


def case(name, layers, targets, batch_statistics=False, smoothing=0.0, class_weights=()):
    n = 2
    inputs = [float32(numbers(n * l["shape"][0] * l["shape"][1] * l["shape"][2], 50 + i, 2.0), [n] + l["shape"])
              for i, l in enumerate([l for l in layers if l["type"] == "input"])]
    last = layers[-1]
    stripped = [dict(l, activation="LINEAR") if l is last else l for l in layers]
    weights, moving, values = run(stripped, inputs, batch_statistics)
    z = values[last["name"]]
    t = torch.tensor(targets)
    if last["activation"] == "SOFTMAX":
        # The mixture of the losses by each class alone.
        rows = sum(
            t[:, c] * (class_weights[c] if class_weights else 1)
            * F.cross_entropy(z, torch.full((n,), c), label_smoothing=smoothing, reduction="none")
            for c in range(t.shape[1]))
        probabilities = torch.softmax(z, 1)
    else:
        bce = lambda answer: F.binary_cross_entropy_with_logits(
            z, torch.full_like(z, answer * (1 - smoothing) + smoothing / 2), reduction="none")
        no, yes = class_weights if class_weights else (1, 1)
        rows = (t * yes * bce(1.0) + (1 - t) * no * bce(0.0)).mean(1)
        probabilities = torch.sigmoid(z)
    loss = rows.mean()
    loss.backward()
    rounded = lambda v: [float(f"{x:.7g}") for x in v.detach().flatten().tolist()]
    return dict(
        name=name, layers=layers, output=last["name"], batchStatistics=batch_statistics,
        smoothing=smoothing, classWeights=list(class_weights), targets=[x for row in targets for x in row],
        loss=loss.item(), probabilities=rounded(probabilities),
        gradients={k: rounded(w.grad if w.grad is not None else torch.zeros_like(w)) for k, w in weights.items() if w.requires_grad},
        moving={k: rounded(v) for k, v in moving.items()})


SOFT = [[0.0, 1.0, 0.0], [0.7, 0.1, 0.2]]
cases = [case(name, network(middle), SOFT) for name, middle in MIDDLES.items()]
for name in [m for m in MIDDLES if "batch norm" in m]:
    cases.append(case(name + ", batch statistics", network(MIDDLES[name]), SOFT, True))
plain = [squeeze("AVERAGE", False)]
cases += [
    case("label smoothing, class weights", network(plain), SOFT, smoothing=0.1, class_weights=(0.5, 2.0, 1.0)),
    case("softmax layer", network(plain, [dense("d", "s", 3), activation("p", "d", "SOFTMAX")]), SOFT),
    case("sigmoid", network(plain, [dense("p", "s", 1, "SIGMOID")]), [[1.0], [0.0]]),
    case("sigmoid, soft target, smoothing, weights", network(plain, [dense("p", "s", 1, "SIGMOID")]), [[0.7], [0.0]], smoothing=0.2, class_weights=(0.5, 3.0)),
    case("several sigmoids", network(plain, [dense("d", "s", 4), activation("p", "d", "SIGMOID")]), [[1.0, 0.0, 1.0, 0.5], [0.0, 0.0, 1.0, 1.0]]),
]
two = [dict(type="input", name="left", shape=[2, 4, 4]), dict(type="input", name="right", shape=[2, 4, 4]),
       conv("c", "right", 2, window(3, 3)), dict(type="add", name="a", inputs=["left", "c"]),
       activation("r", "a", "RELU"), dict(type="flatten", name="f", input="r"), dense("p", "f", 3, "SOFTMAX")]
cases.append(case("two inputs", two, SOFT))
first = [dict(type="input", name="input_1", shape=[6, 7, 5]), dict(conv("c", "input_1", 4, window(3, 3, 2)), groups=2),
         dict(type="flatten", name="f", input="c"), dense("p", "f", 3, "SOFTMAX")]
cases.append(case("convolution in groups of the input", first, SOFT))


def token_layer(kind, name, source, **numbers_of_it):
    return dict(type=kind, name=name, input=source, **numbers_of_it)


def tokens(middle, value="CLASS", prefix=1, patch=2, bias=True):
    layers = [dict(type="input", name="input_1", shape=[3, 4, 6]),
              token_layer("patch_embedding", "e", "input_1", filters=8, patch=patch, bias=bias),
              token_layer("learned_tokens", "cls", "e", count=1, position=0)] + middle
    layers.append(token_layer("token_pooling", "t", layers[-1]["name"], value=value, prefix=prefix))
    return layers + [dense("p", "t", 3, "SOFTMAX")]


def block(source):
    return [
        token_layer("layer_normalization", "n1", source, epsilon=1e-6),
        token_layer("multi_head_attention", "att", "n1", heads=2),
        token_layer("layer_scale", "ls", "att"),
        dict(type="add", name="a1", inputs=[source, "ls"]),
        token_layer("layer_normalization", "n2", "a1", epsilon=1e-6),
        dense("fc1", "n2", 12, "GELU"), dense("fc2", "fc1", 8),
        dict(type="add", name="a2", inputs=["a1", "fc2"])]


SHARP = [dense("d", "cls", 8), token_layer("layer_scale", "s", "d")]
TOKENS = {
    "class token": tokens([]),
    "mean of patches": tokens([], "MEAN"),
    "class token and mean, no bias": tokens([], "CLASS_AND_MEAN", bias=False),
    "position embedding": tokens([token_layer("position_embedding", "pos", "cls")], "CLASS_AND_MEAN"),
    "registers": tokens([token_layer("learned_tokens", "reg", "cls", count=2, position=1)], "CLASS_AND_MEAN", 3),
    "distillation token": tokens([token_layer("learned_tokens", "dist", "cls", count=1, position=1)], "CLASS_AND_DISTILLATION", 2),
    "tokens behind": tokens([token_layer("learned_tokens", "reg", "cls", count=2, position=7)], "MEAN"),
    "dense layers of tokens": tokens([dense("d", "cls", 6, "RELU"), dense("d2", "d", 5)], "CLASS_AND_MEAN"),
    "layer normalization of tokens": tokens([token_layer("layer_normalization", "n", "cls", epsilon=1e-5)], "CLASS_AND_MEAN"),
    "softmax of tokens": tokens([activation("s", "cls", "SOFTMAX")], "CLASS_AND_MEAN"),
    "attention": tokens([token_layer("multi_head_attention", "att", "cls", heads=4)], "CLASS_AND_MEAN"),
    "attention, one head, sharp": tokens(SHARP + [token_layer("multi_head_attention", "att", "s", heads=1)]),
    "transformer block": tokens([token_layer("position_embedding", "pos", "cls")] + block("pos"), "CLASS_AND_MEAN"),
    "tokens flattened": tokens([])[:3] + [dict(type="flatten", name="f", input="cls"), dense("p", "f", 3, "SOFTMAX")],
}
cases += [case(name, layers, SOFT) for name, layers in TOKENS.items()]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
