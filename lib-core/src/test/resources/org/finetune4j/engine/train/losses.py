"""Losses of tags and numbers, and their gradients by PyTorch's autograd.

python losses.py, beside which it writes losses.json; PyTorch 2.13 made it.
"""

import json
import pathlib
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(3)
n, k = 7, 3
logits = (4 * torch.randn(n, k)).double()
hard = (torch.rand(n, k) < 0.4).double()
soft = torch.rand(n, k).double()
weight = torch.tensor([1.0, 0.5, 2.0]).double()
positive = torch.tensor([3.0, 1.0, 0.25]).double()
deviations = torch.tensor([2.0, 0.1, 30.0]).double()
numbers = (10 * torch.randn(n, k)).double() * deviations / 10


def focal(z, t, gamma, factor):
    p = torch.sigmoid(z)
    entropy = F.binary_cross_entropy_with_logits(z, t, reduction="none")
    right = p * t + (1 - p) * (1 - t)  # as torchvision.ops.sigmoid_focal_loss
    return (factor * entropy * (1 - right) ** gamma).mean()


def scaled(z, t):
    return z / deviations, t / deviations


cases = dict(
    entropy=lambda z: F.binary_cross_entropy_with_logits(z, hard),
    soft=lambda z: F.binary_cross_entropy_with_logits(z, soft),
    weighted=lambda z: F.binary_cross_entropy_with_logits(z, hard, weight=weight, pos_weight=positive),
    focal=lambda z: focal(z, hard, 2, 1),
    focal_soft=lambda z: focal(z, soft, 1.5, 1),
    focal_weighted=lambda z: focal(z, hard, 2, weight * (positive * hard + 1 - hard)),
    squared=lambda z: F.mse_loss(*scaled(z * deviations, numbers)),
    huber=lambda z: F.huber_loss(*scaled(z * deviations, numbers), delta=0.7),
)
result = dict(
    made_by="PyTorch " + torch.__version__,
    logits=logits.float().tolist(), hard=hard.tolist(), soft=soft.float().tolist(),
    weight=weight.tolist(), positive=positive.tolist(), deviations=deviations.tolist(),
    numbers=numbers.float().tolist(), values=(logits * deviations).float().tolist(), losses={})
logits, soft, numbers = (t.float().double() for t in (logits, soft, numbers))
for name, loss in cases.items():
    z = logits.clone().requires_grad_(True)
    value = loss(z)
    value.backward()
    gradient = z.grad / deviations if name in ("squared", "huber") else z.grad
    result["losses"][name] = dict(loss=value.item(), gradient=gradient.tolist())
pathlib.Path(sys.argv[0]).with_name("losses.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
print(result["made_by"])
