"""What functions answer, where it says which class runs."""
from shop.models import Forest, Support

MODELS = {"forest": Forest}


class Box:
    def same(self):
        return self

    def made(self):
        return Box()


def table(name):
    return MODELS[name]


def looked_up(name):
    return MODELS.get(name)


def built(name):
    return MODELS[name](3)


def one():
    model = Support(c=1)
    return model


def other(rows):
    if rows:
        return rows[0] + 1
    return compute(rows)
