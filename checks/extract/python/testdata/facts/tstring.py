"""Template strings (Python 3.14) and f-strings only 3.12 and later read."""
f(t"template {x} {call(1)!r:>{width}}", rt'\d{n}', T"""
{ other(
    2) } {{kept}}""")
f(f"{f"{f"{deep("x")}"}"}", f'{d['k']}', f"{'\n'.join(lines)}", f"{a['x']:{b['y']}}")
