"""Real Keras runs whose progress bars show every step, as those of a slow training do: healthy ones and ones that diverge.

    KERAS_BACKEND=jax python scripts/estimates/bars.py FOLDER [SEED]...   trains, writes the logs and FOLDER/manifest.jsonl
    npm run accuracy -- FOLDER                                            how early each is told, and false alarms
"""
import contextlib
import io
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
from keras.src.utils import io_utils, progbar

EPOCHS = 6
OPTIMIZERS = {
    "sgd": lambda rate: keras.optimizers.SGD(rate),
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "adam": lambda rate: keras.optimizers.Adam(rate),
}
RATES = {"sgd": (1e-3, 1e-2, 0.1, 0.3, 1.0, 3.0), "momentum": (1e-4, 1e-3, 1e-2, 0.1, 0.3), "adam": (1e-4, 1e-3, 1e-2, 0.1)}


def regression(random, heavy_tails):
    noise = random.standard_t(2, (2000, 1)) if heavy_tails else random.normal(0, 0.1, (2000, 1))
    x = random.normal(0, 1, (2000, 8)) * np.geomspace(0.3, 3, 8)
    return x, x @ random.normal(0, 1, (8, 1)) + noise, [keras.layers.Dense(1)], "mse"


def network(random, activation):
    x = random.normal(0, 1, (2000, 8))
    y = np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
    return x, y, [keras.layers.Dense(32, activation), keras.layers.Dense(32, activation), keras.layers.Dense(1)], "mse"


def classes(random, rare):
    x = random.normal(0, 1, (2000, 8))
    y = (x[:, :1] + x[:, 1:2] * x[:, 2:3] > (3.5 if rare else 0)).astype("float32")
    return x, y, [keras.layers.Dense(32, "relu"), keras.layers.Dense(1, "sigmoid")], "binary_crossentropy"


def unscaled(random):
    x = random.uniform(0, 30, (2000, 4))
    return x, x.sum(1, keepdims=True) + random.normal(0, 1, (2000, 1)), [keras.layers.Dense(16, "relu"), keras.layers.Dense(1)], "mse"


PROBLEMS = {
    "regression": lambda random: regression(random, False),
    "outliers": lambda random: regression(random, True),
    "relu": lambda random: network(random, "relu"),
    "tanh": lambda random: network(random, "tanh"),
    "classes": lambda random: classes(random, False),
    "rare-classes": lambda random: classes(random, True),
    "unscaled": unscaled,
}


class Everything(progbar.Progbar):
    """Updates that follow each other within 50 ms are left out by Keras; a slow training has none of those."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.interval = 0
        self._dynamic_display = True


def printed(problem, optimizer, rate, seed, batch):
    random = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    x, y, layers, loss = PROBLEMS[problem](random)
    model = keras.Sequential([keras.Input((x.shape[1],)), *layers])
    model.compile(optimizer=OPTIMIZERS[optimizer](rate), loss=loss)
    untrained = model.evaluate(x, y, batch_size=batch, verbose=0)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        history = model.fit(x, y, epochs=EPOCHS, batch_size=batch, verbose=1)
    return out.getvalue(), label(untrained, history.history["loss"])


def label(untrained, losses):
    if not np.isfinite(losses).all():
        return "nan"
    return "healthy" if losses[-1] <= untrained and max(losses) <= 3 * untrained else "unknown"


def main(folder, seeds):
    keras.src.callbacks.progbar_logger.Progbar = Everything
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "manifest.jsonl"), "w") as manifest:
        for seed in seeds:
            for problem in PROBLEMS:
                for optimizer, rates in RATES.items():
                    for rate in rates:
                        text, kind = printed(problem, optimizer, rate, seed, 20)
                        name = f"{problem}-{optimizer}-{rate:g}-{seed}.log"
                        with open(os.path.join(folder, name), "w") as log:
                            log.write(text)
                        print(json.dumps({"file": name, "label": kind}), file=manifest)
                keras.backend.clear_session()


if __name__ == "__main__":
    io_utils.enable_interactive_logging()
    main(sys.argv[1], [int(seed) for seed in sys.argv[2:]] or [0])
