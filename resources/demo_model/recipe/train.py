"""Train the demo model: `python -m resources.demo_model.recipe.train --output DIR`."""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from chronos.chronos2.model import Chronos2Model
from torch import Tensor
from torch.multiprocessing.spawn import spawn
from torch.nn.utils import clip_grad_norm_, parameters_to_vector, vector_to_parameters
from torch.utils.data import DataLoader, Dataset

from resources.demo_model.recipe.architecture import (
    adopt,
    bound_masks,
    halve,
    load_model,
    new_model,
    order_quantiles,
    plain_copy,
)
from resources.demo_model.recipe.batches import Batch, draw_batch, longest_context
from resources.demo_model.recipe.muon import Muon


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train.

    The learning rate warms up, stays, and falls to zero over the last `decay` steps; a run that
    is resumed before its decay may change `steps`. `tokens` are patches per worker and step;
    the longest context doubles every `stage` steps. `start` is a trained model's folder whose
    weights a new run begins with. `dtype` is what the model multiplies in: bfloat16 is faster
    where the hardware has it, and far slower on CPUs that only imitate it.
    """

    output: Path
    start: Path | None = None
    steps: int = 15_700
    warmup: int = 200
    decay: int = 5_000
    stage: int = 2_000
    tokens: int = 1_300
    matrix_rate: float = 6e-3
    other_rate: float = 6e-4
    seed: int = 1
    workers: int = 1
    save_every: int = 200
    device: str = "cpu"
    dtype: str = "float32"


class Batches(Dataset[Batch]):
    """The batches of one worker, by step."""

    def __init__(self, plan: Plan, worker: int) -> None:
        self.plan, self.worker = plan, worker

    def __getitem__(self, step: int) -> Batch:
        """Return the batch of a step."""
        plan = self.plan
        longest = longest_context(step, plan.stage)
        return draw_batch(plan.seed, step, self.worker, plan.tokens, longest)


def _be_polite(_: int) -> None:
    """Drawing takes a tenth of the time of a step: one thread is plenty."""
    torch.set_num_threads(1)


def rate_factor(plan: Plan, step: int) -> float:
    """Return the learning rate of a step, as a share of the highest."""
    return min((step + 1) / plan.warmup, 1.0, (plan.steps - step) / plan.decay)


def quantile_loss(model: Chronos2Model, batch: Batch) -> Tensor:
    """Return the model's quantile loss in its normalised space, each row with its own weight.

    Values that the model was told (covariates with a known future) do not count.
    """
    encoded, location_and_scale, _, _ = model.encode(
        context=batch.context,
        group_ids=batch.group_ids,
        future_covariates=batch.covariates,
        num_output_patches=batch.output_patches,
    )
    # bfloat16 in the head alone would round off a sixth of a percent of a series' deviation
    with torch.autocast(batch.context.device.type, enabled=False):
        forecast = model.output_patch_embedding(encoded[0][:, -batch.output_patches :])
    levels = model.quantiles[None, :, None]
    patches = forecast.unflatten(-1, (levels.shape[1], -1))
    quantiles = patches.permute(0, 2, 1, 3).flatten(2)
    target, _ = model.instance_norm(batch.target, location_and_scale)
    counted = batch.covariates.isnan() & ~batch.target.isnan()
    error = torch.where(counted, target, 0.0)[:, None] - quantiles
    pinball = 2 * torch.maximum(levels * error, (levels - 1) * error).mean(1)
    weight = batch.weight[:, None] * counted
    return (pinball * weight).sum() / weight.sum().clamp_min(1.0)


def new_optimisers(model: Chronos2Model, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the encoder, AdamW for everything else.

    Muon ("Muon: An optimizer for hidden layers in neural networks", Jordan et al., 2024) needed
    fewer steps here than AdamW alone. Queries learn more slowly by d_kv^-1/2, as they start
    smaller: the architecture does not scale attention scores, and at the full rate they saturate.
    """
    named = [(n, w) for n, w in model.encoder.block.named_parameters() if w.ndim == 2]
    queries = [weight for name, weight in named if "attention.q." in name]
    matrices = [weight for name, weight in named if "attention.q." not in name]
    chosen = {id(weight) for _, weight in named}
    others = [weight for weight in model.parameters() if id(weight) not in chosen]
    slow = plan.matrix_rate * model.config.d_kv**-0.5
    return [
        Muon(matrices, plan.matrix_rate),
        Muon(queries, slow),
        torch.optim.AdamW(others, plan.other_rate, (0.9, 0.98), weight_decay=0.01),
    ]


