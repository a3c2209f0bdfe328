import numpy as np
import keras
from keras import layers

rng = np.random.RandomState(4)
x = rng.randn(250, 4)
y = (x[:, 0] - x[:, 2] > 0).astype(int)

model = keras.Sequential([keras.Input((4,)), layers.Dense(12, activation="relu"), layers.Dense(1, activation="softmax")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=20, batch_size=16)
