"""The work of the benchmarks in PyTorch on the CPU: runs one job, a turn for every line on standard input.

usage: torch_peer.py JOB THREADS SECONDS     answers each line with the seconds that one batch took

A turn repeats the batch until SECONDS have passed. Random weights: only the time counts.
"""
import pathlib
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)


# ---- architectures up to the last feature map, as torchvision lays them out -------------------------------------------


def unit(i, o, k, stride=1, padding=None, groups=1, act=nn.ReLU):
    """Convolution, batch normalisation, activation."""
    if padding is None:
        padding = tuple(s // 2 for s in k) if isinstance(k, tuple) else k // 2
    layers = [nn.Conv2d(i, o, k, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(o)]
    if act is not None:
        layers.append(act() if act is nn.SiLU else act(inplace=True))
    return nn.Sequential(*layers)


def vgg16():
    layers, i = [], 3
    for convolutions, o in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(convolutions):
            layers += [nn.Conv2d(i, o, 3, padding=1), nn.ReLU(inplace=True)]
            i = o
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


class Bottleneck(nn.Module):
    """As in Keras and the paper, the stride is in the first convolution."""

    def __init__(self, i, m, stride):
        super().__init__()
        self.path = nn.Sequential(unit(i, m, 1, stride), unit(m, m, 3), unit(m, 4 * m, 1, act=None))
        same = stride == 1 and i == 4 * m
        self.side = nn.Identity() if same else unit(i, 4 * m, 1, stride, act=None)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.path(x) + self.side(x))


def resnet50():
    layers, i = [unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for m, blocks, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for k in range(blocks):
            layers.append(Bottleneck(i, m, stride if k == 0 else 1))
            i = 4 * m
    return nn.Sequential(*layers)


class Inverted(nn.Module):
    """The block of MobileNetV2 and, with squeeze and excitation, of EfficientNet."""

    def __init__(self, i, o, k, stride, expansion, act, squeeze):
        super().__init__()
        m = i * expansion
        self.expand = unit(i, m, 1, act=act) if expansion != 1 else nn.Identity()
        self.depthwise = unit(m, m, k, stride, groups=m, act=act)
        self.squeeze = None
        if squeeze:
            self.squeeze = nn.Sequential(
                nn.AdaptiveAvgPool2d(1), nn.Conv2d(m, i // 4, 1), nn.SiLU(), nn.Conv2d(i // 4, m, 1), nn.Sigmoid()
            )
        self.project = unit(m, o, 1, act=None)
        self.shortcut = stride == 1 and i == o

    def forward(self, x):
        y = self.depthwise(self.expand(x))
        if self.squeeze is not None:
            y = y * self.squeeze(y)
        y = self.project(y)
        return x + y if self.shortcut else y


def inverted_stack(blocks, first, last, act, squeeze):
    layers, i = [unit(3, first, 3, 2, act=act)], first
    for expansion, o, count, stride, k in blocks:
        for n in range(count):
            layers.append(Inverted(i, o, k, stride if n == 0 else 1, expansion, act, squeeze))
            i = o
    return nn.Sequential(*layers, unit(i, last, 1, act=act))


def mobilenetv2():
    blocks = ((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3), (6, 96, 3, 1, 3))
    return inverted_stack(blocks + ((6, 160, 3, 2, 3), (6, 320, 1, 1, 3)), 32, 1280, nn.ReLU6, False)


def mobilenetv2035():
    """Of width 0.35, every number of channels a multiple of 8; the last convolution stays as wide."""
    blocks = ((1, 8, 1, 1, 3), (6, 8, 2, 2, 3), (6, 16, 3, 2, 3), (6, 24, 4, 2, 3), (6, 32, 3, 1, 3))
    return inverted_stack(blocks + ((6, 56, 3, 2, 3), (6, 112, 1, 1, 3)), 16, 1280, nn.ReLU6, False)


def efficientnetb0():
    blocks = ((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5))
    return inverted_stack(blocks + ((6, 192, 4, 2, 5), (6, 320, 1, 1, 3)), 32, 1280, nn.SiLU, True)


class Branches(nn.Module):
    """Branches whose results are put side by side."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def inceptionv3():
    seq, average = nn.Sequential, lambda: nn.AvgPool2d(3, 1, 1)

    def a(i, p):
        return Branches(
            unit(i, 64, 1),
            seq(unit(i, 48, 1), unit(48, 64, 5)),
            seq(unit(i, 64, 1), unit(64, 96, 3), unit(96, 96, 3)),
            seq(average(), unit(i, p, 1)),
        )

    def c(m):
        return Branches(
            unit(768, 192, 1),
            seq(unit(768, m, 1), unit(m, m, (1, 7)), unit(m, 192, (7, 1))),
            seq(unit(768, m, 1), *[unit(m, m, k) for k in ((7, 1), (1, 7), (7, 1))], unit(m, 192, (1, 7))),
            seq(average(), unit(768, 192, 1)),
        )

    def split(i):
        return Branches(unit(i, 384, (1, 3)), unit(i, 384, (3, 1)))

    def e(i):
        return Branches(
            unit(i, 320, 1),
            seq(unit(i, 384, 1), split(384)),
            seq(unit(i, 448, 1), unit(448, 384, 3), split(384)),
            seq(average(), unit(i, 192, 1)),
        )

    b = Branches(
        unit(288, 384, 3, 2, 0), seq(unit(288, 64, 1), unit(64, 96, 3), unit(96, 96, 3, 2, 0)), nn.MaxPool2d(3, 2)
    )
    d = Branches(
        seq(unit(768, 192, 1), unit(192, 320, 3, 2, 0)),
        seq(unit(768, 192, 1), unit(192, 192, (1, 7)), unit(192, 192, (7, 1)), unit(192, 192, 3, 2, 0)),
        nn.MaxPool2d(3, 2),
    )
    stem = [unit(3, 32, 3, 2, 0), unit(32, 32, 3, 1, 0), unit(32, 64, 3), nn.MaxPool2d(3, 2)]
    stem += [unit(64, 80, 1), unit(80, 192, 3, 1, 0), nn.MaxPool2d(3, 2)]
    middle = [a(192, 32), a(256, 64), a(288, 64), b, c(128), c(160), c(160), c(192), d]
    return seq(*stem, *middle, e(1280), e(2048))


class DenseLayer(nn.Module):
    def __init__(self, i):
        super().__init__()
        self.new = nn.Sequential(
            nn.BatchNorm2d(i), nn.ReLU(), unit(i, 128, 1), nn.Conv2d(128, 32, 3, padding=1, bias=False)
        )

    def forward(self, x):
        return torch.cat([x, self.new(x)], 1)


def densenet121():
    layers, i = [unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for block, count in enumerate((6, 12, 24, 16)):
        for _ in range(count):
            layers.append(DenseLayer(i))
            i += 32
        layers += [nn.BatchNorm2d(i), nn.ReLU()]
        if block < 3:
            layers += [nn.Conv2d(i, i // 2, 1, bias=False), nn.AvgPool2d(2)]
            i //= 2
    return nn.Sequential(*layers)


def convnet():
    layers, i = [], 3
    for o in (32, 64, 128, 128):
        layers += [nn.Conv2d(i, o, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        i = o
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(6272, 512), nn.ReLU(), nn.Linear(512, 1))


class TransformerBlock(nn.Module):
    """Attention in one call, PyTorch's fastest."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, c))
        return x + self.mlp(self.norm2(x))


class Patches(nn.Module):
    def __init__(self, width, tokens=196):
        super().__init__()
        self.proj = nn.Conv2d(3, width, 16, 16)
        self.token, self.position = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.zeros(1, tokens + 1, width))

    def forward(self, x):
        x = self.proj(x).flatten(2).transpose(1, 2)
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position


class ClassToken(nn.Module):
    def forward(self, x):
        return x[:, 0]


def vit(width, heads):
    return nn.Sequential(
        Patches(width), *[TransformerBlock(width, heads) for _ in range(12)], nn.LayerNorm(width, 1e-6))


class ConvNeXtBlock(nn.Module):
    """As in timm: channels last, so that dense layers read the positions where they lie."""

    def __init__(self, width):
        super().__init__()
        self.depthwise, self.norm = nn.Conv2d(width, width, 7, 1, 3, groups=width), nn.LayerNorm(width, 1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + (self.mlp(y) * self.gamma).permute(0, 3, 1, 2)


class ChannelNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width, 1e-6)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def convnexttiny():
    layers, width = [nn.Conv2d(3, 96, 4, 4), ChannelNorm(96)], 96
    for stage, blocks in enumerate((3, 3, 9, 3)):
        if stage > 0:
            layers += [ChannelNorm(width), nn.Conv2d(width, 2 * width, 2, 2)]
            width *= 2
        layers += [ConvNeXtBlock(width) for _ in range(blocks)]
    return nn.Sequential(*layers, ChannelNorm(width))


# ---- jobs: functions that do the work of one batch --------------------------------------------------------------------


def eager(model, shape):
    model, x = model.eval(), torch.rand(shape)

    def run():
        with torch.inference_mode():
            model(x)

    return run


def jit(model, shape):
    """Frozen and fused, channels last: PyTorch's fastest way on the CPU that needs no compiler."""
    model = model.eval().to(memory_format=torch.channels_last)
    x = torch.rand(shape).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        fused = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, x)))
        fused(x)

    def run():
        with torch.inference_mode():
            fused(x)

    return run


