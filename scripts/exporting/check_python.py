"""Checks the Python package: exports against autograd, forecasts against real loops, what StopAt says, what is refused.

    PYTHONPATH=python python3 check_python.py FOLDER PROGRAM.js

Small models in double precision, so that whatever is exact is exact to rounding.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from unlearning_stability import Export, ForecastError, Report, StopAt, export, forecast, jacobians

FOLDER, PROGRAM = Path(sys.argv[1]), sys.argv[2]
TOLERANCE, RATE = 1e-10, 0.1
failed: list[str] = []


def check(claim: str, holds: bool) -> None:
    if not holds:
        failed.append(claim)


def refused(what: Callable[[], object], words: str, kind: type[Exception] = ValueError) -> None:
    try:
        what()
    except kind as error:
        check(f"'{error}' says {words}", words in str(error))
    else:
        failed.append(f"accepted: {words}")


class Adapted(torch.nn.Module):
    """A frozen layer with a low-rank addition, a temperature without axes, and keywords, as language models take."""

    def __init__(self, squeeze: bool = False, outputs: int = 3) -> None:
        super().__init__()
        self.base, self.squeeze = torch.nn.Linear(4, outputs), squeeze
        self.lora_a, self.lora_b = torch.nn.Linear(4, 2, bias=False), torch.nn.Linear(2, outputs, bias=False)
        self.temperature = torch.nn.Parameter(torch.tensor(1.5))
        self.base.requires_grad_(False)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor | dict[str, torch.Tensor]:
        found = self.temperature * torch.tanh(self.base(x) + self.lora_b(self.lora_a(x)))
        if mask is not None:
            return {"logits": found * mask[:, None]}
        return found.squeeze() if self.squeeze else found


class Branching(Adapted):
    """Looks at numbers, which vmap refuses."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        found = super().forward(x)
        return found if float(x.sum()) < 1e9 else -found


def by_hand(model: torch.nn.Module, inputs: torch.Tensor, names: list[str]) -> np.ndarray:
    """Jacobians (n, c, p) by one backward pass an output."""
    weights = [dict(model.named_parameters())[name] for name in names]
    rows = [
        [torch.cat([g.flatten() for g in torch.autograd.grad(f, weights, retain_graph=True)]) for f in output.flatten()]
        for output in (model(x[None]) for x in inputs)
    ]
    return np.array([[row.numpy() for row in sample] for sample in rows])


def jacobian(found: Export, name: str = "retain", member: str = "jacobian") -> np.ndarray:
    return np.load(found.files[name])[member]


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.abs(a - b).max() <= TOLERANCE * np.abs(b).max())


