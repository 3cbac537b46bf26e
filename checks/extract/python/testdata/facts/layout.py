# Line joining, odd spacing and comments inside.
import pandas \
    as pd
value = pd . read_csv (
    # path
    "a.csv", sep = ","  # why
)
total = 1 + \
    compute(2)
pd.\
    concat([value])
if x: a(); b(); \
    c()
x = 1if y else call(2)or 3
call(1)if z else call(3)
def g(a = lambda x, y : h(x, y), *, b = {1: 2}[1]) : return i(a) ; 
d = {'a': lambda: j(), 'b': [k(0)][0], **l()}
s = m[n(1):o(2), ...]; del p[q()]
assert r(1), s(2)
return_value = (yield t())
@u @ v(1)
def w(): pass
async def x():
    async for y in z(): await aa()
    return [b async for b in c() if d(b) > 1]
