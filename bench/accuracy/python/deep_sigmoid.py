import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(2)
x = rng.uniform(-1, 1, size=(300, 5))
y = keras.utils.to_categorical((x[:, 0] * x[:, 1] > 0).astype(int), 2)

model = keras.Sequential([keras.Input((5,))])
for _ in range(6):
    model.add(layers.Dense(24, activation="sigmoid"))
model.add(layers.Dense(2, activation="softmax"))
model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=40, batch_size=20)
