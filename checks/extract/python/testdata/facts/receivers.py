"""What a method's receiver is known to be."""
import boto3
import joblib
import mlflow
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from typing import Optional

model = RandomForestClassifier(n_estimators=100, random_state=42)
model.fit(X, y)
alias = model
alias.predict(X)
model = something_else
model.predict(X)
Pipeline([("clf", RandomForestClassifier())]).fit(X, y).predict(X)
df = pd.read_csv("data.csv")
df["a"].mean()
(df
    .dropna()
    .groupby("x")
    .mean())
models = {}
models["a"].fit(X)
names = []
names.append("x")
a, b = load_pair()
a.run()
c, d = Pipeline(), make_pipeline()
c.fit(d)
with mlflow.start_run(run_name="x") as run, open("f") as fh:
    run.info.get()
    fh.read()
with (mlflow.start_run() as outer, nested(run=outer)):
    outer.close()
if (found := joblib.load("m.pkl")) is not None:
    found.predict(1)
for m in models:
    m.fit()
fn = pd.concat
fn([df])
"text {}".format(1)
", ".join(names)
f"{x}".strip()
(p or q).go()
factory()(1)
await_me = [await client.get("u") for u in urls]


def typed(clf: RandomForestClassifier, opt: Optional[Pipeline] = None, new: "Pipeline | None" = None,
          other=None, s3=boto3.client("s3"), *rest: int, **kw):
    clf.fit(1)
    opt.fit(2)
    new.fit(3)
    other.fit(4)
    s3.upload_file("a")
    other(5)
    local: Pipeline = build()
    local.fit(6)
    kw.get("x")
    predictor.predict(7)
    ready.check(8)


predictor = None
ready = Pipeline()


def startup():
    global predictor
    predictor = joblib.load("m.pkl")


class Trainer(BaseTrainer):
    scaler = StandardScaler()
    lr: float = 0.1
    name: str
    store: mlflow.MlflowClient

    def early(self):
        self.model.score()
        self.fit()
        self.log("inherited")

    def __init__(self, model, *args):
        super().__init__(model, lr=self.lr)
        self.model = RandomForestClassifier()
        self.given = model
        self.client: Pipeline = make()

    def fit(self, X):
        self.model.fit(X)
        self.given.fit(X)
        self.client.fit(X)
        self.store.log()
        self.scaler.transform(X)

        def inner():
            self.model.predict(X)
            fit(X)
        return inner

    @classmethod
    def create(cls, path):
        return cls(path).early()

    @staticmethod
    def plain(self):
        self.fit()


t = Trainer(1)
t.fit(2)
Trainer.create("p")
