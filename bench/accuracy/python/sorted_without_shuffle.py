import numpy as np
import keras
from keras import layers

labels = np.repeat(np.arange(4), 60)
angle = np.arange(240) * 0.7
x = np.stack([np.cos(labels) + 0.3 * np.cos(angle), np.sin(labels) + 0.3 * np.sin(1.3 * angle)], axis=1)

model = keras.Sequential([keras.Input((2,)), layers.Dense(24, activation="relu"), layers.Dense(4, activation="softmax")])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.5), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, labels, epochs=20, batch_size=20, shuffle=False)
