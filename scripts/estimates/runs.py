"""Real Keras runs around the edge of stability, to check the learning rates that Loss Doctor suggests.

    KERAS_BACKEND=jax python scripts/estimates/runs.py draw FOLDER [SEED]...  trains, finds each edge, writes FOLDER/runs.jsonl
    npx tsx scripts/estimates/suggest.ts FOLDER                        diagnoses each run, writes FOLDER/suggestions.jsonl
    KERAS_BACKEND=jax python scripts/estimates/runs.py check FOLDER    trains with each suggestion, prints the table

A run converges if it stays finite and its last quarter lies below its first epoch. The edge of a problem is the largest
learning rate that converges, found by bisection over the same start weights and the same order of batches.
"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

EPOCHS = 24
RATES_AROUND_THE_EDGE = (0.5, 0.7, 0.9, 1.02, 1.05, 1.1, 1.2, 1.4, 1.7, 2.2, 3.0, 5.0)
OPTIMIZERS = {
    "SGD": dict(momentum=0.0, nesterov=False),
    "momentum 0.9": dict(momentum=0.9, nesterov=False),
    "Nesterov 0.9": dict(momentum=0.9, nesterov=True),
}


def quadratic(random):
    """One input, no bias: the loss is mean(x²)·(w − w*)²."""
    x = random.normal(0, 3, (32, 1))
    return x, 0.5 * x, [keras.layers.Dense(1, use_bias=False)], 32


def linear(random, batch):
    x = random.normal(0, 1, (200, 8)) * np.geomspace(0.3, 3, 8)
    y = x @ random.normal(0, 1, (8, 1)) + random.normal(0, 0.1, (200, 1))
    return x, y, [keras.layers.Dense(1)], batch


def network(random, activation, batch):
    x = random.normal(0, 1, (200, 8))
    y = np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
    hidden = [keras.layers.Dense(16, activation=activation), keras.layers.Dense(16, activation=activation)]
    return x, y, [*hidden, keras.layers.Dense(1)], batch


PROBLEMS = {
    "quadratic": quadratic,
    "linear, full batch": lambda random: linear(random, 200),
    "linear, mini-batch": lambda random: linear(random, 32),
    "tanh network": lambda random: network(random, "tanh", 32),
    "ReLU network": lambda random: network(random, "relu", 32),
}


class Problem:
    """A model whose `fit` is compiled once and started again and again from the same weights."""

    def __init__(self, name, optimizer, seed):
        random = np.random.default_rng(seed)
        keras.utils.set_random_seed(seed)
        self.x, self.y, layers, self.batch = PROBLEMS[name](random)
        self.x = self.x.astype("float32")
        self.y = self.y.astype("float32")
        self.model = keras.Sequential([keras.layers.Input(self.x.shape[1:]), *layers])
        self.model.compile(optimizer=keras.optimizers.SGD(0.01, **OPTIMIZERS[optimizer]), loss="mean_squared_error")
        self.model.fit(self.x[: self.batch], self.y[: self.batch], epochs=1, verbose=0)
        keras.utils.set_random_seed(seed)
        self.start = [random.uniform(-1, 1, w.shape).astype("float32") * np.sqrt(6 / sum(w.shape)) * (len(w.shape) > 1)
                      for w in self.model.get_weights()]

    def losses(self, rate):
        self.model.set_weights(self.start)
        for variable in self.model.optimizer.variables:
            variable.assign(np.zeros(variable.shape))
        self.model.optimizer.learning_rate = rate
        history = self.model.fit(self.x, self.y, batch_size=self.batch, epochs=EPOCHS, verbose=0, shuffle=False)
        return history.history["loss"]


def converges(losses):
    return bool(np.all(np.isfinite(losses)) and np.mean(losses[-len(losses) // 4:]) < losses[0])


def edge_of(problem):
    low, high = 1e-4, 1e-4
    while converges(problem.losses(high)) and high < 1e3:
        low, high = high, high * 2
    for _ in range(9):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if converges(problem.losses(middle)) else (low, middle)
    return float(low)


def draw(folder, *seeds):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "runs.jsonl"), "w") as out:
        for name in PROBLEMS:
            for optimizer in OPTIMIZERS:
                for seed in map(int, seeds or (0, 1)):
                    problem = Problem(name, optimizer, seed)
                    edge = edge_of(problem)
                    for factor in RATES_AROUND_THE_EDGE:
                        losses = problem.losses(edge * factor)
                        out.write(json.dumps(dict(
                            problem=name, optimizer=optimizer, seed=seed, edge=edge, rate=edge * factor, factor=factor,
                            samples=len(problem.x), batch=problem.batch, converges=converges(losses),
                            losses=[repr(loss) for loss in losses], **OPTIMIZERS[optimizer])) + "\n")
                    out.flush()


def check(folder):
    with open(os.path.join(folder, "suggestions.jsonl")) as lines:
        suggestions = [json.loads(line) for line in lines]
    problems = {}
    rows = {}
    for one in suggestions:
        key = (one["problem"], one["optimizer"], one["seed"])
        problem = problems.get(key) or problems.setdefault(key, Problem(*key))
        row = rows.setdefault(key[:2], dict(diverging=0, told=0, false=0, converging=0, below=[], bound=[]))
        row["diverging"] += not one["converges"]
        row["false"] += one["converges"] and one["found"]
        if one["suggested"] is None or one["converges"]:
            continue
        row["told"] += 1
        row["converging"] += converges(problem.losses(one["suggested"]))
        row["below"].append(one["edge"] / one["suggested"])
        row["bound"].append(one["bound"] / one["edge"])
    print("| problem | optimizer | diverging runs | with a rate | suggested rate converges | edge / suggestion, median (range) | bound / edge, median | false alarms |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    below, told, converging = [], 0, 0
    for (problem, optimizer), row in rows.items():
        below += row["below"]
        told += row["told"]
        converging += row["converging"]
        spread = f"{np.median(row['below']):.2f} ({min(row['below']):.2f}–{max(row['below']):.2f})" if row["below"] else "–"
        bound = f"{np.median(row['bound']):.2f}" if row["bound"] else "–"
        print(f"| {problem} | {optimizer} | {row['diverging']} | {row['told']} | {row['converging']} | {spread} | {bound} | {row['false']} |")
    print(f"\nConverges: {converging} of {told} ({100 * converging / max(1, told):.1f} %). Edge / suggestion, median: {np.median(below):.2f}.")


if __name__ == "__main__":
    {"draw": draw, "check": check}[sys.argv[1]](*sys.argv[2:])
