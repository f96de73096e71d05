"""Minima and metrics of scikit-learn and SciPy for heads and evaluations of tags and numbers.

python targets.py, beside which it writes targets.json; scikit-learn 1.9, SciPy 1.17 and NumPy 2.4 made it.
"""

import json
import pathlib
import sys

import numpy as np
import scipy
import sklearn
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn import metrics

random = np.random.default_rng(7)
n, d = 80, 6
features = (random.normal(size=(n, d)) * [1, 2, 0.5, 3, 1, 10] + [0, 1, -4, 2, 0, 5]).astype(np.float32)
exact = features.astype(np.float64)
hidden = (exact - exact.mean(0)) / exact.std(0)
tags = (hidden[:, :3] + random.normal(size=(n, 3)) > [0, 0.8, -0.5]).astype(int)
numbers = np.stack([
    40 + 12 * hidden[:, 0] - 7 * hidden[:, 3] + 4 * random.normal(size=n),
    0.002 * hidden[:, 1] + 0.001 * random.normal(size=n)], 1)


def logistic(penalty, **options):
    rows = []
    for tag in range(3):
        model = LogisticRegression(
            C=1 / (n * penalty), solver="newton-cholesky", tol=1e-12, max_iter=1000, **options)
        rows.append(model.fit(hidden, tags[:, tag]).predict_proba(hidden)[:, 1])
    return np.stack(rows, 1).tolist()


ridge = Ridge(alpha=n * 0.1, tol=1e-14).fit(hidden, numbers)

# Metrics: probabilities on a grid, so that there are ties.
truth = (random.random((50, 4)) < [0.5, 0.2, 0.1, 0.9]).astype(int)
truth[:, 3] = 0  # a tag that no picture has
probabilities = np.round(np.clip(0.35 * truth + 0.6 * random.random((50, 4)), 0, 1), 2).astype(np.float32)
thresholds = np.array([0.5, 0.4, 0.6, 0.95], dtype=np.float32)
answers = (probabilities >= thresholds).astype(int)


def best_f1(tag):
    values = np.unique(probabilities[:, tag])
    return max(metrics.f1_score(truth[:, tag], probabilities[:, tag] >= t, zero_division=0) for t in values)


def recall_at(tag, least):
    precision, recall, _ = metrics.precision_recall_curve(truth[:, tag], probabilities[:, tag])
    return max(r for p, r in zip(precision, recall) if p >= least)


def averaged(average):
    p, r, f, _ = metrics.precision_recall_fscore_support(truth, answers, average=average, zero_division=0)
    return [p, r, f]


tag_metrics = dict(
    truth=truth.tolist(),
    probabilities=probabilities.astype(float).round(2).tolist(),
    thresholds=thresholds.astype(float).round(2).tolist(),
    average_precision=[metrics.average_precision_score(truth[:, t], probabilities[:, t]) for t in range(3)],
    roc_auc=[metrics.roc_auc_score(truth[:, t], probabilities[:, t]) for t in range(3)],
    tags=np.stack(metrics.precision_recall_fscore_support(truth, answers, zero_division=0)[:3], 1).tolist(),
    micro=averaged("micro"), macro=averaged("macro"), weighted=averaged("weighted"),
    hamming=metrics.hamming_loss(truth, answers),
    subset=metrics.accuracy_score(truth, answers),
    best_f1=[best_f1(t) for t in range(3)],
    best_common_f1=max(metrics.f1_score(truth.ravel(), probabilities.ravel() >= t) for t in np.unique(probabilities)),
    recall_at_precision=[recall_at(t, 0.8) for t in range(3)],
)

true_numbers = np.round(random.normal(50, 20, size=41))
predicted = np.round(true_numbers + random.normal(2, 9, size=41))
number_metrics = dict(
    truth=true_numbers.tolist(),
    predicted=predicted.tolist(),
    mae=metrics.mean_absolute_error(true_numbers, predicted),
    rmse=metrics.root_mean_squared_error(true_numbers, predicted),
    median=metrics.median_absolute_error(true_numbers, predicted),
    r2=metrics.r2_score(true_numbers, predicted),
    spearman=spearmanr(true_numbers, predicted).statistic,
)

result = dict(
    made_by=f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}",
    features=features.astype(float).tolist(),
    tags=tags.tolist(),
    numbers=numbers.astype(np.float32).astype(float).tolist(),
    logistic=logistic(0.01),
    balanced=logistic(0.01, class_weight="balanced"),
    ridge=ridge.predict(hidden).tolist(),
    tag_metrics=tag_metrics,
    number_metrics=number_metrics,
)
path = pathlib.Path(sys.argv[0]).with_name("targets.json")
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
print(result["made_by"])
