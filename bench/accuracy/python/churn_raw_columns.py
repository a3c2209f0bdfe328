import numpy as np
import pandas as pd
from keras.models import Sequential
from keras.layers import Dense

i = np.arange(400)
country = np.array(["France", "Germany", "Spain"])[(7 * i // 3) % 3]
table = pd.DataFrame({
    "CreditScore": 350 + (37 * i) % 500,
    "Age": 18 + (13 * i) % 60,
    "Balance": 90000.0 * ((11 * i) % 17) / 8,
    "EstimatedSalary": 1000.0 + 730.0 * ((29 * i) % 270),
})
table["Germany"] = (country == "Germany").astype(int)
table["Spain"] = (country == "Spain").astype(int)
X = table.values
y = ((table["Age"] > 45) & (table["CreditScore"] < 700)).astype(int).values

model = Sequential()
model.add(Dense(6, kernel_initializer="uniform", activation="relu", input_shape=(6,)))
model.add(Dense(6, kernel_initializer="uniform", activation="relu"))
model.add(Dense(1, kernel_initializer="uniform", activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(X, y, batch_size=10, epochs=20)
