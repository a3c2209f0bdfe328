import numpy as np
import keras
from keras import layers

i = np.arange(256)[:, None]
j = np.arange(30)[None, :]
x_train = (127.5 * (1.0 + np.sin(0.05 * i) * np.cos(0.4 * j))).astype("float32")

encoder = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(4, activation="relu")])
inputs = keras.Input(shape=(30,))
code = encoder(inputs)
decoded = layers.Dense(16, activation="relu")(code)
decoded = layers.Dense(30)(decoded)
autoencoder = keras.Model(inputs, decoded)
autoencoder.compile(optimizer=keras.optimizers.SGD(learning_rate=0.01), loss="mse")
autoencoder.fit(x_train, x_train, epochs=25, batch_size=32)
