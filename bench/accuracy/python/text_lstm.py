import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Embedding, LSTM, Dense, Dropout

rng = np.random.RandomState(0)
texts = [[1 + (3 * n + 7 * k) % 60 for k in range(4 + n % 9)] for n in range(200)]
x = pad_sequences(texts, maxlen=12)
y = np.array([1 if text[0] > 30 else 0 for text in texts])

model = Sequential()
model.add(Embedding(64, 8))
model.add(LSTM(12))
model.add(Dropout(0.2))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.Adam(learning_rate=0.5), metrics=["accuracy"])
model.fit(x, y, epochs=15, batch_size=16)
