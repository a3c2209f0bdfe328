import numpy as np
import keras
from keras import layers

n = 180
i = np.arange(n)
rows = np.arange(10).reshape(1, 10, 1)
columns = np.arange(10).reshape(1, 1, 10)
labels = i % 3
angle = (labels * np.pi / 3 + 0.1 * np.sin(i)).reshape(n, 1, 1)
x = np.sin(0.9 * (rows * np.cos(angle) + columns * np.sin(angle)) + i.reshape(n, 1, 1))
x = x.reshape(n, 10, 10, 1).astype("float32")

model = keras.Sequential([
    keras.Input(shape=(10, 10, 1)),
    layers.Conv2D(8, 3, use_bias=False),
    layers.BatchNormalization(),
    layers.Activation("relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(16, 3),
    layers.BatchNormalization(),
    layers.Activation("relu"),
    layers.Flatten(),
    layers.Dense(3, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1.0), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, labels, epochs=12, batch_size=30)
