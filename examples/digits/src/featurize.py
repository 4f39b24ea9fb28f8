"""Turn 64 pixels into the few directions in which digits differ most."""

from pathlib import Path

import numpy as np
import yaml
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

params = yaml.safe_load(Path("params.yaml").read_text())["featurize"]


def read_images(path):
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, 1:], table[:, 0].astype(int)


train_images, train_digits = read_images("data/train.csv")
test_images, test_digits = read_images("data/test.csv")

# Fitted on the training images only: the test images must stay unseen.
transform = make_pipeline(StandardScaler(), PCA(params["components"], random_state=0))
train_features = transform.fit_transform(train_images)
test_features = transform.transform(test_images)

Path("features").mkdir(exist_ok=True)
np.savez("features/train.npz", features=train_features, digits=train_digits)
np.savez("features/test.npz", features=test_features, digits=test_digits)

kept = transform[-1].explained_variance_ratio_.sum()
print(f"{params['components']} components keep {kept:.0%} of the variance")
