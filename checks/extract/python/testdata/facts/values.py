"""Arguments and assigned values."""
import os
from settings import BASE, Mode

f("text", 'a' "b", r"\d", b"bytes", u"é\n", "tab\t\x41\u00e9\101", """three
lines""")
f(f"runs/{run_id:03d}/{name!r}.json", f"{x = }", rf"\d{n}", f'{d["k"]}', F"{{literal}}", f"{a + b}" "tail")
f(f"{f"nested {'deep'}"}", f"""{
    call_inside(1)
}""", f"{value:{width}.{precision}}", f"{lambda_ if y else z:>10}")
f("a" + name + "/b", "%s/%d.csv" % (a, b), "%(k)s" % d, "x %d" % n, "{}.txt".format(n), "a" * 3)
f(1, -2.5, 1e-3, 0xFF, 1_000, 3j, True, None, ...)
f(BASE, Mode.TRAIN, os.environ, os.environ["HOME"], g(1), g(1).attr, await h())
f([1, "a", [2, [3, [4, [5]]]]], (1, 2), {1, 2}, {"k": 1, **more, "l": [x]}, (), {}, [])
f(*args, **kwargs, key="v", other=-1, fn=lambda x, y=2: g(x), lam=lambda: 0)
f([x for x in xs], (x for x in xs), {k: v for k, v in d}, x if y else z, not x, a and b, x[1:2])
f(x for a, b in pairs)
f((("grouped")), (1 + 2), (name), (g(1)))
f([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
   31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
   60, 61, 62, 63, 64, 65, 66])
SEED = 42
THRESHOLD: float = 0.9
a = b = g(1)
x, (y, *z) = 1, 2
x, y = 1, "two"
left, right = split(data)
self.threshold = 0.5
os.environ["MLFLOW"] = "http://x"
count += 1
annotated: int
PARAMS = {"lr": 0.1, "layers": [64, 32]}
long_chain = (
    "implicit "
    "concatenation"
)
while chunk := read(10):
    pass