def average_gradients(model: Chronos2Model, workers: int) -> None:
    """Every worker gets the mean of all workers' gradients."""
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    flat = parameters_to_vector(gradients)
    dist.all_reduce(flat)
    vector_to_parameters(flat / workers, gradients)


class Training:
    """A model, its optimisers and the step they have reached."""

    def __init__(self, plan: Plan, worker: int) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.worker = plan, worker
        self.device = torch.device(plan.device)
        self.model = new_model(attention="eager").to(self.device)
        order_quantiles(self.model)
        halve(self.model)
        bound_masks(self.model)
        if plan.start:
            adopt(self.model, load_model(plan.start))
        self.optimisers = new_optimisers(self.model, plan)
        self.step = 0
        self.smoothed_loss = 0.0

    @property
    def checkpoint(self) -> Path:
        """Return the file that a run resumes from."""
        return self.plan.output / "checkpoint.pt"

    def resume(self) -> None:
        """Goes on from the checkpoint if there is one."""
        if self.checkpoint.exists():
            state: dict[str, Any] = torch.load(self.checkpoint, map_location=self.device)
            self.model.load_state_dict(state["model"])
            for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
                optimiser.load_state_dict(saved)
            self.step, self.smoothed_loss = state["step"], state["loss"]

    def save(self) -> None:
        """Write the checkpoint and a copy that the unmodified library loads."""
        self.plan.output.mkdir(parents=True, exist_ok=True)
        unfinished = self.checkpoint.with_suffix(".new")
        state = {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step,
            "loss": self.smoothed_loss,
        }
        torch.save(state, unfinished)
        unfinished.replace(self.checkpoint)
        plain_copy(self.model).save_pretrained(self.plan.output / "model")

    def advance(self, batch: Batch) -> float:
        """Train one step, and return the loss."""
        factor = rate_factor(self.plan, self.step)
        for optimiser in self.optimisers:
            optimiser.param_groups[0]["lr"] = optimiser.defaults["lr"] * factor
        dtype = getattr(torch, self.plan.dtype)
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            loss = quantile_loss(self.model, batch.to(self.device))
        loss.backward()
        if self.plan.workers > 1:
            average_gradients(self.model, self.plan.workers)
        clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.model.zero_grad()
        self.step += 1
        value = loss.item()
        self.smoothed_loss += (value - self.smoothed_loss) / min(self.step, 200)
        return value

    def batches(self) -> DataLoader[Batch]:
        """Return the batches still to come, drawn ahead by a process of their own."""
        return DataLoader(
            Batches(self.plan, self.worker),
            batch_size=None,
            sampler=range(self.step, self.plan.steps),
            num_workers=1,
            prefetch_factor=8,
            worker_init_fn=_be_polite,
        )

    def run(self) -> None:
        """Train to the end of the plan, and print the progress."""
        started, first = time.monotonic(), self.step
        for batch in self.batches():
            self.advance(batch)
            if self.worker == 0 and self.step % 50 == 0:
                pace = (time.monotonic() - started) / (self.step - first)
                print(
                    f"step {self.step}/{self.plan.steps}  loss {self.smoothed_loss:.4f}  "
                    f"{pace:.3f} s/step  {pace * (self.plan.steps - self.step) / 60:.0f} min left",
                    flush=True,
                )
            last = self.step == self.plan.steps
            if self.worker == 0 and (last or self.step % self.plan.save_every == 0):
                self.save()


def work(worker: int, plan: Plan, port: int) -> None:
    """One of `plan.workers` processes that train one model together."""
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // plan.workers))
    if plan.workers > 1:
        address = f"tcp://127.0.0.1:{port}"
        dist.init_process_group("gloo", address, rank=worker, world_size=plan.workers)
    training = Training(plan, worker)
    training.resume()
    training.run()
    if plan.workers > 1:
        dist.destroy_process_group()


def main() -> None:
    """Train by the command line's plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a trained model to go on from")
    for name in ("steps", "warmup", "decay", "stage", "tokens", "seed", "workers"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    for name in ("matrix_rate", "other_rate"):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=float, default=getattr(Plan, name))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--port", type=int, default=29_571, help="where several workers meet")
    arguments = vars(parser.parse_args())
    port = arguments.pop("port")
    plan = Plan(**arguments)
    if plan.workers == 1:
        work(0, plan, port)
    else:
        spawn(work, (plan, port), nprocs=plan.workers)


if __name__ == "__main__":
    main()
