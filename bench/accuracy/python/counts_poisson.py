import numpy as np
import keras
from keras import layers

rng = np.random.default_rng(12)
x = rng.uniform(0, 1, size=(300, 3))
y = np.floor(np.exp(0.5 + 2.0 * x[:, 0] - x[:, 1]) + rng.uniform(0, 1, size=300))

model = keras.Sequential([keras.Input((3,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="exponential")])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=1.0), loss="poisson")
model.fit(x, y, epochs=25, batch_size=32)
