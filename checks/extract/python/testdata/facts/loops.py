STEPS = [("python prepare.py", "Prepare"), ("python train.py", "Train")]


def main(jobs):
    for cmd, why in STEPS:
        run(cmd)
    for i, (cmd, why) in enumerate(STEPS, 1):
        run(cmd)
    for name, cmd in {"a": "python a.py"}.items():
        run(cmd)
    for name, cmd in jobs.items():
        run(cmd)
    for script in ["a.py", "b.py"]: run(script)
    for step in tqdm(STEPS):
        run(step[0])
    for x.y in STEPS:
        pass
    for i in range(3):
        pass
    for i, in zip(a, b):
        pass
