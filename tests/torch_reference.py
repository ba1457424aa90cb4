"""PyTorch's answers to the cases of the registry, live and as golden arrays.

Run ``python tests/torch_reference.py`` after a change to the registry: it writes the inputs and
PyTorch's answers to ``tests/golden``, so that ``test_parity.py`` needs no PyTorch. With words after
it, ``... optimizers`` for one, it writes only those files.
"""

import sys
from pathlib import Path

import numpy as np

from registry import CLIPPINGS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, mlp, torch_mlp

GOLDEN = Path(__file__).parent / "golden"
STEPS = 10


def layer_inputs(case):
    """Return the input, the upstream gradient and the starting weights of a layer."""
    rng = np.random.default_rng(1)
    layer, x = case.make(rng, np.float64).train(case.training), case.x(rng, 4)
    inputs = {"x": x, "grad_output": rng.normal(size=layer(x).shape)}
    return inputs | with_prefix("state", layer.state_dict())


def loss_inputs(case):
    """Return predictions and targets."""
    pred, target = case.batch(np.random.default_rng(2), 6)
    return {"pred": pred, "target": target}


def optimizer_inputs(case):
    """Return ten batches and the starting weights of a small network."""
    rng = np.random.default_rng(3)
    batches = {"x": rng.normal(size=(STEPS, 3, 2, 3)), "y": rng.integers(0, 4, (STEPS, 3))}
    return batches | with_prefix("state", mlp(rng, np.float64).state_dict())


def with_prefix(prefix, arrays):
    """Return the dictionary with ``prefix/`` before every key."""
    return {f"{prefix}/{name}": np.asarray(array) for name, array in arrays.items()}


def without_prefix(prefix, arrays):
    """Return the part of the dictionary whose keys start with ``prefix/``, without it."""
    start = f"{prefix}/"
    return {name.removeprefix(start): a for name, a in arrays.items() if name.startswith(start)}


def load_state(module, arrays):
    """Give a PyTorch module the arrays, in float64."""
    import torch

    module.double().load_state_dict({name: torch.tensor(a) for name, a in arrays.items()})
    return module


def torch_layer(case, inputs):
    """Return PyTorch's output and gradients for a layer."""
    import torch

    layer = load_state(case.torch(torch.nn), without_prefix("state", inputs)).train(case.training)
    x = torch.tensor(inputs["x"], requires_grad=True)
    y = layer(x)
    y.backward(torch.tensor(inputs["grad_output"]))
    grads = {name: parameter.grad.numpy() for name, parameter in layer.named_parameters()}
    buffers = {name: buffer.numpy() for name, buffer in layer.named_buffers()}
    numbers = {"y": y.detach().numpy(), "grad_x": x.grad.numpy()}
    return numbers | with_prefix("grad", grads) | with_prefix("after", buffers)


def torch_loss(case, inputs):
    """Return PyTorch's loss and its gradient."""
    import torch

    pred = torch.tensor(inputs["pred"], requires_grad=True)
    loss = case.torch(torch.nn)(pred, torch.tensor(inputs["target"]))
    loss.backward()
    return {"loss": np.array(loss.item()), "grad": pred.grad.numpy()}


def torch_optimizer(case, inputs):
    """Return the losses and rates of ten PyTorch steps and the weights after them."""
    import torch

    utils = torch.nn.utils

    model = load_state(torch_mlp(torch.nn), without_prefix("state", inputs))
    optimizer, loss = case.torch(torch.optim, model.parameters()), torch.nn.CrossEntropyLoss()
    schedule = case.schedule and case.schedule(torch.optim.lr_scheduler, optimizer)
    losses, rates = [], []
    for x, y in zip(inputs["x"], inputs["y"], strict=True):
        optimizer.zero_grad()
        value = loss(model(torch.tensor(x)), torch.tensor(y))
        value.backward()
        if case.clip:
            case.clip(model.parameters(), utils.clip_grad_norm_, utils.clip_grad_value_)
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if schedule:
            schedule.step()
        losses.append(value.item())
    return {"losses": np.array(losses), "rates": np.array(rates)} | with_prefix(
        "trained", model.state_dict()
    )


KINDS = {
    "layers": (LAYERS, layer_inputs, torch_layer),
    "losses": (LOSSES, loss_inputs, torch_loss),
    "optimizers": ([*OPTIMIZERS, *SCHEDULES, *CLIPPINGS], optimizer_inputs, torch_optimizer),
}


def make_golden(kinds):
    """Write one file for each kind, with keys such as ``Linear/inputs/x``."""
    GOLDEN.mkdir(exist_ok=True)
    for kind in kinds:
        cases, make_inputs, answers = KINDS[kind]
        arrays = {}
        for case in cases:
            inputs = make_inputs(case)
            arrays |= with_prefix(f"{case.name}/inputs", inputs)
            arrays |= with_prefix(f"{case.name}/answers", answers(case, inputs))
        np.savez_compressed(GOLDEN / f"{kind}.npz", **arrays)
        print(f"{kind}.npz: {len(cases)} cases, {len(arrays)} arrays")


if __name__ == "__main__":
    make_golden(sys.argv[1:] or KINDS)
