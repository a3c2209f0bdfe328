import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(7)
x = rng.normal(size=(600, 8)) * np.array([1, 1, 1, 1, 50, 1, 1, 300.0])
y = (x[:, 0] + x[:, 1] + x[:, 2] > 2.8).astype(int)
ones = int(y.sum())
weights = {0: 1.0, 1: (len(y) - ones) / ones}

model = keras.Sequential([
    keras.Input(shape=(8,)),
    layers.Dense(32, activation="relu"),
    layers.Dropout(0.3),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(1e-2), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=20, batch_size=64, class_weight=weights)
