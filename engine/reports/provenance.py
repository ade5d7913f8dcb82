"""Say what a result was made with: the model, the machine and what torch.compile did."""

from engine.base.wording import counted
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof


def model_facts(model: ModelDescription) -> list[tuple[str, str]]:
    """Return the model, as pairs of a name and a value."""
    return [
        (
            "model",
            f"{model.source}, {model.parameters:,} weights in {model.dtype}"
            + (", fused encoder" if model.encoder == "fused" else "")
            + ("" if model.quantization == "none" else f", computed in {model.quantization}"),
        ),
        ("device", model.device),
    ]


def machine_facts(machine: MachineDescription) -> list[tuple[str, str]]:
    """Return the machine, as pairs of a name and a value."""
    return [
        (
            "versions",
            f"torch {machine.torch}, chronos-forecasting {machine.chronos}, "
            f"transformers {machine.transformers}, Python {machine.python}",
        ),
        ("system", machine.system),
        ("processor", f"{machine.processor}, {machine.cores} cores"),
        *(("GPU", f"{gpu.name}, driver {machine.driver}") for gpu in machine.gpus),
    ]


def proof_sentence(proof: CompileProof | None) -> str:
    """Return what torch.compile did, in words."""
    if proof is None:
        return "nothing"
    ran_eager = f"{proof.uncompiled_calls} of {proof.calls} calls ran eager code"
    if proof.ahead_of_time:
        return f"scope {proof.scope}: ahead of time; {ran_eager}"
    return (
        f"scope {proof.scope}: {counted(proof.graphs, 'graph')} in {proof.seconds:.1f} s, "
        f"{counted(proof.breaks, 'graph break')}, {counted(len(proof.recompiles), 'recompile')}; "
        f"{ran_eager}; "
        f"CUDA graphs {proof.cuda_graphs}"
    )
