"""Writes neighbors.json: what scikit-learn's nearest neighbours say about the features of NearestNeighborsHeadTest."""
import json
import os
import numpy as np
from sklearn.model_selection import GridSearchCV, LeaveOneOut
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

N, M, F = 60, 20, 8


def number(i, salt):
    return ((i * 7919 + salt * 104729) % 1009) / 1009.0 - 0.5


def rows(count, salt):
    x = np.array([[number(i * F + j, salt) for j in range(F)] for i in range(count)], np.float32)
    for i in range(count):
        x[i, i % 3] += np.float32(0.5)
    return x


x, q = rows(N, 1).astype(np.float64), rows(M, 2).astype(np.float64)  # the same numbers, computed with twice the digits
labels = np.arange(N) % 3
tags = np.stack([(np.arange(N) % 2) == 0, x[:, 0] > np.float32(0.2)], 1).astype(int)
numbers = np.stack([x[:, 0].astype(np.float64) * 10, x[:, 1].astype(np.float64) - 3], 1)
out = {}
for metric in ("cosine", "euclidean"):
    for weights in ("uniform", "distance"):
        for k in (1, 4, 9):
            kw = dict(n_neighbors=k, metric=metric, weights=weights, algorithm="brute")
            key = f"{metric} {weights} {k}"
            out[key + " labels"] = KNeighborsClassifier(**kw).fit(x, labels).predict_proba(q).tolist()
            p = KNeighborsClassifier(**kw).fit(x, tags).predict_proba(q)
            out[key + " tags"] = np.stack([it[:, 1] for it in p], 1).tolist()
            out[key + " numbers"] = KNeighborsRegressor(**kw).fit(x, numbers).predict(q).tolist()
        ks = {"n_neighbors": [1, 3, 5, 10, 20]}
        kw = dict(metric=metric, weights=weights, algorithm="brute")
        grid = GridSearchCV(KNeighborsClassifier(**kw), ks, cv=LeaveOneOut()).fit(x, labels)
        out[f"{metric} {weights} chosen labels"] = grid.best_params_["n_neighbors"]
        grid = GridSearchCV(KNeighborsRegressor(**kw), ks, cv=LeaveOneOut(), scoring="neg_mean_squared_error")
        out[f"{metric} {weights} chosen numbers"] = grid.fit(x, numbers / numbers.std(0)).best_params_["n_neighbors"]
json.dump(out, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "neighbors.json"), "w"))
