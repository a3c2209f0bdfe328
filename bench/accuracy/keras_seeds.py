"""Trains a script from several seeds in real Keras: each line of standard input is a JSON {id, text}, each line of
standard output {id, runs: [[loss of every epoch], ...], evaluated: [loss at the end, with dropout and noise off, ...]},
the last for models that have such layers. In place of a plain `fit` all steps of an epoch are taken in one graph, each
by Keras' own `train_step`, at a small part of the overhead; a `fit` with callbacks or more is Keras' own.
(`train_on_batch` would not do: it prints the loss of the last batch alone since it resets the metrics.) Once for each
seed, each time from weights and an optimizer made anew, or from the weights that the script loaded.

    KERAS_BACKEND=tensorflow python keras_seeds.py SEEDS FOLDER < scripts.jsonl > runs.jsonl

FOLDER holds the saved models that scripts name.
"""

import json
import os
import sys

import keras
import numpy as np
import tensorflow as tf

SEEDS = int(sys.argv[1])
os.chdir(sys.argv[2])

fit = keras.Model.fit
load_weights = keras.Model.load_weights
load_model = keras.models.load_model
loaded = []


def remember(model):
    loaded.append(model)
    return model


def part(data, rows):
    if isinstance(data, dict):
        return {name: array[rows] for name, array in data.items()}
    return [array[rows] for array in data] if isinstance(data, (list, tuple)) else data[rows]


def tensors(data):
    """As Keras hands them to the model: numbers with a point in float32."""
    def one(array):
        array = np.asarray(array)
        return tf.constant(array.astype("float32") if array.dtype.kind == "f" else array)

    if isinstance(data, dict):
        return {name: one(array) for name, array in data.items()}
    return [one(array) for array in data] if isinstance(data, (list, tuple)) else one(data)


def weights_by_class(y, weights):
    labels = np.argmax(y, axis=1) if y.ndim > 1 and y.shape[1] > 1 else np.ravel(y).astype(int)
    return np.array([weights.get(label, 1.0) for label in labels])


def disturbs_training(model):
    return any("Dropout" in type(layer).__name__ or "Noise" in type(layer).__name__ for layer in model.layers)


def result_of(text):
    runs = []
    evaluated = []

    def repeated(model, x, y, epochs=1, batch_size=32, shuffle=True, class_weight=None, sample_weight=None, **more):
        if "callbacks" not in more:
            more.pop("validation_data", None)  # changes nothing in the training
        count = len(x[0] if isinstance(x, list) else x)
        weights = sample_weight if class_weight is None else weights_by_class(y, class_weight)
        model.jit_compile = False
        model.train_on_batch(part(x, slice(batch_size)), part(y, slice(batch_size)))  # builds model and optimizer
        start = None
        if any(model is one for one in loaded):
            start = model.saved_start
        optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
        optimizer.build(model.trainable_variables)
        initial = [np.asarray(variable) for variable in optimizer.variables]

        @tf.function
        def steps(data):
            for begin in tf.range(0, count, batch_size):
                model.train_step(tuple(part(array, slice(begin, begin + batch_size)) for array in data))

        for seed in range(SEEDS):
            keras.utils.set_random_seed(seed)
            model.set_weights(start or fresh_weights(model, x))
            for variable, value in zip(model.optimizer.variables, initial):
                variable.assign(value)
            if more:
                runs.append(fit(model, x, y, epochs=epochs, batch_size=batch_size, verbose=0, shuffle=shuffle,
                                class_weight=class_weight, sample_weight=sample_weight, **more).history["loss"])
                end(model, x, y, batch_size, weights)
                continue
            losses = []
            for _ in range(epochs):
                order = np.random.permutation(count) if shuffle else np.arange(count)
                model.reset_metrics()
                steps(tuple(tensors(part(array, order)) for array in (x, y, weights) if array is not None))
                losses.append(float(model.get_metrics_result()["loss"]))
            runs.append(losses)
            end(model, x, y, batch_size, weights)

    def end(model, x, y, batch_size, weights):
        if disturbs_training(model):
            evaluated.append(float(np.ravel(model.evaluate(x, y, sample_weight=weights, batch_size=batch_size, verbose=0))[0]))

    keras.Model.fit = repeated
    exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    return {"runs": runs, **({"evaluated": evaluated} if evaluated else {})}


def fresh_weights(model, x):
    """Start weights as every layer draws them."""
    own_class = not isinstance(model, (keras.Sequential, keras.src.models.Functional))
    fresh = type(model)() if own_class else keras.models.clone_model(model)
    fresh(part(x, slice(1)))
    return fresh.get_weights()


def loading(model, *args, **kwargs):
    load_weights(model, *args, **kwargs)
    model.saved_start = model.get_weights()
    remember(model)


def opening(*args, **kwargs):
    model = load_model(*args, **kwargs)
    model.saved_start = model.get_weights()
    return remember(model)


keras.Model.load_weights = loading
keras.models.load_model = opening

for line in sys.stdin:
    request = json.loads(line)
    try:
        result = {"id": request["id"], **result_of(request["text"])}
    except Exception as error:
        result = {"id": request["id"], "error": repr(error)}
    loaded.clear()
    keras.backend.clear_session()
    print(json.dumps(result), flush=True)
