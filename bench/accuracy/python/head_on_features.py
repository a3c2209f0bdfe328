import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(3)
centres = rng.uniform(0.0, 4.0, size=(5, 64))
labels = np.arange(300) % 5
features = np.maximum(centres[labels] + rng.normal(0.0, 1.5, size=(300, 64)), 0.0)

head = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(64, activation="relu"),
    layers.Dropout(0.5),
    layers.Dense(5, activation="softmax"),
])
head.compile(optimizer=keras.optimizers.SGD(learning_rate=1.0, momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
head.fit(features, labels, epochs=15, batch_size=32)
