# a BOM, CRLF, form feeds and tabs
import os
if os.getenv("X"):
	os.remove("a")

	os.stat("b")
def f():
        if x:
	g()
        h()
y = "a\
b"
os.chdir(y)
z = """
"""
os.close(z)
