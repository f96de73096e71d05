"""Prints what Keras 3 and PyTorch 2 make of the same weights and gradients, step by step.

    KERAS_BACKEND=tensorflow python optimizer_steps.py keras > keras_steps.json
    python optimizer_steps.py torch > torch_steps.json

The committed numbers were made with Keras 3.15 on TensorFlow and PyTorch 2.13.
"""
import json
import sys

import numpy as np

STEPS = 12
WEIGHTS = [0.5, -1.25, 2.0, 0.03125, -0.75, 1.5]


def gradient(step):
    """Large and tiny values, both signs, and zeros: where an epsilon stands shows in the tiny ones."""
    g = [((step * 7 + i * 5) % 11 - 5) / 4 for i in range(6)]
    return np.array([g[0], g[1], g[2] * 1e-4, g[3] * 1e-6, g[4], g[5] * 1e-2], np.float32)


def keras_steps():
    import keras

    optimizers = {
        "sgd": keras.optimizers.SGD(0.1),
        "momentum": keras.optimizers.SGD(0.1, momentum=0.9),
        "nesterov": keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        "rmsProp": keras.optimizers.RMSprop(0.01),
        "adam": keras.optimizers.Adam(0.01),
        "adamW": keras.optimizers.AdamW(0.01, weight_decay=0.05, epsilon=1e-7),
    }
    result = {}
    for name, optimizer in optimizers.items():
        weights = keras.Variable(np.array(WEIGHTS, np.float32), name="kernel")
        rows = []
        for step in range(STEPS):
            optimizer.apply([keras.ops.convert_to_tensor(gradient(step))], [weights])
            rows.append([float(x) for x in np.array(weights)])
        result[name] = rows
    return result


def torch_steps():
    import torch

    optimizers = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
        "rmsProp": lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9, eps=1e-7),
        "adam": lambda p: torch.optim.Adam(p, 0.01, eps=1e-7),
        "adamW": lambda p: torch.optim.AdamW(p, 0.01, eps=1e-7, weight_decay=0.05),
    }
    result = {}
    for name, make in optimizers.items():
        weights = torch.nn.Parameter(torch.tensor(WEIGHTS))
        optimizer = make([weights])
        rows = []
        for step in range(STEPS):
            weights.grad = torch.tensor(gradient(step))
            optimizer.step()
            rows.append(weights.detach().tolist())
        result[name] = rows
    result["schedules"] = torch_schedules(torch)
    return result


def torch_schedules(torch):
    """Learning rates of 20 steps with a rate of 1."""
    scheduler = torch.optim.lr_scheduler
    schedules = {
        "cosine": lambda o: scheduler.CosineAnnealingLR(o, 20),
        "cosineWithFloor": lambda o: scheduler.CosineAnnealingLR(o, 20, eta_min=0.1),
        "step": lambda o: scheduler.StepLR(o, 5, gamma=0.1),
        "oneCycle": lambda o: scheduler.OneCycleLR(o, 1, total_steps=20, cycle_momentum=False),
    }
    result = {}
    for name, make in schedules.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
        schedule = make(optimizer)
        rates = []
        for _ in range(20):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        result[name] = rates
    return result


print(json.dumps(keras_steps() if sys.argv[1] == "keras" else torch_steps()))
