import urllib2
print "hello", urllib2.urlopen("x").read()
print >>sys.stderr, fmt("y")
print ("z"), call_a()
exec "code" in namespace()
raise ValueError, "message"
try:
    pass
except (A, B), e:
    handle(e)
x = 0777L + ur"\d" <> `y`
def f(a, (b, c), d=call_b()):
    return a
