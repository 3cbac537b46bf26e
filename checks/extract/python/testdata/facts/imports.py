"""Imports: every form, and how they name calls."""
from __future__ import annotations
import os
import os.path as osp, sys
import numpy as np
import sklearn.ensemble
from sklearn.ensemble import RandomForestClassifier as Forest, GradientBoostingClassifier
from sklearn.model_selection import (
    train_test_split,  # a comment
    cross_val_score as cvs,
)
from . import utils
from .utils import load
from ..core.data import *
from ...deep import thing; import json

np.random.seed(1)
osp.join("a", "b")
Forest(n_estimators=10)
sklearn.ensemble.RandomForestRegressor()
cvs(a, b)
load()
utils.clean.all()
thing.do()
unknown_function()
someone.method()
str.join(",", [])


def late():
    import mlflow
    from mlflow import log_metric
    mlflow.start_run()
    log_metric("a", 1)
    helper.run()


mlflow.end_run()
try:
    import ujson as json
except ImportError:
    json = None
json.loads("x")
from pkg import helper