def check_exports() -> None:
    x, y = torch.randn(7, 4), torch.randint(3, (7,))
    small = (x[:3], y[:3])
    model, out = Adapted().eval(), FOLDER / "checked"
    trained = ["temperature", "lora_a.weight", "lora_b.weight"]
    expected = by_hand(model, x, trained)
    found = export(model, (x, y), small, out=out)
    check("frozen parameters are left out, 0-dim parameters are in", same(jacobian(found), expected))
    check("a Jacobian of other parameters is told apart", not same(jacobian(found)[..., ::-1], expected))
    weights = torch.cat([dict(model.named_parameters())[name].detach().flatten() for name in trained]).numpy()
    check("jw is J w*", same(jacobian(found, member="jw"), expected @ weights))
    check("outputs are f*", same(jacobian(found, member="outputs"), model(x).detach().numpy()))
    lora = export(model, (x, y), small, params="lora_*", out=out)
    check("patterns choose LoRA weights", same(jacobian(lora), expected[..., 1:]))
    dataset = torch.utils.data.TensorDataset(x, y)
    subset = torch.utils.data.Subset(dataset, [5, 2, 6])
    loader = torch.utils.data.DataLoader(subset, batch_size=2, shuffle=True)
    found = export(model, loader, subset, out=out)
    check("loaders and subsets, in their order", same(jacobian(found), expected[[5, 2, 6]]))
    check("ids of a subset are its indices", jacobian(found, member="ids").tolist() == [5, 2, 6])
    batch = {"x": x, "mask": torch.ones(7), "labels": y}
    check("dict batches and logits", same(jacobian(export(model, batch, small, out=out)), expected))
    squeezed = Adapted(squeeze=True).eval()
    squeezed.load_state_dict(model.state_dict())
    check("squeezed outputs", same(jacobian(export(squeezed, (x, y), small, out=out)), expected))
    one = Adapted(squeeze=True, outputs=1).eval()
    scalar = export(one, (x, torch.randn(7)), (x[:3], torch.randn(3)), loss="squared", out=out)
    check("scalar outputs", same(jacobian(scalar), by_hand(one, x, trained)))
    branching = Branching().eval()
    branching.load_state_dict(model.state_dict())
    check("a model that vmap refuses", same(jacobian(export(branching, (x, y), small, out=out)), expected))
    vmap, jacobians.vmap = jacobians.vmap, None
    check("without torch.func", same(jacobian(export(model, (x, y), small, out=out, block_bytes=1)), expected))
    jacobians.vmap = vmap
    check_factors(model, x, y, trained)
    refused(lambda: export(model.train(), (x, y), small, out=out), "evaluation mode")
    model.eval()
    refused(lambda: export(model, x, small, out=FOLDER / "bad"), "retain must have labels")
    refused(lambda: export(model, (x, y), (x[:0], y[:0]), out=FOLDER / "bad"), "forget must hold at least one sample")
    flat, batches = torch.nn.Sequential(torch.nn.Flatten(), model).eval(), [(x[:3], y[:3]), (x[3:6], y[3:6])]
    refused(lambda: export(flat, batches, small, out=FOLDER / "bad"), "holds samples, not batches")
    refused(lambda: export(model, (x, y[:2]), small, out=out), "labels must be 7")
    refused(lambda: export(model, (x, y), small, params="lorra_*", out=out), "got lorra_*")
    refused(lambda: export(model, (x, y), small, loss="mse", out=out), "loss must be")
    refused(lambda: export(model, (x, y), small, project=0, out=out), "project must be")
    spoiled = torch.full((7, 4), torch.nan)
    refused(lambda: export(model, (spoiled, y), small, out=FOLDER / "bad"), "finite")
    mean = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Flatten(0)).eval()
    refused(lambda: export(Average(mean).eval(), (x, y), small, out=out), "outputs must belong to the samples")
    check("nothing is left of a refused export", not list((FOLDER / "bad").iterdir()))


class Average(torch.nn.Module):
    """One output for the whole batch."""

    def __init__(self, inner: torch.nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x).mean()


def check_factors(model: torch.nn.Module, x: torch.Tensor, y: torch.Tensor, trained: list[str]) -> None:
    found = export(model, (x, y), (x[:3], y[:3]), factors=True, out=FOLDER / "factors")
    archive, jacobian_ = np.load(found.factors["retain"]), by_hand(model, x, trained)
    q = model(x).detach().softmax(1).numpy()
    curvature = np.einsum("nc,cd->ncd", q, np.eye(3)) - np.einsum("nc,nd->ncd", q, q)
    hessians = np.einsum("ncp,ncd,ndq->npq", jacobian_, curvature, jacobian_)
    curvatures = np.einsum("ncp,ncq->npq", archive["factors"], archive["factors"])
    check("factors give the curvature", same(curvatures, hessians))
    slopes = q - np.eye(3)[y]
    largest = np.linalg.norm(np.einsum("nc,ncp->np", slopes, jacobian_), axis=1).max()
    check("largest gradient", abs(archive["largest_gradient"][0] - largest) < 1e-12)
    check("mean loss", abs(archive["mean_loss"][0] - cross_entropy(model(x), y).item()) < 1e-12)
    check("kind and n", str(archive["kind"]) == "factors" and archive["n"].tolist() == [7])


def check_projection() -> None:
    model, out = torch.nn.Linear(600, 3).eval(), FOLDER / "projected"
    x, y = torch.randn(20, 600), torch.randint(3, (20,))
    exact = jacobian(export(model, (x, y), (x, y), project=None, out=out)).reshape(60, -1)
    lengths = np.linalg.norm(exact, axis=1)
    errors, products = [], []
    for seed in (1, 1, 2):
        found = export(model, (x, y), (x, y), project=400, seed=seed, out=out)
        rows = jacobian(found).reshape(60, -1)
        products.append(rows @ rows.T)
        errors.append(np.sqrt(np.mean(((rows @ rows.T - exact @ exact.T) / np.outer(lengths, lengths)) ** 2)))
        check("projection says its seed and columns", jacobian(found, member="projection").tolist() == [seed, 400])
    check("the same seed is the same projection", bool((products[0] == products[1]).all()))
    check("another seed is another", bool((products[0] != products[2]).any()))
    # sqrt(1/m) for different rows, sqrt(2/m) for equal ones; rows of different outputs meet by chance alone.
    check(f"inner products are off by {errors}", all(0.3 < error * 400**0.5 < 1.5 for error in errors))


