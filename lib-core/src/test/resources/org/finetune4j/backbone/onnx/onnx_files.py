"""Writes the ONNX files of OnnxBackboneTest and what PyTorch (or ONNX Runtime) computes with them.

Small networks with random weights, exported by both exporters of PyTorch in several operator sets,
from Hugging Face's ViT as Optimum does it, and in the form of tf2onnx; and files that are to be
refused. Needs torch 2.13, transformers, onnx, onnxscript, onnxruntime.

    python3 onnx_files.py [folder]
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
SIDE = 32
torch.manual_seed(7)


def pixels(samples=2):
    """The pictures of the test: every value from 0 to 255 in an order without a pattern."""
    i = np.arange(samples * 3 * SIDE * SIDE, dtype=np.int64)
    return ((i * 7919 + i // 101) % 256).astype(np.float32).reshape(samples, 3, SIDE, SIDE)


PICTURES = pixels()
INPUT = torch.from_numpy(PICTURES / 127.5 - 1)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)

    def forward(self, x):
        return torch.relu(x + self.conv2(torch.relu(self.bn1(self.conv1(x)))))


class Convolutional(nn.Module):
    """Everything of a small ResNet: strides, paddings, a pooling, a shortcut, a classifier."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 5, stride=2, padding=2)
        self.bn1 = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.block1 = Block(8)
        self.conv2 = nn.Conv2d(8, 12, 1, stride=2)
        self.block2 = Block(12)
        self.fc = nn.Linear(12, 5)

    def forward(self, x):
        x = self.pool(nn.functional.relu6(self.bn1(self.conv1(x))))
        x = nn.functional.silu(self.conv2(self.block1(x)))
        x = self.block2(x)
        return self.fc(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        n, t, d = x.shape
        qkv = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        x = nn.functional.scaled_dot_product_attention(q, k, v)
        return self.proj(x.transpose(1, 2).reshape(n, t, d))


class Layer(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.fc1 = nn.Linear(dim, 2 * dim)
        self.fc2 = nn.Linear(2 * dim, dim)
        self.scale = nn.Parameter(torch.rand(dim) + 0.5)

    def forward(self, x):
        x = x + self.attn(self.norm1(x)) * self.scale
        return x + self.fc2(nn.functional.gelu(self.fc1(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self, dim=12, heads=2):
        super().__init__()
        self.patch = nn.Conv2d(3, dim, 8, 8)
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.randn(1, 17, dim))
        self.blocks = nn.Sequential(Layer(dim, heads))
        self.norm = nn.LayerNorm(dim, eps=1e-6)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        return self.norm(self.blocks(x))


def randomize(model):
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model.eval()


expected = {}


def export(model, name, opset, dynamo=False, free=True, outputs=("y",)):
    path = OUT / f"{name}.onnx"
    if dynamo:
        shapes = ({0: torch.export.Dim("n")},) if free else None
        torch.onnx.export(model, (INPUT if free else INPUT[:1],), path, dynamo=True, opset_version=opset,
                          dynamic_shapes=shapes, external_data=False, verbose=False,
                          input_names=["pixel_values"], output_names=list(outputs))
    else:
        axes = {k: {0: "n"} for k in ("pixel_values", *outputs)} if free else None
        torch.onnx.export(model, (INPUT if free else INPUT[:1],), path, dynamo=False, opset_version=opset,
                          dynamic_axes=axes, input_names=["pixel_values"], output_names=list(outputs))
    strip(path)
    with torch.no_grad():
        y = model.double()(INPUT.double())
        model.float()
    y = y[0] if isinstance(y, tuple) else y
    note(name, y.numpy())


def strip(path):
    """Without what exporters note for people: stack traces with the paths of their machine."""
    file = onnx.load(path)
    things = [file, file.graph, *file.graph.node, *file.graph.value_info, *file.graph.initializer,
              *file.graph.input, *file.graph.output]
    for thing in things:
        thing.ClearField("doc_string")
        thing.ClearField("metadata_props")
    onnx.save(file, path)


def note(name, y):
    expected[name] = {"shape": list(y.shape[1:]), "values": [float(f"{v:.9g}") for v in y.reshape(-1)]}


def convolutional():
    model = randomize(Convolutional())
    for opset in (9, 11, 13, 20):
        export(model, f"conv_{opset}", opset)
    export(model, "conv_single", 17, free=False)
    for opset in (18, 21):
        export(model, f"conv_dynamo_{opset}", opset, dynamo=True)
    export(model, "conv_dynamo_single", 18, dynamo=True, free=False)


def transformer():
    model = randomize(Transformer())
    export(model, "vit_14", 14)
    export(model, "vit_17", 17)
    export(model, "vit_single", 17, free=False)
    for opset in (18, 21):
        export(model, f"vit_dynamo_{opset}", opset, dynamo=True)
    export(model, "vit_dynamo_single", 18, dynamo=True, free=False)


def hugging_face():
    from transformers import ViTConfig, ViTModel

    class Outputs(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, pixel_values):
            y = self.model(pixel_values)
            return y.last_hidden_state, y.pooler_output

    config = ViTConfig(hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24,
                       image_size=SIDE, patch_size=8)
    model = randomize(Outputs(ViTModel(config)))
    export(model, "hf_vit", 17, outputs=("last_hidden_state", "pooler_output"))
    # With a mask that hides nothing, and a guard against NaN.
    export(model, "hf_vit_dynamo", 18, dynamo=True, outputs=("last_hidden_state", "pooler_output"))


def like_tf2onnx():
    """Channels last at both ends, transposed around every run of convolutions, as tf2onnx writes it."""
    rng = np.random.default_rng(3)

    def tensor(name, *shape):
        return numpy_helper.from_array(rng.normal(0, 0.3, shape).astype(np.float32), name)

    nodes = [
        helper.make_node("Transpose", ["input_1"], ["t0"], perm=[0, 3, 1, 2]),
        helper.make_node("Pad", ["t0", "pads"], ["p0"]),
        helper.make_node("Conv", ["p0", "conv1/kernel", "conv1/bias"], ["c1"], name="model/conv1/Conv2D",
                         strides=[2, 2], kernel_shape=[3, 3]),
        helper.make_node("Clip", ["c1", "zero", "six"], ["r1"]),
        helper.make_node("Conv", ["r1", "dw/kernel"], ["c2"], name="model/dw/depthwise", group=8,
                         kernel_shape=[3, 3], auto_pad="SAME_UPPER", strides=[2, 2]),
        helper.make_node("BatchNormalization", ["c2", "bn/gamma", "bn/beta", "bn/mean", "bn/var"], ["b2"],
                         name="model/bn/FusedBatchNormV3", epsilon=0.001),
        helper.make_node("Sigmoid", ["b2"], ["s2"]),
        helper.make_node("Mul", ["b2", "s2"], ["m2"]),
        helper.make_node("Transpose", ["m2"], ["map"], perm=[0, 2, 3, 1]),
        helper.make_node("ReduceMean", ["map"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "dense/kernel"], ["d"], name="model/dense/MatMul"),
        helper.make_node("Add", ["d", "dense/bias"], ["a"]),
        helper.make_node("Softmax", ["a"], ["predictions"]),
    ]
    positive = numpy_helper.from_array(rng.uniform(0.5, 1.5, 8).astype(np.float32), "bn/var")
    initializers = [
        tensor("conv1/kernel", 8, 3, 3, 3), tensor("conv1/bias", 8), tensor("dw/kernel", 8, 1, 3, 3),
        tensor("bn/gamma", 8), tensor("bn/beta", 8), tensor("bn/mean", 8), positive,
        tensor("dense/kernel", 8, 4), tensor("dense/bias", 4),
        numpy_helper.from_array(np.array([0, 0, 0, 0, 0, 0, 1, 1], np.int64), "pads"),
        numpy_helper.from_array(np.array(0, np.float32), "zero"),
        numpy_helper.from_array(np.array(6, np.float32), "six"),
    ]
    save("like_tf2onnx", nodes, initializers, [("input_1", [None, SIDE, SIDE, 3])],
         [("predictions", [None, 4])], 13)
    run("like_tf2onnx", True)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def save(name, nodes, initializers, inputs, outputs, opset, **more):
    graph = helper.make_graph(nodes, "g", [value(*i) for i in inputs], [value(*o) for o in outputs],
                              initializers)
    opsets = [helper.make_opsetid("", opset), *more.pop("opsets", [])]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, **more)
    onnx.save(model, OUT / f"{name}.onnx")
    return model


def run(name, channels_last=False):
    session = onnxruntime.InferenceSession(str(OUT / f"{name}.onnx"))
    x = INPUT.numpy()
    feed = x.transpose(0, 2, 3, 1) if channels_last else x
    note(name, session.run(None, {session.get_inputs()[0].name: feed})[0])


def kernel():
    rng = np.random.default_rng(5)
    return numpy_helper.from_array(rng.normal(0, 0.3, (4, 3, 3, 3)).astype(np.float32), "w")


def like_the_model_zoo():
    """As Caffe's models were converted: tensors are inputs too, equal numbers are made by an operator,
    zeros around a map count in averages, sizes are rounded up, and softmax goes over all that is behind the pictures."""
    rng = np.random.default_rng(9)
    shape = numpy_helper.from_array(np.array([4], np.int64), "bias_shape")
    equal = numpy_helper.from_array(np.array([-0.02], np.float32))
    fire = numpy_helper.from_array(rng.normal(0, 0.3, (5, 4, 1, 1)).astype(np.float32), "fire_w")
    nodes = [
        helper.make_node("ConstantOfShape", ["bias_shape"], ["bias"], value=equal),
        helper.make_node("Conv", ["data_0", "w", "bias"], ["c"], name="conv1", strides=[2, 2],
                         pads=[1, 1, 1, 1], kernel_shape=[3, 3]),
        helper.make_node("AveragePool", ["c"], ["a"], name="pool1", kernel_shape=[3, 3], strides=[1, 1],
                         pads=[1, 1, 1, 1], count_include_pad=1),
        helper.make_node("AveragePool", ["a"], ["b"], name="pool2", kernel_shape=[3, 3], strides=[2, 2],
                         pads=[1, 1, 1, 1], count_include_pad=1),
        helper.make_node("LeakyRelu", ["b"], ["l"], name="leaky1", alpha=0.1),
        helper.make_node("Conv", ["l", "fire_w"], ["f"], name="fire", kernel_shape=[1, 1]),
        helper.make_node("Relu", ["f"], ["r"]),
        helper.make_node("Dropout", ["r"], ["d", "mask"], ratio=0.5),
        helper.make_node("MaxPool", ["d"], ["m"], name="pool3", kernel_shape=[3, 3], strides=[2, 2],
                         ceil_mode=1),
        helper.make_node("AveragePool", ["m"], ["e"], name="pool4", kernel_shape=[3, 3], strides=[2, 2],
                         ceil_mode=1),
        helper.make_node("GlobalAveragePool", ["e"], ["g"]),
        helper.make_node("Softmax", ["g"], ["softmaxout_1"]),
    ]
    inputs = [("data_0", [1, 3, SIDE, SIDE]), ("w", [4, 3, 3, 3]), ("fire_w", [5, 4, 1, 1])]
    save("like_zoo", nodes, [kernel(), fire, shape], inputs, [("softmaxout_1", [1, 5, 1, 1])], 10)
    session = onnxruntime.InferenceSession(str(OUT / "like_zoo.onnx"))
    note("like_zoo", np.concatenate([session.run(None, {"data_0": x[None]})[0] for x in INPUT.numpy()]))


def stays_frozen():
    """An operator without a counterpart among the layers."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="stem"),
        helper.make_node("LRN", ["c"], ["l"], name="norm1", size=3),
        helper.make_node("Relu", ["l"], ["y"], name="relu1"),
    ]
    shape = [None, 3, None, None]
    save("lrn", nodes, [kernel()], [("x", shape)], [("y", [None, 4, None, None])], 17)
    run("lrn")


def other_widths():
    """Reals of 16 and 64 bits; what is expected is what float64 makes of the stored numbers."""
    exact = numpy_helper.to_array(kernel())
    half = exact.astype(np.float16)
    brain = (exact.view(np.uint32) >> 16).astype(np.uint16)
    listed = helper.make_tensor("w", TensorProto.FLOAT16, half.shape, half.view(np.uint16).reshape(-1))
    listed.ClearField("int32_data")
    listed.int32_data.extend(half.view(np.uint16).reshape(-1).tolist())
    double = exact.astype(np.float64) + 1e-9
    doubles = helper.make_tensor("w", TensorProto.DOUBLE, double.shape, double.reshape(-1))
    kinds = {
        "half": (numpy_helper.from_array(half, "w"), half, TensorProto.FLOAT16),
        "half_listed": (listed, half, TensorProto.FLOAT16),
        "brain": (helper.make_tensor("w", TensorProto.BFLOAT16, exact.shape, brain.tobytes(), raw=True),
                  (brain.astype(np.uint32) << 16).view(np.float32), TensorProto.BFLOAT16),
        "double": (numpy_helper.from_array(double, "w"), double, TensorProto.DOUBLE),
        "double_listed": (doubles, double, TensorProto.DOUBLE),
    }
    for name, (weight, numbers, kind) in kinds.items():
        nodes = [
            helper.make_node("Conv", ["x", "w"], ["c"], name="stem"),
            helper.make_node("Cast", ["c"], ["f"], to=TensorProto.FLOAT),
            helper.make_node("Relu", ["f"], ["r"]),
            helper.make_node("Cast", ["r"], ["n"], to=kind),
            helper.make_node("GlobalAveragePool", ["n"], ["g"]),
            helper.make_node("Flatten", ["g"], ["y"]),
        ]
        save(name, nodes, [weight], [("x", [None, 3, SIDE, SIDE], kind)], [("y", [None, 4], kind)], 17)
        y = torch.conv2d(INPUT.double(), torch.from_numpy(numbers.astype(np.float64)))
        note(name, y.relu().mean((2, 3)).numpy())


def refused():
    conv = helper.make_node("Conv", ["x", "w"], ["y"], name="stem")
    x = ("x", [None, 3, SIDE, SIDE])
    y = ("y", [None, 4, 30, 30])
    custom = helper.make_node("FusedConv", ["x", "w"], ["y"], name="fused", domain="com.microsoft")
    save("custom_domain", [custom], [kernel()], [x], [y], 17,
         opsets=[helper.make_opsetid("com.microsoft", 1)])
    branch = helper.make_graph([helper.make_node("Identity", ["c"], ["o"])], "b", [], [value("o", None)])
    condition = numpy_helper.from_array(np.array(True), "cond")
    conditional = [helper.make_node("Conv", ["x", "w"], ["c"]),
                   helper.make_node("If", ["cond"], ["y"], name="choice", then_branch=branch,
                                    else_branch=branch)]
    save("subgraph", conditional, [kernel(), condition], [x], [y], 17)
    save("opset_22", [conv], [kernel()], [x], [y], 22)
    save("integer_input", [helper.make_node("Cast", ["x"], ["f"], to=1),
                           helper.make_node("Conv", ["f", "w"], ["y"])],
         [kernel()], [(*x, TensorProto.UINT8)], [y], 17)
    gray = numpy_helper.from_array(np.ones((4, 1, 3, 3), np.float32), "w")
    save("gray", [conv], [gray], [("x", [None, 1, SIDE, SIDE])], [y], 17)
    save("no_shape", [conv], [kernel()], [("x", None)], [y], 17)
    broken = numpy_helper.to_array(kernel()).copy()
    broken[2, 1, 0, 0] = np.nan
    save("not_finite", [conv], [numpy_helper.from_array(broken, "w")], [x], [y], 17)
    eight = helper.make_tensor("w", TensorProto.FLOAT8E4M3FN, [4, 3, 3, 3], bytes(108), raw=True)
    save("float8", [conv], [eight], [x], [y], 17)
    eight = helper.make_tensor("w", TensorProto.INT8, [4, 3, 3, 3], bytes(108), raw=True)
    save("eight_bits", [conv], [eight], [x], [y], 17)
    save("two_inputs", [conv, helper.make_node("Add", ["y", "other"], ["z"])], [kernel()],
         [x, ("other", [None, 4, 30, 30])], [y, ("z", [None, 4, 30, 30])], 17)
    save("free_axes", [conv], [kernel()], [("x", [None, None, None, None])], [("y", None)], 17)
    save("unknown_operator", [helper.make_node("Conv", ["x", "w"], ["c"], name="stem"),
                              helper.make_node("NonZero", ["c"], ["y"], name="where")],
         [kernel()], [x], [y], 17)
    call = helper.make_node("PartitionedCall", ["x"], ["y"], name="inner", f=b"\x0a\xff\xfe")
    save("unsupported", [call], [], [x], [y], 17)
    save("huge", [conv, helper.make_node("Tile", ["y", "times"], ["z"], name="repeat")],
         [kernel(), numpy_helper.from_array(np.array([1, 1, 700, 700], np.int64), "times")],
         [x], [("z", None)], 17)
    outside = save("external", [conv], [kernel()], [x], [y], 17)
    onnx.save(outside, OUT / "external.onnx", save_as_external_data=True, location="external.data",
              size_threshold=0)
    for name, location in (("external_above", "../external.data"), ("external_absolute", "/etc/passwd")):
        model = onnx.load(OUT / "external.onnx", load_external_data=False)
        for entry in model.graph.initializer[0].external_data:
            if entry.key == "location":
                entry.value = location
        (OUT / f"{name}.onnx").write_bytes(model.SerializeToString())


convolutional()
transformer()
hugging_face()
like_tf2onnx()
like_the_model_zoo()
stays_frozen()
other_widths()
refused()
(OUT / "expected.json").write_text(json.dumps(expected))
