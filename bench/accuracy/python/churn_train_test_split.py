import numpy as np
from sklearn.model_selection import train_test_split
import keras
from keras import layers

rng = np.random.default_rng(5)
X = np.stack([rng.normal(650, 95, 500), rng.integers(18, 90, 500), rng.uniform(0, 200, 500), rng.integers(1, 5, 500)], axis=1)
y = (0.04 * X[:, 1] + 0.5 * X[:, 3] + rng.normal(0, 0.4, 500) > 3.6).astype("float32")
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)

model = keras.Sequential([
    layers.Dense(16, activation="relu", input_shape=(4,)),
    layers.Dense(8, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=30, batch_size=32)
