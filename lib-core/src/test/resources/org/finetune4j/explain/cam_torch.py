"""Writes cam.json: class activation maps of a small random network, computed by PyTorch's autograd."""
import json
import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(11)
SIDE = 18


def numbers(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 3).astype(np.float32)


# Convolution kernels: out, in, height, width.
w = {
    "conv1/kernel": numbers(6, 3, 3, 3, scale=0.3),
    "conv1/bias": numbers(6, scale=0.1),
    "conv2/kernel": numbers(8, 6, 3, 3, scale=0.3),
    "bn/gamma": np.abs(numbers(8)) + np.float32(0.5),
    "bn/beta": numbers(8, scale=0.3),
    "bn/moving_mean": numbers(8, scale=0.3),
    "bn/moving_variance": np.abs(numbers(8)) + np.float32(0.5),
    "standardize/mean": numbers(8, scale=0.3),
    "standardize/variance": np.abs(numbers(8)) + np.float32(0.2),
    "linear/kernel": numbers(8, 3),
    "linear/bias": numbers(3),
    "hidden/kernel": numbers(8, 10, scale=0.5),
    "hidden/bias": numbers(10, scale=0.2),
    "deep/kernel": numbers(10, 3),
    "deep/bias": numbers(3),
    "unit/kernel": numbers(10, 1),
    "unit/bias": numbers(1),
}
t = {k: torch.tensor(v) for k, v in w.items()}
pixels = rng.integers(0, 256, size=(SIDE, SIDE, 3))
image = torch.tensor(pixels.transpose(2, 0, 1)[None].astype(np.float32)) / 127.5 - 1


def early(x):
    x = F.conv2d(x, t["conv1/kernel"], t["conv1/bias"], padding=1).relu()
    return F.max_pool2d(x, 2)


def late(x):
    x = F.conv2d(x, t["conv2/kernel"])
    x = F.batch_norm(x, t["bn/moving_mean"], t["bn/moving_variance"], t["bn/gamma"], t["bn/beta"], eps=1e-3)
    return x.relu()


def trunk(x):
    return late(early(x))


def dense(x, name):
    return x @ t[name + "/kernel"] + t[name + "/bias"]


def linear(features):
    x = (features.mean((2, 3)) - t["standardize/mean"]) / t["standardize/variance"].sqrt()
    return dense(x, "linear")


def hidden(features):
    return dense(features.mean((2, 3)), "hidden").relu()


def deep(features):
    return dense(hidden(features), "deep")


def unit(features):
    z = dense(hidden(features), "unit")
    return torch.cat([-z, z], 1)


def weighted(features, weights):
    return F.relu((weights[:, None, None] * features[0]).sum(0)).detach().numpy().astype(float).tolist()


def grad_cam(head, label, upto=trunk):
    features = upto(image).detach().requires_grad_()
    head(features)[0, label].backward()
    return weighted(features, features.grad[0].mean((1, 2)))


def cam(label):
    features = trunk(image)
    kernel = t["linear/kernel"][:, label] / t["standardize/variance"].sqrt()
    return weighted(features, kernel)


def score_cam(head, probabilities, label):
    features = trunk(image)
    weights = []
    for channel in features[0]:
        mask = F.interpolate(channel[None, None], size=(SIDE, SIDE), mode="bilinear", align_corners=False)
        if mask.max() == mask.min():
            weights.append(0.0)
            continue
        mask = (mask - mask.min()) / (mask.max() - mask.min())
        weights.append(float(probabilities(head(trunk(image * mask)))[0, label]))
    return weighted(features, torch.tensor(weights))


def softmax(z):
    return z.softmax(1)


def sigmoid(z):
    return z.sigmoid()


with torch.no_grad():
    features = trunk(image)
    maps = {
        "cam": [cam(c) for c in range(3)],
        "score_cam_deep": [score_cam(deep, softmax, c) for c in range(3)],
        "score_cam_unit": [score_cam(unit, sigmoid, c) for c in range(2)],
    }
maps["grad_cam_linear"] = [grad_cam(linear, c) for c in range(3)]
maps["grad_cam_deep"] = [grad_cam(deep, c) for c in range(3)]
maps["grad_cam_early"] = [grad_cam(lambda x: deep(late(x)), c, early) for c in range(3)]
maps["grad_cam_unit"] = [grad_cam(unit, c) for c in range(2)]
json.dump(
    {
        "about": "cam_torch.py with PyTorch " + torch.__version__,
        "weights": {k: {"shape": list(v.shape), "values": [round(float(x), 4) for x in v.ravel()]} for k, v in w.items()},
        "pixels": pixels.ravel().tolist(),
        "maps": {k: [[[float("%.7g" % x) for x in row] for row in m] for m in v] for k, v in maps.items()},
    },
    open("cam.json", "w"),
)
for k, v in maps.items():
    print(k, [round(max(max(r) for r in m), 4) for m in v])
