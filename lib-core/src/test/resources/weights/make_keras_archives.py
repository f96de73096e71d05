"""Makes the compiled .keras files beside it, and prints what Keras predicts. Needs Keras 3 with TensorFlow, h5py, NumPy.

    python make_keras_archives.py FOLDER

Layouts of Keras 2 are written by hand from the same numbers: 2.13 keeps layers under `_layer_checkpoint_dependencies`, where a
layer with weights counts twice; 2.15 on Windows joins names with backslashes; neither keeps names.
"""

import io
import json
import os
import re
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np
from keras import layers as L
from keras import optimizers as O


def picture(width, height, channels=3):
    """The picture of KerasClassifierTest."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    texture = (x * x + 3 * y * y + x * y * (c + 1)) // 16
    return ((x * 7 + y * 13 + c * 29 + texture) % 256)[None].astype("float32")


def fit(model, optimizer, width=12, height=10, channels=3):
    x = np.concatenate([picture(width, height, channels), 255 - picture(width, height, channels)])
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, np.array([0, 1]), epochs=2, verbose=0)


def nested():
    """A model in a model, both compiled; layers named like what must be passed over."""
    base = keras.Sequential(
        [
            keras.Input((10, 12, 3)),
            L.Rescaling(1 / 255.0),
            L.Conv2D(4, 3, activation="relu", name="z_first"),
            L.Conv2D(5, 3, name="adam"),
            L.BatchNormalization(),
            L.GlobalAveragePooling2D(),
            L.Dense(3, activation="softmax", name="optimizer"),
        ],
        name="base",
    )
    fit(base, O.Adam(1e-2))
    trunk = keras.Model(base.inputs, base.layers[3].output, name="trunk")
    inputs = keras.Input((10, 12, 3))
    x = trunk(L.RandomFlip("horizontal")(inputs))
    x = L.Dropout(0.2)(L.GlobalMaxPooling2D()(x))
    x = L.Dense(6, activation="relu", name="vars")(x)
    model = keras.Model(inputs, L.Dense(3, activation="softmax", name="scores")(x))
    trunk.compile("adam", "mse")
    fit(model, O.LossScaleOptimizer(O.AdamW(O.schedules.CosineDecay(1e-2, 9), use_ema=True)))
    return model


def gray():
    model = keras.Sequential(
        [
            keras.Input((10, 12, 1)),
            L.Normalization(mean=[127.0], variance=[3600.0]),
            L.Conv2D(3, 3, activation="elu"),
            L.Flatten(),
            L.Dense(3, activation="softmax"),
        ]
    )
    fit(model, O.Nadam(1e-2), channels=1)
    return model


def resized():
    """What tutorials put before a network: other sizes, arithmetic, activations of many kinds."""
    inputs = keras.Input((10, 12, 3))
    x = L.Resizing(7, 8, crop_to_aspect_ratio=True)(inputs)
    x = L.RandomRotation(0.1)(x) / 127.5 - 1.0
    x = L.Conv2D(6, 3, activation="leaky_relu")(x)
    x = L.UpSampling2D()(x)
    x = L.Cropping2D(((1, 0), (2, 1)))(x)
    x = L.LeakyReLU()(L.Conv2D(6, 3, groups=3, activation="selu")(x))
    x = L.ReLU(max_value=1.0)(L.LayerNormalization()(x))
    x = L.Conv2D(4, 1, activation="gelu")(L.Resizing(5, 9)(x))
    model = keras.Model(inputs, L.Dense(3, activation="softmax")(L.Flatten()(x)))
    fit(model, O.Lion(1e-2))
    return model


def shared_names():
    """Somebody loads a model and puts another layer of the same name behind it."""
    inputs = keras.Input((10, 12, 3))
    x = L.GlobalAveragePooling2D()(L.Rescaling(1 / 255.0)(inputs))
    base = keras.Model(inputs, L.Dense(3, name="dense")(x), name="base")
    model = keras.Sequential([base, L.Dense(3, activation="softmax", name="dense")])
    fit(model, O.Adafactor(1e-2))
    return model


def plain():
    model = keras.Sequential(
        [
            keras.Input((10, 12, 3)),
            L.Rescaling(1 / 255.0),
            L.Conv2D(4, 3, activation="relu"),
            L.Conv2D(5, 3),
            L.BatchNormalization(),
            L.Conv2D(6, 2, activation="relu"),
            keras.Sequential([L.Flatten(), L.Dropout(0.3), L.Dense(7), L.Dense(3)], name="top"),
            L.Softmax(),
        ]
    )
    fit(model, O.SGD(1e-2, momentum=0.9))
    return model


def snake(name):
    name = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def groups(model, container, twice):
    """Yields (path parts, variables) as Keras 2 walked a model."""
    used = {}
    for layer in model.layers:
        name = snake(layer.__class__.__name__)
        used[name] = used.get(name, -1) + 1
        key = name if used[name] == 0 else f"{name}_{used[name]}"
        if isinstance(layer, keras.Model):
            for path, variables in groups(layer, container, twice):
                yield [container, key, *path], variables
        yield [container, key], [] if isinstance(layer, keras.Model) else layer.weights
        used[name] += 1 if twice and layer.weights else 0


def write_old(model, file, container, separator, twice):
    content = io.BytesIO()
    with h5py.File(content, "w") as h5:
        for path, variables in groups(model, container, twice):
            vars_ = h5.require_group(separator.join(path)).create_group("vars")
            for i, variable in enumerate(variables):
                vars_.create_dataset(str(i), data=np.asarray(variable))
        vars_ = h5.create_group("optimizer").create_group("vars")
        for i, variable in enumerate(model.optimizer.variables):
            vars_.create_dataset(str(i), data=np.asarray(variable))
        h5.create_group(separator.join(["metrics", "mean"])).create_group("vars").create_dataset("0", data=np.float32(1))
    config = json.loads(model.to_json())
    config.pop("compile_config", None)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.13.1"}))
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", content.getvalue())


folder = sys.argv[1]
keras.utils.set_random_seed(7)
for name, make, channels in (
    ("compiled-nested", nested, 3),
    ("compiled-gray", gray, 1),
    ("compiled-resized", resized, 3),
    ("shared-names", shared_names, 3),
):
    model = make()
    model.save(f"{folder}/{name}.keras")
    print(name, model.predict(picture(12, 10, channels), verbose=0)[0].tolist())
model = plain()
write_old(model, f"{folder}/keras-2.13.keras", "_layer_checkpoint_dependencies", "/", True)
write_old(model, f"{folder}/keras-2.15-windows.keras", "layers", "\\", False)
print("keras-2", model.predict(picture(12, 10), verbose=0)[0].tolist())
