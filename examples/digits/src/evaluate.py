"""Ask the model about images that it has never seen."""

import csv
import json
import pickle
from pathlib import Path

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, log_loss

model = pickle.loads(Path("model.pkl").read_bytes())
test = np.load("features/test.npz")
actual = test["digits"]
predicted = model.predict(test["features"])
f1_of_each_digit = f1_score(actual, predicted, average=None)

metrics = {
    "accuracy": round(accuracy_score(actual, predicted), 4),
    "loss": round(log_loss(actual, model.predict_proba(test["features"])), 4),
    "f1": {
        "mean": round(f1_of_each_digit.mean(), 4),
        "worst_digit": round(f1_of_each_digit.min(), 4),
    },
}
Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")

Path("plots").mkdir(exist_ok=True)
with open("plots/confusion.csv", "w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["actual", "predicted"])
    table.writerows(zip(actual, predicted))

scores = [{"digit": digit, "f1": round(f1, 4)} for digit, f1 in enumerate(f1_of_each_digit)]
Path("plots/digits.json").write_text(json.dumps(scores, indent=2) + "\n")

print(f"accuracy on {len(actual)} unseen images: {metrics['accuracy']:.1%}")
