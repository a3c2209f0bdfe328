"""Times real Keras' `fit` on models that are described as in ./rerun.ts: standard input is a JSON
[{name, layers: [[class name, arguments], ...], optimizer: [class name, arguments], loss, x: shape, classes, epochs,
batch}, ...] with random data of that shape (`classes` 0: one number to predict), each line of standard output
{name, epochs: [milliseconds of every epoch], total: milliseconds of `fit`}. A fit goes before that is not timed.
"""

import json
import sys
import time

import keras
import numpy as np


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(1000 * (time.perf_counter() - self.began))


def made(family, described):
    name, arguments = described
    return getattr(family, name)(**arguments)


for task in json.load(sys.stdin):
    model = keras.Sequential([keras.Input(task["x"][1:])] + [made(keras.layers, layer) for layer in task["layers"]])
    model.compile(optimizer=made(keras.optimizers, task["optimizer"]), loss=task["loss"])
    random = np.random.default_rng(1)
    x = random.random(task["x"]).astype("float32")
    y = random.integers(0, task["classes"], len(x)) if task["classes"] else random.random((len(x), 1)).astype("float32")
    model.fit(x, y, epochs=1, batch_size=task["batch"], verbose=0)
    clock = Clock()
    began = time.perf_counter()
    model.fit(x, y, epochs=task["epochs"], batch_size=task["batch"], verbose=0, callbacks=[clock])
    total = 1000 * (time.perf_counter() - began)
    print(json.dumps({"name": task["name"], "epochs": clock.epochs, "total": total}), flush=True)
