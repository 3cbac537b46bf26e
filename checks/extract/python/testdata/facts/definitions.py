"""Functions, classes, decorators, scopes."""
import dataclasses
import functools as ft
from abc import ABC
from airflow.decorators import dag, task
from fastapi import FastAPI
from pydantic import BaseModel, Field
from typing import Annotated, Generic, TypeVar

app = FastAPI(title="x")


@app.post("/predict", response_model=Out)
async def predict(request: Request, limit: int = 10, *, flag=make_default(), **extra) -> dict:
    for row in rows(request):
        yield score(row)
    async with session() as s:
        await s.get("u")
    return {"x": [build(i) for i in range(limit)]}


@dag(schedule="@daily")
@ft.lru_cache
@retry.with_(3).again
def pipeline():
    @task
    def extract():
        return fetch()

    class Helper:
        def go(self):
            return lambda: self.stop(deep())

    extract() >> transform()


@dataclasses.dataclass(frozen=True)
class Config(BaseModel, Generic[T], ABC, metaclass=Meta(1)):
    lr: float = 0.1
    path: Annotated[str, Field(min_length=1)] = "x"
    layers: list[int] = Field(default_factory=list)
    KIND = "static"

    def method(self, a, /, b: "Config", c: ft.partial = None): return self.other(a)

    class Meta:
        order = compute()


def one_liner(): return call_one()
def generic[T: (int, str) = int](x: T) -> T: ...
class Empty: pass
class Box[T](Base[T]): value: T = wrap()
type Alias[K] = dict[K, make()]


def shadow(fit):
    fit()

    def fit2():
        nonlocal fit
        fit = 1
    del fit


match command.split():
    case ["go", Direction(name=n)] if allowed(n) > 0:
        go(n)
    case {"k": Point(x=0)} | [*_]: stop()
    case _:
        match = case = 1
        match(case)
print(match, type(x))
try:
    risky()
except* (ValueError, TypeError) as e:
    handle(e)
else:
    fine()
finally:
    close()
