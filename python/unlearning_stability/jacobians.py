"""Outputs of a PyTorch model and their Jacobians, sample by sample, in the parameters that unlearning moves.

- The model is in evaluation mode and takes a batch: a tensor, a tuple (`model(*inputs)`) or a dict (`model(**inputs)`).
- A batch of one gives (1, c), (1,), a squeezed (c,), or a scalar; also a thing with `logits`.
- Parameters: "trainable", "all", or names and patterns of names ("*.lora_*") from `model.named_parameters()`.

Vectorised over the samples by torch.func or functorch (1.13); models that these refuse are taken one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Union

import torch

try:
    from torch.func import functional_call, jacrev, vmap
except ImportError:
    from torch.nn.utils.stateless import functional_call

    try:
        from functorch import jacrev, vmap
    except ImportError:
        vmap = None

Tree = Any
"""A tensor, or a tuple or dict of such trees; n samples along the first axis of every tensor."""

Names = Union[str, Iterable[str]]
"""Parameters, as said above."""

Output = Callable[..., torch.Tensor]
"""Outputs (c,) of one sample for weights by name."""

Block = tuple
"""Jacobians (b, c, p) and outputs (b, c)."""

Data = Any
"""What `samples_of` takes."""


@dataclass(frozen=True)
class Samples:
    """n samples in their order; `read(from, to)` gives inputs, and labels if there are any."""

    count: int
    read: Callable[[int, int], tuple[Tree, torch.Tensor | None]]
    ids: Sequence[int] | None = None

    def __len__(self) -> int:
        return self.count


def samples_of(data: Data) -> Samples:
    """Samples of inputs, of (inputs, labels), of a dict with `labels`, of a dataset of pairs or dicts, or of a loader.

    A loader's order and batches are not used, its dataset and `collate_fn` are; ids of a `Subset` are its indices.
    """
    if isinstance(data, Samples):
        return data
    if isinstance(data, torch.utils.data.DataLoader):
        return dataset_samples(data.dataset, data.collate_fn)
    if isinstance(data, torch.utils.data.Dataset) or (isinstance(data, list) and data and not torch.is_tensor(data[0])):
        return dataset_samples(data, torch.utils.data.default_collate)
    inputs, labels = inputs_and_labels(data)
    count = len(first_tensor(inputs))
    if labels is not None and len(labels) != count:
        raise ValueError(f"labels must be {count}, as inputs; got {len(labels)}")

    def read(start: int, end: int) -> tuple[Tree, torch.Tensor | None]:
        part = mapped(inputs, lambda tensor: tensor[start:end])
        return part, None if labels is None else labels[start:end]

    return Samples(count, read)


def dataset_samples(dataset: Any, collate: Callable[[list], Any]) -> Samples:  # noqa: ANN401
    if not hasattr(dataset, "__getitem__") or not hasattr(dataset, "__len__"):
        raise ValueError(f"a dataset must have numbered samples; got {type(dataset).__name__}")
    ids = list(dataset.indices) if isinstance(dataset, torch.utils.data.Subset) else None
    return Samples(
        len(dataset), lambda start, end: inputs_and_labels(collate([dataset[i] for i in range(start, end)])), ids
    )


def inputs_and_labels(batch: Tree) -> tuple[Tree, torch.Tensor | None]:
    """A pair is (inputs, labels); a dict gives its `labels` away."""
    if isinstance(batch, Mapping):
        return {name: value for name, value in batch.items() if name != "labels"}, batch.get("labels")
    if isinstance(batch, (tuple, list)):
        if len(batch) != 2:
            raise ValueError(f"samples must be inputs, or inputs and labels; got {len(batch)} parts")
        return batch[0], batch[1]
    return batch, None


def first_tensor(tree: Tree) -> torch.Tensor:
    parts = tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, (tuple, list)) else ()
    if torch.is_tensor(tree):
        return tree
    for part in parts:
        return first_tensor(part)
    raise ValueError(f"inputs must be tensors, or tuples or dicts of tensors; got {type(tree).__name__}")


def mapped(tree: Tree, change: Callable[[torch.Tensor], torch.Tensor]) -> Tree:
    if isinstance(tree, Mapping):
        return {name: mapped(value, change) for name, value in tree.items()}
    if isinstance(tree, (tuple, list)):
        return tuple(mapped(value, change) for value in tree)
    return change(tree)


def output_jacobians(
    model: torch.nn.Module, samples: Samples, parameters: Names = "trainable", block_bytes: int = 2**28
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Jacobians (b, c, p) and outputs (b, c) of consecutive samples, on the model's device, in its precision.

    Raises:
        ValueError: if there are no samples, the model is in training mode, an output has another shape, samples
            depend on each other, a name is unknown, or nothing is trainable.
    """
    if model.training:
        raise ValueError(
            "the model must be in evaluation mode, so that samples do not depend on each other: model.eval()"
        )
    if len(samples) == 0:
        raise ValueError("inputs must hold at least one sample; got none")
    chosen, rest = split_parameters(model, parameters)
    outputs_of, of_one, read = functional(model, samples, chosen, rest)
    try:
        check_apart(lambda batch: outputs_of(chosen, batch), lambda sample: of_one(chosen, sample), read, len(samples))
    except (RuntimeError, IndexError) as fault:
        sample = tuple(first_tensor(read(0, 1)).shape[1:])
        raise ValueError(
            f"the model must take batches of samples of the shape {sample} (a list holds samples, not batches);"
            f" it says: {str(fault).splitlines()[0]}"
        ) from fault
    start, size = 0, 1
    batched = vectorised(of_one, chosen)
    while start < len(samples):
        batch = read(start, min(start + size, len(samples)))
        if start == 0 and batched is not None:
            try:
                jacobian, outputs = batched(batch)
            except (RuntimeError, NotImplementedError, TypeError, AttributeError):
                batched = None
        if start > 0 or batched is None:
            jacobian, outputs = (batched or (lambda trees: one_by_one(of_one, chosen, trees)))(batch)
        yield jacobian.detach(), outputs.detach()
        start += len(outputs)
        size = max(1, block_bytes // (jacobian[0].numel() * jacobian.element_size()))


def functional(
    model: torch.nn.Module, samples: Samples, chosen: dict[str, torch.Tensor], rest: dict[str, torch.Tensor]
) -> tuple[Output, Output, Callable[[int, int], Tree]]:
    """Outputs of a batch and of one sample (c,) as functions of the chosen weights, and inputs on their device."""
    tied = tied_names(model)
    device = next(iter(chosen.values())).device

    def outputs_of(weights: dict[str, torch.Tensor], batch: Tree) -> torch.Tensor:
        state = {**rest, **weights}
        state.update((alias, state[name]) for alias, name in tied.items())
        if isinstance(batch, Mapping):
            found = functional_call(model, state, (), dict(batch))
        else:
            found = functional_call(model, state, tuple(batch) if isinstance(batch, tuple) else (batch,))
        found = found["logits"] if isinstance(found, Mapping) else getattr(found, "logits", found)
        if not torch.is_tensor(found):
            raise ValueError(f"the model must give a tensor, or logits; got {type(found).__name__}")
        return found

    def of_one(weights: dict[str, torch.Tensor], sample: Tree) -> torch.Tensor:
        found = outputs_of(weights, mapped(sample, lambda tensor: tensor.unsqueeze(0)))
        if found.ndim > 2 or (found.ndim == 2 and len(found) != 1):
            raise ValueError(
                f"outputs must have the shape (batch,) or (batch, c); got {tuple(found.shape)} for a batch of one"
            )
        return found.reshape(-1)

    def read(start: int, end: int) -> Tree:
        return mapped(samples.read(start, end)[0], lambda tensor: tensor.to(device))

    return outputs_of, of_one, read


def output_blocks(model: torch.nn.Module, samples: Samples, size: int = 256) -> Iterator[torch.Tensor]:
    """Outputs (b, c) of consecutive samples."""
    outputs_of, _, read = functional(model, samples, *split_parameters(model, "all"))
    chosen, _ = split_parameters(model, "all")
    with torch.no_grad():
        for start in range(0, len(samples), size):
            end = min(start + size, len(samples))
            yield outputs_of(chosen, read(start, end)).reshape(end - start, -1)


def vectorised(of_one: Output, chosen: dict[str, torch.Tensor]) -> Callable[[Tree], Block] | None:
    if vmap is None:
        return None

    def twice(weights: dict[str, torch.Tensor], sample: Tree) -> tuple[torch.Tensor, torch.Tensor]:
        found = of_one(weights, sample)
        return found, found

    jacobians = vmap(jacrev(twice, has_aux=True), in_dims=(None, 0))

    def block(batch: Tree) -> Block:
        jacobian, outputs = jacobians(chosen, batch)
        # (b, c, ...) of a parameter of any number of axes, none included.
        return torch.cat([part.reshape(*part.shape[:2], -1) for part in jacobian.values()], dim=2), outputs

    return block


def one_by_one(of_one: Output, chosen: dict[str, torch.Tensor], batch: Tree) -> Block:
    """The same by one backward pass an output."""
    weights = {name: value.detach().clone().requires_grad_() for name, value in chosen.items()}
    tensors, nothing = list(weights.values()), [None] * len(weights)
    jacobians, outputs = [], []
    for k in range(len(first_tensor(batch))):
        found = of_one(weights, mapped(batch, lambda tensor, k=k: tensor[k]))
        rows = [
            torch.autograd.grad(output, tensors, retain_graph=True, allow_unused=True) if output.requires_grad else ()
            for output in found
        ]
        flat = [
            torch.cat([(torch.zeros_like(w) if g is None else g).reshape(-1) for w, g in zip(tensors, row or nothing)])
            for row in rows
        ]
        jacobians.append(torch.stack(flat))
        outputs.append(found.detach())
    return torch.stack(jacobians), torch.stack(outputs)


def check_apart(whole: Callable, single: Callable, read: Callable[[int, int], Tree], n: int) -> None:
    """Refuses models whose outputs for a batch are not those of its samples (a mean over the batch, say)."""
    batch = read(0, min(n, 3))
    with torch.no_grad():
        parts = [single(mapped(batch, lambda tensor, k=k: tensor[k])) for k in range(len(first_tensor(batch)))]
        together, apart = whole(batch).reshape(-1), torch.cat(parts)
    same = together.shape == apart.shape and torch.allclose(together, apart, rtol=1e-3, atol=1e-4, equal_nan=True)
    if not same:
        raise ValueError(
            f"outputs must belong to the samples: a batch of {len(parts)} gives {together.numel()} numbers,"
            f" its samples alone {apart.numel()}, or others"
        )


def split_parameters(
    model: torch.nn.Module, names: Names = "trainable"
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The chosen parameters, and the other parameters and buffers; all detached."""
    parameters = {name: value.detach() for name, value in model.named_parameters()}
    if names == "trainable":
        chosen = {name for name, value in model.named_parameters() if value.requires_grad}
        if not chosen:
            raise ValueError("the model must have a trainable parameter (requires_grad), or name parameters; got none")
    elif names == "all":
        chosen = set(parameters)
    else:
        patterns = [names] if isinstance(names, str) else list(names)
        unknown = [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in parameters)]
        if unknown or not patterns:
            raise ValueError(f"parameters must be of {', '.join(parameters)}; got {', '.join(unknown) or 'none'}")
        chosen = {name for name in parameters if any(fnmatchcase(name, pattern) for pattern in patterns)}
    rest = {name: value for name, value in parameters.items() if name not in chosen}
    rest.update((name, value.detach()) for name, value in model.named_buffers())
    return {name: value for name, value in parameters.items() if name in chosen}, rest


def tied_names(model: torch.nn.Module) -> dict[str, str]:
    """Further names of parameters that stand in several places, which `named_parameters` lists once."""
    first = {id(value): name for name, value in model.named_parameters()}
    everywhere = (pair for prefix, module in model.named_modules() for pair in module.named_parameters(prefix, False))
    return {name: first[id(value)] for name, value in everywhere if first[id(value)] != name}
