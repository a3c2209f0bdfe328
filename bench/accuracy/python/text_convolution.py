import numpy as np
import keras
from keras import layers

n = np.arange(240)
x = (11 * np.arange(240 * 15).reshape(240, 15) // 4) % 80
y = (x[:, 3] + x[:, 7] > 80).astype(int)

inputs = keras.Input(shape=(15,), dtype="int32")
h = layers.Embedding(80, 10)(inputs)
h = layers.Conv1D(16, 4, activation="relu")(h)
h = layers.GlobalMaxPooling1D()(h)
outputs = layers.Dense(1, activation="sigmoid")(h)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.3), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=20, batch_size=24)
