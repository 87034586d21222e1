"""Unlearns a linear model with PyTorch's own optimizers and compares every loss with `forecast`, which is exact there.

    python3 check_forecast.py FOLDER PROGRAM.js

Writes the files of the forecast to FOLDER. Full batches, so that no order of batches matters; all in double precision.
"""

import json
import subprocess
import sys

import numpy as np
import torch

FOLDER, PROGRAM = sys.argv[1:]
STEPS, LR, WEIGHT, CLASSES, FEATURES = 25, 0.4, 0.5, 3, 6
TOLERANCE = 1e-10  # of the largest loss: 25 steps of a few hundred roundings each

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
start = torch.randn(CLASSES * FEATURES)


def data(n):
    x = torch.randn(n, FEATURES)
    jacobian = torch.einsum("cd,nf->ncdf", torch.eye(CLASSES), x).reshape(n, CLASSES, -1)
    return x, torch.randint(CLASSES, (n,)), jacobian


SETS = {"retain": data(12), "forget": data(5)}
for name, (x, labels, jacobian) in SETS.items():
    outputs = jacobian @ start
    np.savez(f"{FOLDER}/{name}.npz", jacobian=jacobian, outputs=outputs, labels=labels, jw=outputs)


def loss(name, w):
    x, labels, jacobian = SETS[name]
    return torch.nn.functional.cross_entropy(jacobian @ w, labels)


def run(optimizer, clip=None, schedule=None, **options):
    w = start.clone().requires_grad_()
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[optimizer]
    steps = make([w], lr=LR, **options)
    losses = []
    for step in range(STEPS + 1):
        with torch.no_grad():
            losses.append([loss(name, w).item() for name in SETS])
        ascents, descents = schedule or (0, 0)
        ascent = schedule is None or step % (ascents + descents) < ascents
        descent = schedule is None or not ascent
        steps.zero_grad()
        (descent * loss("retain", w) - ascent * WEIGHT * loss("forget", w)).backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([w], clip)
        steps.step()
    return np.array(losses)


def forecast(*options):
    command = ["node", PROGRAM, "forecast", "--retain", f"{FOLDER}/retain.npz", "--forget", f"{FOLDER}/forget.npz"]
    command += ["--loss", "cross-entropy", "--lr", str(LR), "--forget-weight", str(WEIGHT), "--batch-size", "99"]
    command += ["--steps", str(STEPS), "--every", "1", "--json", *options]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return np.array([found["retain"]["loss"], found["forget"]["loss"]]).T


CASES = {
    "sgd": (run("sgd"), ""),
    "momentum": (run("sgd", momentum=0.9), "--momentum 0.9"),
    "nesterov": (run("sgd", momentum=0.8, nesterov=True), "--momentum 0.8 --nesterov"),
    "weight decay": (run("sgd", momentum=0.5, weight_decay=0.03), "--momentum 0.5 --weight-decay 0.03"),
    "clip_grad_norm_": (run("sgd", clip=0.1), "--clip 0.1"),
    "alternating 2:3": (run("sgd", momentum=0.9, schedule=(2, 3)), "--momentum 0.9 --schedule alternating:2:3"),
    "adam": (run("adam"), "--optimizer adam"),
    "adamw": (run("adamw", weight_decay=0.1), "--optimizer adamw --weight-decay 0.1"),
}
worst = {}
for name, (real, options) in CASES.items():
    routes = ["jacobian"] if name.startswith("adam") else ["jacobian", "gram"]
    errors = [np.abs(forecast("--route", route, *options.split()) - real).max() / np.abs(real).max() for route in routes]
    worst[name] = max(errors)
    print(f"{name}: largest difference {worst[name]:.1e}")
plain = np.abs(forecast() - CASES["momentum"][0]).max()
print(f"wrong on purpose, momentum left out: {plain:.1e}")
failed = [name for name, error in worst.items() if not error < TOLERANCE]
if failed or plain < 1e-3:
    sys.exit(f"forecast and PyTorch differ: {', '.join(failed) or 'momentum makes no difference'}")
