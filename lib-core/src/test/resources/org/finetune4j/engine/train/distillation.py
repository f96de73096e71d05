"""Prints loss and gradient by the logits of a distillation in PyTorch, in float64.

    python distillation.py > distillation.json

The committed numbers were made with PyTorch 2.13.
"""
import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
LOGITS = [[1.0, -2.0, 0.5], [0.25, 0.125, -0.75], [3.0, 0.0, -3.0], [0.0, 0.5, 1.0]]
TEACHER = [[2.0, -1.0, 0.0], [-1.0, 1.0, 0.5], [0.5, 0.5, -6.0], [-2.0, 0.25, 4.0]]
LABELS = [0, 1, 0, 2]
WEIGHTS = [1.0, 2.0, 0.0, 0.5]

cases = []
for temperature, share, weighted in [(1, 0.5, False), (3, 0.7, False), (4, 1.0, False), (2, 0.25, True)]:
    z = torch.tensor(LOGITS, requires_grad=True)
    w = torch.tensor(WEIGHTS if weighted else [1.0] * 4)
    labels = F.cross_entropy(z, torch.tensor(LABELS), reduction="none")
    p = F.softmax(torch.tensor(TEACHER) / temperature, -1)
    q = F.log_softmax(z / temperature, -1)
    divergence = F.kl_div(q, p, reduction="none").sum(-1)
    loss = (w * ((1 - share) * labels + share * temperature**2 * divergence)).mean()
    loss.backward()
    cases.append(
        {
            "temperature": temperature,
            "share": share,
            "weighted": weighted,
            "teacher": F.softmax(torch.tensor(TEACHER), -1).tolist(),
            "loss": loss.item(),
            "gradient": z.grad.flatten().tolist(),
        }
    )
print(json.dumps(cases))
