"""Make optimisers.npz: where PyTorch's optimisers and schedules go in a hundred steps, in float64.

Run by hand after ``pip install --group bench``: ``python -m tests.oracles.make_optimisers``.
"""

from pathlib import Path

import numpy as np
import torch
from torch import optim

N_STEPS = 100
KEPT_STEPS = [1, 2, 3, *range(10, N_STEPS + 1, 10)]
RATE = 0.01

# Name: optimiser of ours, its hyper-parameters besides the rate, PyTorch's.
CASES = {
    "sgd": ("sgd", {}, lambda p: optim.SGD(p, RATE)),
    "sgd with l2": ("sgd", {"l2": 0.3}, lambda p: optim.SGD(p, RATE, weight_decay=0.3)),
    "momentum": ("momentum", {"momentum": 0.8}, lambda p: optim.SGD(p, RATE, momentum=0.8)),
    "momentum with l2": (
        "momentum",
        {"momentum": 0.9, "l2": 0.3},
        lambda p: optim.SGD(p, RATE, momentum=0.9, weight_decay=0.3),
    ),
    "nesterov": ("nesterov", {"momentum": 0.9}, lambda p: optim.SGD(p, RATE, momentum=0.9, nesterov=True)),
    "nesterov with l2": (
        "nesterov",
        {"momentum": 0.9, "l2": 0.3},
        lambda p: optim.SGD(p, RATE, momentum=0.9, nesterov=True, weight_decay=0.3),
    ),
    "rmsprop": (
        "rmsprop",
        {"rho": 0.95, "eps": 1e-6},
        lambda p: optim.RMSprop(p, RATE, alpha=0.95, eps=1e-6),
    ),
    "rmsprop with l2": (
        "rmsprop",
        {"rho": 0.99, "l2": 0.3},
        lambda p: optim.RMSprop(p, RATE, alpha=0.99, weight_decay=0.3),
    ),
    "adagrad": ("adagrad", {}, lambda p: optim.Adagrad(p, RATE, eps=1e-8)),
    "adagrad with l2": ("adagrad", {"l2": 0.3}, lambda p: optim.Adagrad(p, RATE, eps=1e-8, weight_decay=0.3)),
    "adam": ("adam", {}, lambda p: optim.Adam(p, RATE)),
    "adam with other decays": (
        "adam",
        {"beta1": 0.5, "beta2": 0.9, "eps": 1e-3},
        lambda p: optim.Adam(p, RATE, betas=(0.5, 0.9), eps=1e-3),
    ),
    "adam with l2": ("adam", {"l2": 0.3}, lambda p: optim.Adam(p, RATE, weight_decay=0.3)),
    "adamw": ("adamw", {"weight_decay": 0.3}, lambda p: optim.AdamW(p, RATE, weight_decay=0.3)),
    "clipped sgd": ("sgd", {"clip_norm": 2.0}, lambda p: optim.SGD(p, RATE)),
    "clipped adam with l2": (
        "adam",
        {"clip_norm": 2.0, "l2": 0.3},
        lambda p: optim.Adam(p, RATE, weight_decay=0.3),
    ),
    "averaged sgd": ("sgd", {"ema_decay": 0.9}, lambda p: optim.SGD(p, RATE)),
}


def course(case: str, start: np.ndarray, grads: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Return theta, and its running average if there is one, after each kept step."""
    _, hyper, make = CASES[case]
    module = torch.nn.ParameterList([torch.tensor(start)])
    (theta,) = module
    optimiser = make([theta])
    averaged = None
    if "ema_decay" in hyper:
        averaged = optim.swa_utils.AveragedModel(
            module, multi_avg_fn=optim.swa_utils.get_ema_multi_avg_fn(hyper["ema_decay"])
        )
    thetas, averages = [], []
    for step, grad in enumerate(grads, start=1):
        theta.grad = torch.tensor(grad)
        if "clip_norm" in hyper:
            torch.nn.utils.clip_grad_norm_([theta], hyper["clip_norm"])
        optimiser.step()
        if averaged is not None:
            averaged.update_parameters(module)
        if step in KEPT_STEPS:
            thetas.append(theta.detach().numpy().copy())
            if averaged is not None:
                averages.append(averaged.module[0].detach().numpy().copy())
    return np.array(thetas), np.array(averages) if averages else None


def rates(make) -> np.ndarray:
    """Return the factor on the rate at each of a hundred steps."""
    optimiser = optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    schedule = make(optimiser)
    found = []
    for _ in range(N_STEPS - 1):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    found.append(optimiser.param_groups[0]["lr"])
    return np.array(found)


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(0)
    # From 1e-7, where eps counts, to 10; signs, sizes and a weight without any gradient.
    grads = rng.standard_normal((N_STEPS, 8)) * [0, 1e-7, 1e-4, 0.01, 0.1, 1, 3, 10]
    start = rng.standard_normal(8)
    files = {"start": start, "grads": grads, "kept_steps": np.array(KEPT_STEPS), "learning_rate": RATE}
    for case, (name, hyper, _) in CASES.items():
        theta, average = course(case, start, grads)
        files[f"optimiser/{case}/{name}/theta"] = theta
        files[f"optimiser/{case}/{name}/names"] = np.array(list(hyper), "U16")
        files[f"optimiser/{case}/{name}/values"] = np.array(list(hyper.values()), float)
        if average is not None:
            files[f"optimiser/{case}/{name}/average"] = average

    scheduler = optim.lr_scheduler
    # Ours climbs in the first 0.3 of the way from step 0 to step 99, PyTorch's reaches the top at
    # pct_start · 100 − 1.
    one_cycle = {"pct_start": (0.3 * (N_STEPS - 1) + 1) / N_STEPS, "cycle_momentum": False}
    files |= {
        "schedule/constant": rates(lambda o: scheduler.ConstantLR(o, factor=1.0)),
        "schedule/step": rates(lambda o: scheduler.StepLR(o, step_size=30, gamma=0.2)),
        "schedule/exponential": rates(lambda o: scheduler.ExponentialLR(o, gamma=0.2 ** (1 / 30))),
        "schedule/cosine": rates(lambda o: scheduler.CosineAnnealingLR(o, T_max=N_STEPS)),
        "schedule/one_cycle": rates(
            lambda o: scheduler.OneCycleLR(o, max_lr=1.0, total_steps=N_STEPS, **one_cycle)
        ),
        "schedule/cosine after warm-up": rates(
            lambda o: scheduler.SequentialLR(
                o,
                [
                    scheduler.LinearLR(o, start_factor=1 / 20, total_iters=19),
                    scheduler.CosineAnnealingLR(o, T_max=N_STEPS - 20),
                ],
                milestones=[20],
            )
        ),
    }
    files["made_with"] = f"PyTorch {torch.__version__}"
    np.savez_compressed(Path(__file__).with_name("optimisers.npz"), **files)


if __name__ == "__main__":
    main()
