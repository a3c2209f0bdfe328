import numpy as np
from sklearn.preprocessing import MinMaxScaler
import keras
from keras.layers import GRU, Dense

t = np.arange(260.0)
series = (50.0 + 20.0 * np.sin(t / 9.0) + 5.0 * np.cos(t / 2.5)).reshape(-1, 1)
scaled = MinMaxScaler().fit_transform(series)
X, y = [], []
for k in range(12, len(scaled)):
    X.append(scaled[k - 12:k, 0])
    y.append(scaled[k, 0])
X, y = np.array(X), np.array(y)
X = np.reshape(X, (X.shape[0], X.shape[1], 1))

model = keras.Sequential([keras.Input((12, 1)), GRU(12, return_sequences=True), GRU(8), Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=3.0), loss="mean_squared_error")
model.fit(X, y, epochs=20, batch_size=32)
