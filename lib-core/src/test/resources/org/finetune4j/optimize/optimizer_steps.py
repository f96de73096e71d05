"""Writes optimizer_steps.json: weights after each of 5 steps.

Run where Keras 3 (TensorFlow backend) or PyTorch 2 is there; each adds its own part to the file.
"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
START = [0.5, -1.25, 2.0, 0.03125]
GRADIENTS = [[0.1, -2.0, 0.5, 1e-3], [0.3, 1.0, 0.5, -2e-3], [-0.2, 0.25, 0.5, 4e-3],
             [0.05, -0.5, 0.5, 0.0], [1.5, 0.125, 0.5, -1e-3]]


def with_keras():
    import keras
    makers = {
        "sgd": lambda: keras.optimizers.SGD(0.1),
        "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
        "nesterov": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
        "adam": lambda: keras.optimizers.Adam(0.01),
        "adamw": lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1),
    }
    results = {}
    for name, make in makers.items():
        optimizer, variable, rows = make(), keras.Variable(START), []
        optimizer.build([variable])
        for gradient in GRADIENTS:
            optimizer.apply([keras.ops.array(gradient)])
            rows.append([float(v) for v in keras.ops.convert_to_numpy(variable)])
        results[name] = rows
    return "Keras " + keras.__version__, results


def with_torch():
    import torch
    makers = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
        # Epsilon stands elsewhere in PyTorch's formulas: too small to count, the rules are one.
        "adam, no epsilon": lambda p: torch.optim.Adam(p, 0.01, eps=1e-30),
        "adamw, no epsilon": lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1, eps=1e-30),
        "rmsprop, no epsilon": lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9, eps=1e-30),
    }
    results = {}
    for name, make in makers.items():
        variable, rows = torch.tensor(START, requires_grad=True), []
        optimizer = make([variable])
        for gradient in GRADIENTS:
            variable.grad = torch.tensor(gradient)
            optimizer.step()
            rows.append(variable.tolist())
        results[name] = rows
    return "PyTorch " + torch.__version__.split("+")[0], results


path = sys.argv[2]
known = json.load(open(path)) if os.path.exists(path) else {"start": START, "gradients": GRADIENTS}
version, results = with_keras() if sys.argv[1] == "keras" else with_torch()
known[sys.argv[1]] = {"version": version, "weights": results}
json.dump(known, open(path, "w"), indent=1)
