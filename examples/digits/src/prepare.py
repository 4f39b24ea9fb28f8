"""Split the data set into images to learn from and images to be tested on."""

from pathlib import Path

import numpy as np
import yaml
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

params = yaml.safe_load(Path("params.yaml").read_text())["prepare"]

digits = load_digits()
labelled_images = np.column_stack([digits.target, digits.data]).astype(int)
train, test = train_test_split(
    labelled_images,
    test_size=params["test_share"],
    random_state=params["seed"],
    stratify=digits.target,
)

Path("data").mkdir(exist_ok=True)
columns = ",".join(["digit", *digits.feature_names])
for name, images in {"train": train, "test": test}.items():
    np.savetxt(f"data/{name}.csv", images, fmt="%d", delimiter=",", header=columns, comments="")
    print(f"data/{name}.csv: {len(images)} images")
