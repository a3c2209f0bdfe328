import numpy as np
import keras
from keras import layers

x = np.linspace(0, 1, 300).reshape(-1, 1)
y = np.sin(6.0 * x) + 2.0

model = keras.Sequential([keras.Input((1,)), layers.Dense(32, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1)])
model.compile(optimizer="adam", loss="mae")
model.fit(x, y, epochs=30, batch_size=300)