def data(n: int, label: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    y = torch.randint(3, (n,)) if label is None else torch.full((n,), label)
    return torch.randn(n, 6) / 2 + 2 * torch.eye(6)[y], y


def unlearn(model: torch.nn.Module, sets: dict[str, tuple], lr: float, stop: Callable[..., bool], steps: int) -> int:
    """NegGrad+ with full batches, until `stop`; returns the steps made."""
    optimizer = torch.optim.SGD([value for value in model.parameters() if value.requires_grad], lr=lr, momentum=0.9)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        (loss(model, sets["retain"]) - 0.5 * loss(model, sets["forget"])).backward()
        optimizer.step()
        with torch.no_grad():
            if stop(step, retain_loss=loss(model, sets["retain"]), forget_loss=loss(model, sets["forget"])):
                return step
    return steps


def loss(model: torch.nn.Module, samples: tuple) -> torch.Tensor:
    return cross_entropy(model(samples[0]), samples[1])


def trained(model: torch.nn.Module, sets: dict[str, tuple]) -> torch.nn.Module:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(100):
        optimizer.zero_grad()
        sum(loss(model, samples) for samples in sets.values()).backward()
        optimizer.step()
    return model.eval()


def check_forecasts() -> None:
    sets = {"retain": data(30), "forget": data(6, label=2)}
    options = {"forget_weight": 0.5, "batch_size": 99, "steps": 60, "momentum": 0.9, "every": 1, "command": PROGRAM}
    options |= {"goal": "forget-loss=1", "limit": "retain-loss=0.7"}

    linear = trained(torch.nn.Linear(6, 3), sets)
    found = export(linear, **sets, out=FOLDER / "linear")
    report = forecast(found, lr=0.05, **options)
    real: list[list[float]] = []
    made = unlearn(linear, sets, 0.05, lambda step, **levels: real.append([float(x) for x in levels.values()]), 60)
    curves = np.array([report.document[name]["loss"][1:] for name in sets]).T
    check(f"linear: {made} real steps are forecast to rounding", same(curves[:made], np.array(real)))
    wrong = forecast(found, lr=0.06, **options)
    check("another rate is another run", not same(np.array(wrong.document["retain"]["loss"][1:]), np.array(real)[:, 0]))
    found.record(linear, made)
    error = [comparison["error"] for comparison in forecast(found, lr=0.05, **options).document["trust"]["real"]]
    check(f"real outputs are compared with: {error}", len(error) == 2 and max(error) < TOLERANCE)
    refused(lambda: found.record(linear, made), "already")

    check_procedures(linear, sets)
    network = trained(torch.nn.Sequential(torch.nn.Linear(6, 24), torch.nn.Tanh(), torch.nn.Linear(24, 3)), sets)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    options["steps"] = 150
    report = forecast(export(network, **sets, out=FOLDER / "network"), lr=RATE, **options)
    check(f"the network is to forget: {report}", report.word == "forgets" and report.stop_window is not None)
    check_stops(report, network, start, sets)
    check_words(report)
    refused(lambda: forecast(found, lr=-1, **options), "--lr must be", ForecastError)
    refused(lambda: forecast(found, lr=1, **{**options, "command": None}), "not on the PATH", FileNotFoundError)
    print(f"python: {report}")


def check_procedures(linear: torch.nn.Linear, sets: dict[str, tuple]) -> None:
    """Gradient ascent, and SCRUB's alternating KL to the teacher, whose probabilities are the labels."""
    with torch.no_grad():
        soft = {name: (x, linear(x).softmax(1)) for name, (x, _) in sets.items()}
    words = {"lr": 0.5, "batch_size": 99, "steps": 20, "every": 1, "forget_weight": 1, "command": PROGRAM}
    words["goal"] = "forget-loss=9"
    cases = {
        "gradient ascent": (sets, {"retain_weight": 0}, lambda step: (0, 1)),
        "SCRUB": (soft, {"schedule": "alternating:1:2"}, lambda step: (step % 3 > 0, step % 3 == 0)),
    }
    for name, (labelled, options, weights) in cases.items():
        model = torch.nn.Linear(6, 3)
        model.load_state_dict(linear.state_dict())
        with torch.no_grad():
            model.bias[0] += 0.1  # off the teacher, where the KL has no slope
        found = forecast(export(model.eval(), **labelled, out=FOLDER / "procedure"), **words, **options).document
        optimizer, real = torch.optim.SGD(model.parameters(), lr=0.5), []
        for step in range(21):
            both = [loss(model, labelled[which]) for which in ("retain", "forget")]
            real.append([each.item() for each in both])
            optimizer.zero_grad()
            down, up = weights(step)
            (down * both[0] - up * both[1]).backward()
            optimizer.step()
        curves = np.array([found[which]["loss"] for which in ("retain", "forget")]).T
        check(f"{name} is forecast to rounding", same(curves, np.array(real)))
        check(f"{name}, a step late, is another run", not same(curves[1:], np.array(real)[:-1]))


def check_stops(report: Report, network: torch.nn.Module, start: dict, sets: dict[str, tuple]) -> None:
    stop = StopAt(report)
    made = unlearn(network, sets, RATE, stop, 150)
    near = abs(made - report.forget_step) <= max(3, 0.1 * report.forget_step)
    check(f"StopAt ends the real run near {report.forget_step}: {stop.reason}", near and stop.left is None)
    network.load_state_dict(start)
    blind = StopAt(report)
    stopped = next(k for k in range(1, 151) if blind(k))
    check("without levels it stops at the forecast's step", stopped == report.forget_step)
    other = StopAt(report)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        unlearn(network, sets, 10 * RATE, other, 60)
    check("a run with ten times the rate leaves the forecast, with one warning", len(caught) == 1 and bool(other.left))
    refused(lambda: stop(1, loss=1), "levels must be", TypeError)
    refused(lambda: StopAt(report, tolerance=0), "tolerance must be")


def check_stops_by_hand() -> None:
    """The rules of StopAt on a forecast by hand: forget loss 0.1 a step, goal in step 12, window to step 18."""
    flat = {"loss": [1.0, 1.0, 1.0], "accuracy": [0.95, 0.95, 0.95]}
    document = {
        "verdict": {"text": "", "word": "forgets", "goalStep": 12, "limitStep": 19},
        "stopWindow": [12, 18],
        "goal": {"quantity": "loss", "value": 2.0},
        "limit": {"quantity": "accuracy", "value": 0.9},
        "steps": [0, 10, 20],
        "retain": flat,
        "forget": {"loss": [0.0, 1.0, 2.0], "accuracy": None},
        "test": None,
    }

    def stops(step: int, goal: tuple[str, float] = ("loss", 2.0), tolerance: float = 1e9, **levels: float) -> bool:
        marks = {"goal": {"quantity": goal[0], "value": goal[1]}}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return StopAt(Report(document | marks), tolerance)(step, **levels)

    check("StopAt ends at the goal and not before it", not stops(5, forget_loss=1.99) and stops(5, forget_loss=2.0))
    accuracy = ("accuracy", 0.2)
    met = [stops(5, accuracy, forget_accuracy=x) for x in (0.21, 0.2, 0.19)]
    check("StopAt ends at a goal of accuracy from above", met == [False, True, True])
    left = [stops(5, forget_loss=0.5, retain_accuracy=x) for x in (0.91, 0.9, 0.89, float("nan"))]
    check("StopAt ends below the limit, not at it, and at what is no number", left == [False, False, True, True])
    window = [stops(11), stops(12), stops(17, forget_loss=1.0), stops(18, forget_loss=1.0)]
    check("StopAt ends at the forecast's step, or with its window", window == [False, True, False, True])

    def leaves(step: int, value: float, tolerance: float = 0.25) -> bool:
        stop = StopAt(Report(document), tolerance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stop(step, forget_loss=value)
        return stop.left is not None

    # Up to the goal the loss moves by 1.2; three steps around step 10 it is 0.7 to 1.3.
    off = [leaves(10, x) for x in (0.39, 0.41, 1.59, 1.61)]
    check("a level leaves its band by a quarter of what the forecast moves", off == [True, False, False, True])
    check("the tolerance is that asked for", leaves(10, 1.5, 0.1) and not leaves(10, 1.4, 0.1))
    gone = StopAt(Report(document))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gone(10, forget_loss=0.1)
    check("after that the steps of the forecast stop nothing", gone.left is not None and not gone(18, forget_loss=0.5))


def check_words(report: Report) -> None:
    html = report._repr_html_()
    check("_repr_html_ shows verdict and curves", report.verdict in html and html.count("<polyline") == 2)
    report.plot(FOLDER / "curves.svg", "accuracy")
    check("plot writes its picture", (FOLDER / "curves.svg").read_text().startswith("<svg"))
    refused(lambda: report.plot(quantity="brier"), "quantity must be")


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    check_exports()
    check_projection()
    check_forecasts()
    check_stops_by_hand()
    print("\n".join(failed) or "python: exports, forecasts, StopAt and refusals are right")
    sys.exit(bool(failed))
