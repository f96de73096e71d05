"""Prints learning rates, with a base rate of 1, as Keras 3, PyTorch 2 and fastai 2 give them.

    KERAS_BACKEND=tensorflow python schedules.py keras > keras_schedules.json
    python schedules.py torch > torch_schedules.json
    python schedules.py fastai > fastai_schedules.json

The committed numbers were made with Keras 3.15 on TensorFlow and PyTorch 2.13. Those of fastai
follow the formulas of its callback.schedule written out in float64, as the package was not at hand.
"""
import json
import math
import sys

LENGTHS = [1, 2, 3, 20, 21]
# Falls, rests, falls a little, rises, rests long.
LOSSES = [3, 2, 2, 2.5, 1.99995, 1.5, 1.6, 1.7, 1.8, 1.9, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4]
PLATEAUS = [(0.1, 2, 0, 0.0), (0.5, 3, 0, 0.0), (0.5, 1, 2, 0.1), (0.3, 2, 1, 0.2)]


def keras_rates():
    import keras

    def restarts(n):
        return keras.optimizers.schedules.CosineDecayRestarts(
            1.0, n * (2 - 1) / (2**3 - 1), t_mul=2.0, m_mul=0.8, alpha=0.05
        )

    result = {
        "exponential": lambda n: keras.optimizers.schedules.ExponentialDecay(1.0, n, 0.01),
        "restarts": restarts,
    }
    result = {
        name: {n: [float(make(n)(step)) for step in range(n)] for n in LENGTHS}
        for name, make in result.items()
    }
    result["plateaus"] = [keras_plateau(keras, *rule) for rule in PLATEAUS]
    return result


def keras_plateau(keras, factor, patience, cooldown, floor):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=factor, patience=patience, cooldown=cooldown, min_lr=floor
    )
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(LOSSES):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        rates.append(float(model.optimizer.learning_rate))
    return rates


def torch_rates():
    import torch

    s = torch.optim.lr_scheduler

    def optimizer():
        return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)

    def warm_up(o, n):
        rise = min(4, n - 1)
        if rise == 0:
            return s.CosineAnnealingLR(o, n)
        return s.SequentialLR(
            o,
            [s.LinearLR(o, 1 / (rise + 1), 1, rise), s.CosineAnnealingLR(o, n - rise)],
            [rise],
        )

    makes = {
        "warmUpCosine": warm_up,
        "exponential": lambda o, n: s.ExponentialLR(o, 0.01 ** (1 / n)),
    }
    result = {name: {n: rates(make, optimizer(), n) for n in LENGTHS} for name, make in makes.items()}
    result["restarts"] = {21: rates(lambda o, n: s.CosineAnnealingWarmRestarts(o, 3, 2), optimizer(), 21)}
    plateaus = []
    for factor, patience, cooldown, floor in PLATEAUS:
        o = optimizer()
        rule = s.ReduceLROnPlateau(
            o, factor=factor, patience=patience - 1, cooldown=cooldown, min_lr=floor,
            threshold=1e-4, threshold_mode="abs", eps=0,
        )
        row = []
        for loss in LOSSES:
            rule.step(loss)
            row.append(o.param_groups[0]["lr"])
        plateaus.append(row)
    result["plateaus"] = plateaus
    return result


def rates(make, optimizer, n):
    schedule = make(optimizer, n)
    result = []
    for _ in range(n):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return result


def fastai_rates():
    import torch
    from fastai.callback.schedule import SchedExp, combined_cos, steep, valley

    result = {}
    for name, rise, first in [("oneCycle", 0.3, 1 / 25), ("fineTuneHead", 0.99, 1 / 25), ("fineTuneAll", 0.3, 0.2)]:
        cycle = combined_cos(rise, first, 1, 1e-5)
        result[name] = {n: [float(cycle(step / n)) for step in range(n)] for n in LENGTHS}
    sweeps = []
    for kind in range(4):
        rates = [SchedExp(1e-7, 10)(i / 100) for i in range(100)]
        losses = [raw_loss(kind, rate, i) for i, rate in enumerate(rates)]
        smooth, kept, best, mean = [], [], math.inf, 0.0
        for i, loss in enumerate(losses):
            mean = loss * (1 - 0.98) + mean * 0.98
            value = mean / (1 - 0.98 ** (i + 1))
            smooth.append(value)
            kept.append(rates[i])
            best = min(best, value)
            if value > 4 * best:
                break
        lrs = torch.tensor(kept[10:-5], dtype=torch.float64)
        curve = torch.tensor(smooth[10:-5], dtype=torch.float64)
        sweeps.append(
            {
                "losses": losses,
                "rates": kept,
                "smooth": smooth,
                "valley": valley(lrs, curve, 100)[0],
                "steepest": steep(lrs, curve, 100)[0],
            }
        )
    result["sweeps"] = sweeps
    return result


def raw_loss(kind, rate, i):
    """Four shapes of curves: a clear valley, noise, one that never falls, and one that explodes."""
    noise = ((i * 7919) % 97) / 97 - 0.5
    x = math.log10(rate)
    if kind == 0:
        return 2.3 - 1.8 / (1 + math.exp(-3 * (x + 3))) + (10 ** (2 * (x + 0.2)))
    if kind == 1:
        return 1.1 - 0.7 / (1 + math.exp(-2 * (x + 2.5))) + 0.3 * noise
    if kind == 2:
        return 0.7 + 0.01 * noise
    return 0.7 + 10 ** (3 * (x + 3))


print(json.dumps({"keras": keras_rates, "torch": torch_rates, "fastai": fastai_rates}[sys.argv[1]]()))