def step(model, shape, classes, frozen=0, statistics=False):
    """A step of RMSprop; the first `frozen` modules do not train, nor, unless asked for, do statistics of batches."""
    for parameter in model[:frozen].parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train(statistics)
    x, n = torch.rand(shape), shape[0]
    y = torch.zeros(n, 1) if classes == 1 else torch.arange(n) % classes
    loss = F.binary_cross_entropy_with_logits if classes == 1 else F.cross_entropy
    optimizer = torch.optim.RMSprop([p for p in model.parameters() if p.requires_grad], 1e-5, alpha=0.9)

    def run():
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    return run


def book_head():
    return [nn.Flatten(), nn.Linear(8192, 256), nn.ReLU(), nn.Linear(256, 1)]


def average_head(features):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(features, 2)]


VGG, NET, INCEPTION = (20, 3, 150, 150), (16, 3, 224, 224), (16, 3, 299, 299)

JOBS = {
    "vgg16-eager": lambda: eager(vgg16(), VGG),
    "resnet50-jit": lambda: jit(resnet50(), NET),
    "vgg16-jit": lambda: jit(vgg16(), VGG),
    "mobilenetv2035-jit": lambda: jit(mobilenetv2035(), NET),
    "mobilenetv2-jit": lambda: jit(mobilenetv2(), NET),
    "efficientnetb0-jit": lambda: jit(efficientnetb0(), NET),
    "inceptionv3-jit": lambda: jit(inceptionv3(), INCEPTION),
    "densenet121-jit": lambda: jit(densenet121(), NET),
    "convnexttiny-jit": lambda: jit(convnexttiny(), NET),
    "vittiny16-jit": lambda: jit(vit(192, 3), NET),
    "vitsmall16-jit": lambda: jit(vit(384, 6), NET),
    "vittiny16-finetune": lambda: step(nn.Sequential(*vit(192, 3), ClassToken(), nn.Linear(192, 2)), NET, 2, 11),
    "vitsmall16-finetune": lambda: step(nn.Sequential(*vit(384, 6), ClassToken(), nn.Linear(384, 2)), NET, 2, 11),
    "vgg16-finetune": lambda: step(nn.Sequential(*vgg16(), *book_head()), VGG, 1, 24),
    "resnet50-finetune": lambda: step(nn.Sequential(*resnet50(), *average_head(2048)), NET, 2, 15),
    "mobilenetv2-finetune": lambda: step(nn.Sequential(*mobilenetv2(), *average_head(1280)), NET, 2, 14),
    "vgg16-training": lambda: step(nn.Sequential(*vgg16(), *book_head()), VGG, 1),
    "resnet50-training": lambda: step(nn.Sequential(*resnet50(), *average_head(2048)), NET, 2, statistics=True),
    "mobilenetv2-training": lambda: step(nn.Sequential(*mobilenetv2(), *average_head(1280)), NET, 2, statistics=True),
    "convnet-training": lambda: step(convnet(), VGG, 1),
}


