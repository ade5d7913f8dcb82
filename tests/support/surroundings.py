"""Facts about machines of every kind, made and not found."""

import dataclasses
from typing import Any

from engine.base.findings import Fix
from engine.check.facts import CacheFolder, Facts, ModelFiles
from engine.config.settings import CompileConfig
from engine.results.machine import GpuDescription, MachineDescription

GIGABYTE = 1_000_000_000

H100 = GpuDescription("NVIDIA H100", 80 * GIGABYTE, "9.0", 132)
T4 = GpuDescription("Tesla T4", 16 * GIGABYTE, "7.5", 40)
P100 = GpuDescription("Tesla P100", 16 * GIGABYTE, "6.0", 56)
WITHOUT_KERNELS = dataclasses.replace(P100, has_kernels=False)

CPU_MACHINE = MachineDescription(
    python="3.11.7",
    torch="2.13.0+cpu",
    chronos="2.3.2",
    transformers="5.23.0",
    system="Linux 6.1",
    processor="Xeon",
    cpu_features=("avx2", "avx512f"),
    cores=8,
    memory=32 * GIGABYTE,
    free_memory=16 * GIGABYTE,
    gpus=(),
    cuda=None,
    driver=None,
    cxx_compiler="/usr/bin/g++",
    c_compiler="/usr/bin/gcc",
    triton=False,
    python_headers=True,
)

GPU_MACHINE = dataclasses.replace(
    CPU_MACHINE,
    torch="2.13.0+cu130",
    gpus=(H100,),
    cuda="13.0",
    driver="580.65.06",
    triton=True,
)

SOUND_CACHE = CacheFolder(
    path="/home/ada/.cache/compiled",
    blocked_by="",
    writable=True,
    exposure=None,
    temporary=False,
    filesystem="ext4",
    executable=True,
    free=100 * GIGABYTE,
    newest=None,
)

MODEL = ModelFiles(folder="/models/chronos-2", is_hub_id=False, memory=GIGABYTE)

NOTHING_TO_SAY = Facts(
    config=CompileConfig(cache_dir=SOUND_CACHE.path, model=MODEL.folder),
    device="auto",
    environment={},
    env_file={},
    unread=(),
    machine=CPU_MACHINE,
    tested={"torch": ">=2.11,<2.14", "chronos-forecasting": ">=2.3.2,<3", "transformers": ">=5"},
    torch_installed=1_000_000.0,
    cache=SOUND_CACHE,
    better_cache_dir="/home/ada/.cache/better",
    model=MODEL,
)


def on_cpu(*, machine: Any = None, cache: Any = None, model: Any = None, **settings: Any) -> Facts:
    """Facts about a sound CPU machine, with some of its traits and settings changed.

    What is no setting is a field of `Facts`; the setting `model` is called `model_name`.
    """
    return _changed(NOTHING_TO_SAY, machine, cache, model, settings)


def on_gpu(
    *,
    gpu: GpuDescription = H100,
    machine: Any = None,
    cache: Any = None,
    model: Any = None,
    **settings: Any,
) -> Facts:
    """Facts about a sound machine with a GPU, as `on_cpu`."""
    facts = dataclasses.replace(
        NOTHING_TO_SAY, machine=dataclasses.replace(GPU_MACHINE, gpus=(gpu,))
    )
    return _changed(facts, machine, cache, model, settings)


def mended(facts: Facts, fix: Fix) -> Facts:
    """The facts after a fix: another folder or model is looked at anew."""
    facts = dataclasses.replace(facts, config=facts.config.replace(**{fix.setting: fix.value}))
    if fix.setting == "cache_dir":
        return dataclasses.replace(
            facts, cache=dataclasses.replace(SOUND_CACHE, path=str(fix.value))
        )
    if fix.setting == "model":
        return dataclasses.replace(facts, model=dataclasses.replace(MODEL, folder=str(fix.value)))
    return facts


def _changed(facts: Facts, machine: Any, cache: Any, model: Any, others: dict[str, Any]) -> Facts:
    fields = {field.name for field in dataclasses.fields(Facts)}
    around = {name: value for name, value in others.items() if name in fields}
    settings = {name: value for name, value in others.items() if name not in fields}
    if "model_name" in settings:
        settings["model"] = settings.pop("model_name")
    return dataclasses.replace(
        facts,
        config=facts.config.replace(**settings),
        machine=dataclasses.replace(facts.machine, **machine or {}),
        cache=dataclasses.replace(facts.cache, **cache or {}),
        model=dataclasses.replace(facts.model, **model or {}),
        **around,
    )
