"""Reference values of UncertaintyReferenceTest: numpy and scikit-learn 1.x. Run: python uncertainty.py > uncertainty.json"""
import json
import numpy as np
from sklearn.covariance import LedoitWolf


def number(i, salt):
    """The same formula stands in the test."""
    return ((i * 7919 + salt * 104729) % 1009) / 1009.0 - 0.5


n, d, classes = 40, 6, 3
x = np.array([[number(i * d + j, 1) * (j + 1) + (0.8 * number(i * d, 2) if j < 3 else 0) for j in range(d)] for i in range(n)], np.float32)
y = np.array([i % classes for i in range(n)])
x[np.arange(n), y] += 2
q = np.array([[number(i * d + j, 3) * 4 for j in range(d)] for i in range(10)], np.float32)
means = np.stack([x[y == c].astype(np.float64).mean(0) for c in range(classes)])
fit = LedoitWolf(assume_centered=True).fit(x - means[y])
precision = np.linalg.inv(fit.covariance_)
distances = np.sqrt(np.min([np.einsum("ij,jk,ik->i", q - m, precision, q - m) for m in means], axis=0))

p = np.array([[abs(number(i * 4 + j, 4)) + 0.01 for j in range(4)] for i in range(60)])
p = (p / p.sum(1, keepdims=True)).astype(np.float32)
t = np.array([i * 7 % 4 for i in range(60)])
s = 1 - p[np.arange(60), t].astype(np.float64)
# of 60 scores the ceil(61 * coverage)-th smallest
threshold = {str(c): float(np.partition(s, k - 1)[k - 1]) for c, k in ((0.5, 31), (0.8, 49), (0.9, 55))}
sets = [[int(k) for k in np.argsort(-row, kind="stable") if 1 - np.float64(row[k]) <= threshold["0.8"]] for row in p]
print(json.dumps(dict(shrinkage=fit.shrinkage_, distances=distances.tolist(), threshold=threshold, sets=sets)))