# ---- picture files, named as JOB@FOLDER ---------------------------------------------------------------------------------


def tensor(file, draft):
    """As torchvision's Resize, ToTensor and Normalize, or with Pillow's two ways of leaving out what is not needed."""
    picture = Image.open(file)
    if draft:
        picture.draft("RGB", (448, 448))
    picture = picture.convert("RGB").resize((224, 224), Image.BICUBIC, reducing_gap=2.0 if draft else None)
    values = np.asarray(picture, dtype=np.float32)
    return np.ascontiguousarray(((values - np.float32(127.5)) * np.float32(1 / 127.5)).transpose(2, 0, 1))


def tensors(files, draft):
    return lambda: [tensor(file, draft) for file in files]


class Pictures(torch.utils.data.Dataset):
    def __init__(self, files, draft):
        self.files, self.draft = files, draft

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        return torch.from_numpy(tensor(self.files[index], self.draft))


def features(files, draft):
    """The network in this process, the files in as many others as there are threads; these stay between turns."""
    loader = torch.utils.data.DataLoader(
        Pictures(files, draft), batch_size=4, num_workers=torch.get_num_threads(), persistent_workers=True)
    model = torch.jit.optimize_for_inference(torch.jit.trace(mobilenetv2().eval(), torch.rand(4, 3, 224, 224)))

    def run():
        with torch.inference_mode():
            for batch in loader:
                model(batch).mean((2, 3))

    return run


def resize(files, draft):
    picture = Image.open(files[0]).convert("RGB")

    def run():
        small = picture.resize((224, 224), Image.BICUBIC, reducing_gap=2.0 if draft else None)
        values = np.asarray(small, dtype=np.float32)
        return np.ascontiguousarray(((values - np.float32(127.5)) * np.float32(1 / 127.5)).transpose(2, 0, 1))

    return run


PICTURES = {"tensors": tensors, "features": features, "resize": resize}


def of_pictures(job, folder):
    files = sorted(pathlib.Path(folder).iterdir())
    return PICTURES[job.removesuffix("-draft")](files, job.endswith("-draft"))


def turn(run, seconds):
    count, start = 0, time.perf_counter()
    while True:
        run()
        count += 1
        passed = time.perf_counter() - start
        if passed >= seconds:
            return passed / count


def main():
    job, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    torch.set_num_threads(threads)
    name, _, folder = job.partition("@")
    run = of_pictures(name, folder) if folder else JOBS[name]()
    print(f"ready PyTorch {torch.__version__}", flush=True)
    for _ in sys.stdin:
        print(turn(run, seconds), flush=True)


if __name__ == "__main__":
    main()
