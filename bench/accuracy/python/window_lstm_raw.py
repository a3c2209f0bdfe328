import numpy as np
from keras.models import Sequential
from keras.layers import LSTM, Dense

t = np.arange(220)
prices = 120.0 + 0.2 * t + 15.0 * np.sin(t / 7.0)
window = 10
X = np.array([prices[k:k + window] for k in range(len(prices) - window)]).reshape(-1, window, 1)
y = np.array([prices[k + window] for k in range(len(prices) - window)])

model = Sequential()
model.add(LSTM(16, activation="relu", input_shape=(window, 1)))
model.add(Dense(1))
model.compile(optimizer="adam", loss="mse")
model.fit(X, y, epochs=20, batch_size=16)
