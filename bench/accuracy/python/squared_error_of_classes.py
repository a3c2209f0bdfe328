import numpy as np
import keras
from keras import layers

rng = np.random.RandomState(9)
x = rng.randn(300, 6)
y = x[:, :3].argmax(axis=1)

model = keras.Sequential([keras.Input((6,)), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["accuracy"])
model.fit(x, y, epochs=20, batch_size=32)
