"""Calls that hang on flags, and calls that look so."""


def train(args, cfg, log=False):
    if args.wandb:
        a1()
        if x > 1:
            a2()
            assert ok
    elif cfg["mlflow"]["enabled"]:
        a3()
    else:
        free1()
    if args.upload and acc > 0.9 and cfg.get("push", False):
        a4()
    if args.upload or cfg.push:
        free2()
    if getattr(args, "card", False) is True:
        a5()
    if log == True: a6()
    if not args.resume:
        free3()
    else:
        a7()
    if not log:
        return None
    a8()

    def inner():
        free4()


for row in rows:
    if not cfg.keep:
        continue
    b1(row)
free5()
if cfg.get("push", True):
    free6()
if not cfg.a and cfg.b:
    free7()
if cfg.x if y else z:
    free8()
if check(cfg.a):
    answered()
if a.b.c and d():
    b2()
    with f() as g:
        b3()
while cfg.go:
    free10()
if not cfg.late:
    if other:
        raise SystemExit(1)
free11()
if args.mode == "upload":
    c1()
elif args.mode == "train" and args.push:
    c2()
else:
    free12()
if os.getenv("UPLOAD") == "1":
    c3()
if os.environ.get("UPLOAD", "0") == "1":
    c4()
if os.getenv("UPLOAD", "1") == "1":
    free13()
if os.getenv("UPLOAD", "false"):
    free14()
if cfg["step"] == 3:
    c5()
if args.mode == "two words" or args.mode == other:
    free15()
if os.getenv("UPLOAD", "false").lower() == "true":
    c6()
