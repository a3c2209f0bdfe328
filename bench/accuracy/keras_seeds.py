"""Trains a script from several seeds in real Keras: each line of standard input is a JSON {id, text}, each line of
standard output {id, runs: [[loss of every epoch], ...]}. In place of `fit` the same training steps are taken batch by
batch (`train_on_batch` sums the printed loss as `fit` does, at a tenth of the overhead), once for each seed, each time
from weights and an optimizer made anew.

    python keras_seeds.py SEEDS < scripts.jsonl > runs.jsonl
"""

import json
import sys

import keras
import numpy as np

SEEDS = int(sys.argv[1])


def runs_of(text):
    runs = []

    def repeated(model, x, y, epochs=1, batch_size=32):
        model.build(x.shape)
        initial = None
        for seed in range(SEEDS):
            keras.utils.set_random_seed(seed)
            fresh = keras.models.clone_model(model)
            fresh.build(x.shape)
            model.set_weights(fresh.get_weights())
            model.train_on_batch(x[:batch_size], y[:batch_size])  # builds the optimizer
            if initial is None:
                made = type(model.optimizer).from_config(model.optimizer.get_config())
                made.build(model.trainable_variables)
                initial = [np.asarray(variable) for variable in made.variables]
            for variable, value in zip(model.optimizer.variables, initial):
                variable.assign(value)
            model.set_weights(fresh.get_weights())
            losses = []
            for _ in range(epochs):
                order = np.random.permutation(len(x))
                model.reset_metrics()
                for start in range(0, len(x), batch_size):
                    rows = order[start : start + batch_size]
                    loss = model.train_on_batch(x[rows], y[rows])
                losses.append(float(loss))
            runs.append(losses)

    keras.Model.fit = repeated
    exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    return runs


for line in sys.stdin:
    request = json.loads(line)
    try:
        result = {"id": request["id"], "runs": runs_of(request["text"])}
    except Exception as error:
        result = {"id": request["id"], "error": repr(error)}
    keras.backend.clear_session()
    print(json.dumps(result), flush=True)
