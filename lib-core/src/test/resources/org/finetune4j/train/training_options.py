"""Prints the weights after six epochs of a small head in PyTorch, for each option of a training.

    python training_options.py > training_options.json

training_start.json beside it holds data and first weights; kernels are [inputs][outputs]. The
committed numbers were made with PyTorch 2.13 in float64.
"""
import json
import math
import pathlib

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

torch.set_default_dtype(torch.float64)
EPOCHS = 6
START = json.loads((pathlib.Path(__file__).parent / "training_start.json").read_text())
X = torch.tensor(START["features"])
Y = torch.tensor(START["targets"])
EPSILON = 1e-3


def network(norm=False):
    layers = [torch.nn.Linear(4, 5)]
    if norm:
        layers.append(torch.nn.BatchNorm1d(5, eps=EPSILON))
    layers += [torch.nn.ReLU(), torch.nn.Linear(5, 3)]
    model = torch.nn.Sequential(*layers)
    with torch.no_grad():
        for name, layer in (("head_dense", model[0]), ("head_predictions", model[-1])):
            shape = layer.weight.T.shape
            layer.weight.copy_(torch.tensor(START["weights"][name + "/kernel"]).reshape(shape).T)
            layer.bias.copy_(torch.tensor(START["weights"][name + "/bias"]))
    return model


def weights(model, norm=False):
    tensors = {}
    for name, layer in (("head_dense", model[0]), ("head_predictions", model[-1])):
        tensors[name + "/kernel"] = layer.weight.T.flatten().tolist()
        tensors[name + "/bias"] = layer.bias.tolist()
    if norm:
        tensors["head_bn/gamma"] = model[1].weight.tolist()
        tensors["head_bn/beta"] = model[1].bias.tolist()
        tensors["head_bn/moving_mean"] = model[1].running_mean.tolist()
        # PyTorch stores the unbiased variance, Keras and this library the biased one.
        biased = model[1].running_var * (len(X) - 1) / len(X)
        tensors["head_bn/moving_variance"] = biased.tolist()
    return tensors


def sgd(model, rate=0.2):
    return torch.optim.SGD(model.parameters(), rate, momentum=0.9)


def train(model, optimizer, loss=None, after_step=None, after_epoch=None, schedule=None):
    for epoch in range(EPOCHS):
        if schedule:
            for group in optimizer.param_groups:
                group["lr"] = 0.2 * schedule(epoch)
        optimizer.zero_grad()
        value = loss(model) if loss else torch.nn.functional.cross_entropy(model(X), Y)
        value.backward()
        optimizer.step()
        if after_step:
            after_step(model)
        if after_epoch:
            after_epoch(model, epoch)


def plain():
    model = network()
    train(model, sgd(model))
    return weights(model)


def averaged(**kind):
    model = network()
    average = AveragedModel(model, **kind)
    train(model, sgd(model), after_step=average.update_parameters)
    return weights(average.module)


def warm(average, value, updates):
    keep = min(0.9, (1 + float(updates)) / (10 + float(updates)))
    return keep * average + (1 - keep) * value


def swa(norm):
    model = network(norm)
    average = AveragedModel(model)

    def update(moving, epoch):
        if epoch >= 3:
            average.update_parameters(moving)

    train(model, sgd(model), after_epoch=update)
    if norm:
        update_bn([X], average)
    return weights(average.module, norm)


def sample_weights():
    model = network()
    w = torch.tensor([float(i % 4) for i in range(len(X))])

    def loss(model):
        return (w * torch.nn.functional.cross_entropy(model(X), Y, reduction="none")).mean()

    train(model, sgd(model), loss)
    return weights(model)


def accumulation():
    model = network()
    optimizer = sgd(model)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        for part in (slice(0, 5), slice(5, 10), slice(10, 12)):
            loss = torch.nn.functional.cross_entropy(model(X[part]), Y[part], reduction="sum")
            (loss / len(X)).backward()
        optimizer.step()
    return weights(model)


def decay(everything):
    model = network()
    kernels = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    groups = [
        {"params": kernels, "weight_decay": 0.1},
        {"params": others, "weight_decay": 0.1 if everything else 0.0},
    ]
    train(model, torch.optim.AdamW(groups, 0.05, eps=1e-12))
    return weights(model)


def layer_decay():
    model = network()
    groups = [
        {"params": model[0].parameters(), "lr": 0.2 * 0.25},
        {"params": model[-1].parameters(), "lr": 0.2},
    ]
    train(model, torch.optim.SGD(groups, 0.2, momentum=0.9))
    return weights(model)


def cycle(step, start, middle, end):
    """fastai's combined_cos with a pct_start of 0.3 and six steps."""

    def cosine(start, end, position):
        return start + (1 + math.cos(math.pi * (1 - position))) * (end - start) / 2

    position = step / EPOCHS
    if position < 0.3:
        return cosine(start, middle, position / 0.3)
    return cosine(middle, end, (position - 0.3) / 0.7)


def rate(step):
    return cycle(step, 1 / 25, 1, 1e-5)


def one_cycle_with_momentum():
    """fastai's moms on PyTorch's AdamW."""
    model = network()
    groups = [
        {"params": [p for p in model.parameters() if p.ndim == 2], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.ndim != 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, 0.05, eps=1e-12)
    for step in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = 0.05 * rate(step)
            group["betas"] = (cycle(step, 0.95, 0.85, 0.95), 0.999)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X), Y).backward()
        optimizer.step()
    return weights(model)


def one_cycle():
    """The rates of fastai's fit_one_cycle."""
    # Keras's momentum, unlike PyTorch's, has the learning rate inside.
    model = network()
    velocity = [torch.zeros_like(p) for p in model.parameters()]
    for step in range(EPOCHS):
        model.zero_grad()
        torch.nn.functional.cross_entropy(model(X), Y).backward()
        with torch.no_grad():
            for p, v in zip(model.parameters(), velocity):
                v.mul_(0.9).sub_(0.2 * rate(step) * p.grad)
                p.add_(v)
    return weights(model)


print(
    json.dumps(
        {
            "plain": plain(),
            "ema": averaged(multi_avg_fn=get_ema_multi_avg_fn(0.9)),
            "emaWithWarmUp": averaged(avg_fn=warm),
            "swa": swa(False),
            "swaWithStatistics": swa(True),
            "sampleWeights": sample_weights(),
            "accumulation": accumulation(),
            "decayOfKernels": decay(False),
            "decayOfAll": decay(True),
            "layerDecay": layer_decay(),
            "oneCycle": one_cycle(),
            "oneCycleWithMomentum": one_cycle_with_momentum(),
        }
    )
)
