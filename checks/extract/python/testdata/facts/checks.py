"""Assertions, raises and comparisons."""
import os
import sys
import numpy as np
import pytest
import unittest


def gate(metrics, threshold=0.9):
    assert metrics["acc"] > threshold, "too low: %s" % fmt(metrics)
    assert True
    assert 1 == 1
    assert (metrics, "always true")
    assert isinstance(metrics, dict)
    if metrics["acc"] < threshold:
        if not metrics:
            raise ValueError(f"empty {metrics}")
        elif metrics is None:
            sys.exit(1)
        else:
            sys.exit("failed")
        raise
    elif a or b:
        exit(code)
    sys.exit(0)
    sys.exit()
    sys.exit(main())
    os._exit(2)
    raise SystemExit(0)
    raise SystemExit(3)
    raise Custom("x") from err


def compare(a, b):
    ok = a > b
    better = "new" if a >= b else "old"
    plain = a if b else c
    df = df[df.x > 3]
    while a != b:
        a += 1
    if a:
        pass
    if 1 < 2: g()
    if any(v <= 0 for v in a): g()
    key = lambda v: v > 1
    return a > b


class TestIt(unittest.TestCase):
    def test_all(self):
        self.assertEqual(compute(1), 2)
        self.assertTrue(True)
        np.testing.assert_allclose(a, b, rtol=1e-3)
        with pytest.raises(ValueError):
            compute(None)
        mock.assert_called_once_with(1)
        pytest.fail("no")


if __name__ == "__main__":
    import argparse
    gate(load())
    if compare(1, 2) == 3:
        sys.exit(1)

    def nested_main():
        g()
else:
    g()
