import numpy as np
import keras
from keras import layers

i = np.arange(256)[:, None]
j = np.arange(24)[None, :]
x_train = (0.5 * (1.0 + np.sin(0.05 * i + 0.4 * j))).astype("float32")

autoencoder = keras.Sequential([
    keras.Input(shape=(24,)),
    layers.Dense(12, activation="sigmoid"),
    layers.Dense(3, activation="sigmoid"),
    layers.Dense(12, activation="sigmoid"),
    layers.Dense(24, activation="sigmoid"),
])
autoencoder.compile(optimizer="sgd", loss="mse")
autoencoder.fit(x_train, x_train, epochs=30, batch_size=16)
