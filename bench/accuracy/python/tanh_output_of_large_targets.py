import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(21)
x = rng.normal(size=(200, 4))
y = 30.0 + 10.0 * x[:, :1] + 4.0 * x[:, 1:2]

model = keras.Sequential([keras.Input((4,)), layers.Dense(16, activation="tanh"), layers.Dense(1, activation="tanh")])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse")
model.fit(x, y, epochs=40, batch_size=20)
