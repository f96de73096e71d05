"""Writes token_cam.json: Grad-CAM at the tokens of a small random transformer, by PyTorch's autograd."""
import json
import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(5)
WIDTH, HEIGHT, PATCH, CHANNELS, HEADS, REGISTERS = 24, 18, 6, 8, 2, 2
ROWS, COLUMNS = HEIGHT // PATCH, WIDTH // PATCH


def numbers(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 3).astype(np.float32)


w = {
    "patches/kernel": numbers(CHANNELS, 3, PATCH, PATCH, scale=0.15),
    "patches/bias": numbers(CHANNELS, scale=0.2),
    "class/tokens": numbers(1, CHANNELS),
    "positions/embedding": numbers(1 + ROWS * COLUMNS, CHANNELS, scale=0.5),
    "registers/tokens": numbers(REGISTERS, CHANNELS),
    "norm/gamma": np.abs(numbers(CHANNELS)) + np.float32(0.5),
    "norm/beta": numbers(CHANNELS, scale=0.3),
    "head/kernel": numbers(CHANNELS, 3),
    "head/bias": numbers(3),
}
for block in ("one", "two"):
    w[f"{block}.norm/gamma"] = np.abs(numbers(CHANNELS)) + np.float32(0.5)
    w[f"{block}.norm/beta"] = numbers(CHANNELS, scale=0.3)
    w[f"{block}.attention/qkv_kernel"] = numbers(CHANNELS, 3 * CHANNELS, scale=0.5)
    w[f"{block}.attention/qkv_bias"] = numbers(3 * CHANNELS, scale=0.2)
    w[f"{block}.attention/projection_kernel"] = numbers(CHANNELS, CHANNELS, scale=0.5)
    w[f"{block}.attention/projection_bias"] = numbers(CHANNELS, scale=0.2)
t = {k: torch.tensor(v, dtype=torch.float64) for k, v in w.items()}
pixels = rng.integers(0, 256, size=(HEIGHT, WIDTH, 3))
image = torch.tensor(pixels.transpose(2, 0, 1)[None].astype(np.float64)) / 127.5 - 1


def norm(x, name):
    return F.layer_norm(x, (CHANNELS,), t[name + "/gamma"], t[name + "/beta"], 1e-6)


def block(x, name):
    q, k, v = (norm(x, name + ".norm") @ t[name + ".attention/qkv_kernel"] + t[name + ".attention/qkv_bias"]).split(CHANNELS, -1)
    q, k, v = (z.unflatten(-1, (HEADS, -1)).transpose(1, 2) for z in (q, k, v))
    y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    return x + y @ t[name + ".attention/projection_kernel"] + t[name + ".attention/projection_bias"]


def upto_one():
    x = F.conv2d(image, t["patches/kernel"], t["patches/bias"], stride=PATCH).flatten(2).transpose(1, 2)
    x = torch.cat([t["class/tokens"][None], x], 1) + t["positions/embedding"]
    x = torch.cat([x[:, :1], t["registers/tokens"][None], x[:, 1:]], 1)
    return block(x, "one")


def grad_cam(label):
    tokens = upto_one().detach().requires_grad_()
    y = norm(block(tokens, "two"), "norm")[:, 0] @ t["head/kernel"] + t["head/bias"]
    y[0, label].backward()
    patches, slopes = tokens[0, 1 + REGISTERS:], tokens.grad[0, 1 + REGISTERS:]
    return F.relu(patches @ slopes.mean(0)).reshape(ROWS, COLUMNS).detach().numpy().tolist()


maps = [grad_cam(c) for c in range(3)]
json.dump(
    {
        "about": "token_cam_torch.py with PyTorch " + torch.__version__,
        "weights": {k: {"shape": list(v.shape), "values": [round(float(x), 4) for x in v.ravel()]} for k, v in w.items()},
        "pixels": pixels.ravel().tolist(),
        "maps": [[[float("%.9g" % x) for x in row] for row in m] for m in maps],
    },
    open("token_cam.json", "w"),
)
print([max(max(r) for r in m) for m in maps])
