import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(11)
x = np.stack([rng.uniform(40, 250, 400), rng.integers(1, 7, 400), rng.uniform(0, 60, 400)], axis=1)
y = 1500.0 * x[:, 0] + 20000.0 * x[:, 1] - 900.0 * x[:, 2] + rng.normal(0, 5000, 400)
x = (x - x.mean(axis=0)) / x.std(axis=0)

model = keras.Sequential([
    keras.Input(shape=(3,)),
    layers.Dense(64, activation="relu"),
    layers.Dense(64, activation="relu"),
    layers.Dense(1),
])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit(x, y, epochs=30, batch_size=32)
