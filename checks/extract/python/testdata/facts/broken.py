"""Errors cost their statement, not the file."""
def first(:
    call_a(1
    call_b(2)

def second():
    x = "unterminated
    call_c(3)
    y = foo(1, [2, {3: bar(
import after_brackets

@deco(
def third(a, b:
    return call_d()
    }
    ] call_e()
<<<<<<< HEAD
call_f()
=======
call_g()
>>>>>>> branch
class
def
if
import
from
from x
with
for
lambda
@
f(
class After(Base):
    def go(self): return ok(f"{broken")
z = $dollar ? call_h()
f"{a!r:{b}" ; call_i()
w = """never closed
call_j()
