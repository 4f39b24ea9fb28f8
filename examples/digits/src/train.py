"""Train a small neural network, one epoch at a time, and keep its learning curve."""

import csv
import pickle
from pathlib import Path

import numpy as np
import yaml
from sklearn.neural_network import MLPClassifier

params = yaml.safe_load(Path("params.yaml").read_text())["train"]

train = np.load("features/train.npz")
model = MLPClassifier(
    hidden_layer_sizes=params["hidden"],
    learning_rate_init=params["learning_rate"],
    random_state=params["seed"],
)

Path("plots").mkdir(exist_ok=True)
with open("plots/training.csv", "w", newline="") as file:
    curve = csv.writer(file, lineterminator="\n")
    curve.writerow(["epoch", "loss", "accuracy"])
    for epoch in range(1, params["epochs"] + 1):
        model.partial_fit(train["features"], train["digits"], classes=np.arange(10))
        accuracy = model.score(train["features"], train["digits"])
        curve.writerow([epoch, round(model.loss_, 4), round(accuracy, 4)])

Path("model.pkl").write_bytes(pickle.dumps(model))
print(f"after {params['epochs']} epochs: loss {model.loss_:.3f}, accuracy {accuracy:.1%}")
