import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(1)
x = rng.normal(size=(300, 6))
price = 1000.0 * (2.0 + x[:, :1] - 0.5 * x[:, 1:2])
kind = (x[:, 2] + x[:, 3] > 0).astype(int) + (x[:, 4] > 0).astype(int)

inputs = keras.Input(shape=(6,))
hidden = layers.Dense(24, activation="relu")(inputs)
price_out = layers.Dense(1, name="price")(hidden)
kind_out = layers.Dense(3, activation="softmax", name="kind")(hidden)
model = keras.Model(inputs, [price_out, kind_out])
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.01),
    loss={"price": "mse", "kind": "sparse_categorical_crossentropy"},
)
model.fit(x, [price, kind], epochs=25, batch_size=32)
