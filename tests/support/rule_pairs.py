"""For every rule: facts that it speaks about, and facts nearly the same that leave it silent."""

from engine.base.exposure import Exposure
from engine.check.facts import Facts
from tests.support.surroundings import GIGABYTE, P100, T4, WITHOUT_KERNELS, on_cpu, on_gpu

SETTINGS: dict[str, tuple[Facts, Facts]] = {
    "max-autotune": (
        on_cpu(enabled=True, mode="max-autotune"),
        on_cpu(enabled=True, mode="reduce-overhead"),
    ),
    "mode-without-effect": (
        on_cpu(enabled=True, backend="aot_eager", mode="max-autotune"),
        on_cpu(enabled=True, backend="inductor", mode="max-autotune"),
    ),
    "backend-without-code": (
        on_cpu(enabled=True, backend="aot_eager"),
        on_cpu(enabled=False, backend="aot_eager"),
    ),
    "half-precision": (on_gpu(dtype="bfloat16"), on_gpu(dtype="float32")),
    "quantized": (on_cpu(quantization="int8"), on_cpu(quantization="none")),
    "tf32": (
        on_gpu(matmul_precision="high"),
        on_gpu(matmul_precision="high", dtype="bfloat16"),
    ),
    "shorter-context": (on_cpu(context_length=512), on_cpu(context_length=None)),
    "quantized-half-precision": (
        on_cpu(quantization="int8", dtype="bfloat16"),
        on_cpu(quantization="int8"),
    ),
    "artifact-without-effect": (
        on_cpu(artifact="/code", encoder="fused"),
        on_cpu(artifact="/code", encoder="fused", enabled=True),
    ),
    "artifact-without-fused-encoder": (
        on_cpu(artifact="/code", enabled=True),
        on_cpu(artifact="/code", enabled=True, encoder="fused"),
    ),
    "artifact-quantized": (
        on_cpu(artifact="/code", enabled=True, encoder="fused", quantization="int8"),
        on_cpu(artifact="/code", encoder="fused", quantization="int8"),
    ),
    "inexact-attention-kernels": (
        on_cpu(attention="sdpa", sdpa_backends="math,mem_efficient"),
        on_cpu(attention="eager", sdpa_backends="math,mem_efficient"),
    ),
    "half-precision-kernels": (
        on_cpu(attention="sdpa", sdpa_backends="math,flash"),
        on_cpu(attention="sdpa", sdpa_backends="math,flash", dtype="bfloat16"),
    ),
    "one-graph-per-shape": (
        on_cpu(enabled=True, dynamic="false"),
        on_cpu(enabled=False, dynamic="false"),
    ),
    "shapes-found-out-late": (
        on_cpu(enabled=True, dynamic="auto"),
        on_cpu(enabled=True, dynamic="true"),
    ),
    "whole-model-compiled": (
        on_cpu(enabled=True, scope="model"),
        on_cpu(enabled=True, scope="encoder"),
    ),
    "debug-logging": (on_cpu(debug=True), on_cpu(debug=False)),
    "small-values-erased": (on_cpu(small_values="clamp"), on_cpu(small_values="auto")),
    "unexpanded-cache-dir": (on_cpu(cache_dir="~/compiled"), on_cpu(cache_dir="/a~b/compiled")),
}

ENVIRONMENT: dict[str, tuple[Facts, Facts]] = {
    "value-not-allowed": (
        on_cpu(environment={"CHRONOS_DTYPE": "fp23"}),
        on_cpu(environment={"CHRONOS_DTYPE": "fp23"}, env_file={"CHRONOS_DTYPE": "float32"}),
    ),
    "names-disagree": (
        on_cpu(environment={"TORCH_COMPILED": "0", "CHRONOS_COMPILE": "yes"}),
        on_cpu(environment={"TORCH_COMPILED": "0", "CHRONOS_COMPILE": "no"}),
    ),
    "older-name-used": (
        on_cpu(environment={"CHRONOS_COMPILE": "0"}),
        on_cpu(environment={"CHRONOS_COMPILE": "0", "TORCH_COMPILED": "0"}),
    ),
    "environment-disagrees": (
        on_cpu(environment={"CHRONOS_COMPILE_MODE": "default"}, mode="reduce-overhead"),
        on_cpu(environment={"CHRONOS_COMPILE_MODE": " Default"}, mode="default"),
    ),
    "misspelt-variable": (
        on_cpu(environment={"TORCH_COMPILE": "1"}),
        on_cpu(environment={"TORCH_COMPILED": "0", "TORCHINDUCTOR_CK_DIR": "/ck"}),
    ),
    "variable-unknown-to-torch": (
        on_cpu(environment={"TORCHINDUCTOR_SPEED": "1"}, unread=("TORCHINDUCTOR_SPEED",)),
        on_cpu(environment={"TORCHINDUCTOR_SPEED": "1"}, unread=()),
    ),
    "variable-replaced": (
        on_cpu(environment={"TRANSFORMERS_CACHE": "/models"}),
        on_cpu(environment={"HF_HUB_CACHE": "/models"}),
    ),
    "compilation-disabled": (
        on_cpu(enabled=True, environment={"TORCHDYNAMO_DISABLE": "1"}),
        on_cpu(enabled=True, environment={"TORCHDYNAMO_DISABLE": "0"}),
    ),
    "compile-errors-hidden": (
        on_cpu(enabled=True, environment={"TORCHDYNAMO_SUPPRESS_ERRORS": "0"}),
        on_cpu(enabled=True, environment={"TORCHDYNAMO_SUPPRESS_ERRORS": ""}),
    ),
    "compile-caches-off": (
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_FX_GRAPH_CACHE": "0"}),
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_FX_GRAPH_CACHE": "1"}),
    ),
    "autotuning-by-variable": (
        on_cpu(enabled=True, env_file={"TORCHINDUCTOR_MAX_AUTOTUNE": "1"}),
        on_cpu(enabled=False, env_file={"TORCHINDUCTOR_MAX_AUTOTUNE": "1"}),
    ),
    "loose-math": (
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_USE_FAST_MATH": "1"}),
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_USE_FAST_MATH": "0"}),
    ),
    "compile-workers": (
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_COMPILE_THREADS": "8"}),
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"}),
    ),
    "compile-dumps": (
        on_cpu(enabled=True, environment={"TORCH_COMPILE_DEBUG": "1"}),
        on_cpu(enabled=False, environment={"TORCH_COMPILE_DEBUG": "1"}),
    ),
    "logging-by-variable": (
        on_cpu(environment={"TORCH_LOGS": "+dynamo"}),
        on_cpu(environment={"TORCH_LOGS": ""}),
    ),
    "unwritten-variable": (
        on_cpu(enabled=True, environment={"TORCHINDUCTOR_FREEZING": "1"}),
        on_cpu(
            enabled=True,
            environment={"TORCHINDUCTOR_FREEZNIG": "1"},
            unread=("TORCHINDUCTOR_FREEZNIG",),
        ),
    ),
    "gpus-hidden": (
        on_cpu(environment={"CUDA_VISIBLE_DEVICES": ""}, machine={"driver": "580.65.06"}),
        on_cpu(environment={"CUDA_VISIBLE_DEVICES": ""}),
    ),
    "kernels-waited-for": (
        on_gpu(environment={"CUDA_LAUNCH_BLOCKING": "1"}),
        on_cpu(environment={"CUDA_LAUNCH_BLOCKING": "1"}),
    ),
    "tf32-by-variable": (
        on_gpu(environment={"NVIDIA_TF32_OVERRIDE": "1"}),
        on_gpu(environment={"NVIDIA_TF32_OVERRIDE": "0"}),
    ),
    "too-many-threads": (
        on_cpu(environment={"OMP_NUM_THREADS": "9"}),
        on_cpu(environment={"OMP_NUM_THREADS": "8"}),
    ),
    "too-few-threads": (
        on_cpu(environment={"MKL_NUM_THREADS": "1"}),
        on_cpu(environment={"MKL_NUM_THREADS": "many"}),
    ),
    "cpu-held-back": (
        on_cpu(environment={"ATEN_CPU_CAPABILITY": "default"}),
        on_cpu(environment={"ATEN_CPU_CAPABILITY": "avx512"}),
    ),
    "triton-cache-elsewhere": (
        on_gpu(enabled=True, environment={"TRITON_CACHE_DIR": "/triton"}),
        on_gpu(enabled=False, environment={"TRITON_CACHE_DIR": "/triton"}),
    ),
    "triton-interpreted": (
        on_gpu(enabled=True, environment={"TRITON_INTERPRET": "1"}),
        on_cpu(enabled=True, environment={"TRITON_INTERPRET": "1"}),
    ),
}

MACHINE: dict[str, tuple[Facts, Facts]] = {
    "untested-version": (
        on_cpu(machine={"torch": "2.14.0+cpu"}),
        on_cpu(machine={"torch": "2.11.1+cpu"}),
    ),
    "device-not-there": (on_gpu(device="cuda:1"), on_gpu(device="cuda:0")),
    "gpu-left-unused": (
        on_cpu(machine={"driver": "580.65.06"}),
        on_cpu(machine={"driver": "580.65.06"}, device="cpu"),
    ),
    "gpu-without-kernels": (on_gpu(gpu=WITHOUT_KERNELS), on_gpu(gpu=T4)),
    "driver-too-old": (
        on_gpu(machine={"driver": "570.86.15", "gpus": ()}),
        on_gpu(machine={"driver": "570.86.15", "cuda": "12.8"}),
    ),
    "no-cxx-compiler": (
        on_cpu(enabled=True, machine={"cxx_compiler": None}),
        on_cpu(enabled=True, backend="aot_eager", machine={"cxx_compiler": None}),
    ),
    "no-c-compiler": (
        on_gpu(enabled=True, machine={"c_compiler": None}),
        on_gpu(enabled=True, device="cpu", machine={"c_compiler": None}),
    ),
    "no-triton": (
        on_gpu(enabled=True, machine={"triton": False}),
        on_cpu(enabled=True, machine={"triton": False}),
    ),
    "no-python-headers": (
        on_cpu(enabled=True, machine={"python_headers": False}),
        on_cpu(enabled=False, machine={"python_headers": False}),
    ),
    "little-memory-to-compile": (
        on_cpu(enabled=True, machine={"free_memory": GIGABYTE}),
        on_cpu(enabled=True, machine={"free_memory": 3 * GIGABYTE}),
    ),
    "gpu-too-old-to-compile": (on_gpu(gpu=P100, enabled=True), on_gpu(gpu=T4, enabled=True)),
    "gpu-too-small-to-autotune": (
        on_gpu(gpu=T4, enabled=True, mode="max-autotune"),
        on_gpu(enabled=True, mode="max-autotune"),
    ),
    "reduce-overhead-on-a-cpu": (
        on_gpu(enabled=True, mode="reduce-overhead", device="cpu"),
        on_gpu(enabled=True, mode="reduce-overhead", device="auto"),
    ),
    "quantized-on-a-gpu": (on_gpu(quantization="int8"), on_cpu(quantization="int8")),
    "cudagraphs-on-a-cpu": (
        on_cpu(enabled=True, backend="cudagraphs"),
        on_gpu(enabled=True, backend="cudagraphs"),
    ),
    "one-recording-per-shape": (
        on_gpu(enabled=True, mode="reduce-overhead"),
        on_gpu(enabled=True, mode="default"),
    ),
    "one-recording-for-all-shapes": (
        on_gpu(enabled=True, backend="cudagraphs", dynamic="true"),
        on_gpu(enabled=True, backend="cudagraphs", dynamic="false"),
    ),
    "blocks-recorded-apart": (
        on_gpu(enabled=True, scope="blocks"),
        on_gpu(enabled=True, scope="blocks", mode="default"),
    ),
    "bfloat16-emulated-by-the-cpu": (
        on_cpu(dtype="bfloat16"),
        on_cpu(dtype="bfloat16", machine={"cpu_features": ("avx512f", "avx512_bf16")}),
    ),
    "bfloat16-would-be-faster": (
        on_cpu(machine={"cpu_features": ("avx512_bf16",)}),
        on_cpu(machine={"cpu_features": ("avx512f",)}),
    ),
    "float16-on-a-cpu": (on_cpu(dtype="float16"), on_gpu(dtype="float16")),
    "bfloat16-on-an-old-gpu": (on_gpu(gpu=T4, dtype="bfloat16"), on_gpu(dtype="bfloat16")),
    "no-attention-kernel": (
        on_cpu(attention="sdpa", sdpa_backends="mem_efficient,cudnn"),
        on_cpu(attention="sdpa", sdpa_backends="mem_efficient,flash"),
    ),
    "attention-kernels-on-an-old-gpu": (
        on_gpu(gpu=T4, attention="sdpa", sdpa_backends="math,cudnn"),
        on_gpu(attention="sdpa", sdpa_backends="math,cudnn"),
    ),
    "flash-takes-no-mask": (
        on_gpu(attention="sdpa", sdpa_backends="math,flash"),
        on_cpu(attention="sdpa", sdpa_backends="math,flash"),
    ),
}

CACHE: dict[str, tuple[Facts, Facts]] = {
    "cache-dir-is-no-folder": (
        on_cpu(enabled=True, cache={"blocked_by": "/home/ada/file"}),
        on_cpu(enabled=False, cache={"blocked_by": "/home/ada/file"}),
    ),
    "cache-dir-not-writable": (
        on_cpu(enabled=True, cache={"writable": False}),
        on_cpu(enabled=True, cache={"writable": False, "blocked_by": "/home/ada/file"}),
    ),
    "cache-dir-open-to-others": (
        on_cpu(enabled=True, cache={"exposure": Exposure("Other users may write to /shared.")}),
        on_cpu(enabled=True),
    ),
    "cache-dir-not-executable": (
        on_cpu(enabled=True, cache={"executable": False}),
        on_cpu(enabled=True),
    ),
    "cache-dir-temporary": (
        on_cpu(enabled=True, cache={"temporary": True}),
        on_cpu(enabled=True),
    ),
    "cache-dir-on-the-network": (
        on_cpu(enabled=True, cache={"filesystem": "nfs4"}),
        on_cpu(enabled=True, cache={"filesystem": "xfs"}),
    ),
    "cache-disk-nearly-full": (
        on_cpu(enabled=True, cache={"free": GIGABYTE}),
        on_cpu(enabled=True, cache={"free": 3 * GIGABYTE}),
    ),
    "cache-dir-relative": (
        on_cpu(enabled=True, cache_dir="compiled"),
        on_cpu(enabled=True, cache_dir="/compiled"),
    ),
    "cache-older-than-torch": (
        on_cpu(enabled=True, cache={"newest": 999_999.0}),
        on_cpu(enabled=True, cache={"newest": 1_000_001.0}),
    ),
}

MODEL: dict[str, tuple[Facts, Facts]] = {
    "demo-model": (on_cpu(model_name="demo"), on_cpu(model_name="/models/chronos-2")),
    "model-unusable": (
        on_cpu(model={"trouble": "There is no folder.", "remedy": "Make one."}),
        on_cpu(),
    ),
    "artifact-unusable": (
        on_cpu(
            artifact="/code",
            encoder="fused",
            enabled=True,
            artifact_trouble="It is gone.",
            artifact_remedy="Compile it.",
        ),
        on_cpu(artifact="/code", encoder="fused", enabled=True),
    ),
    "model-not-here-and-offline": (
        on_cpu(environment={"HF_HUB_OFFLINE": "1"}, model={"folder": "", "is_hub_id": True}),
        on_cpu(environment={"HF_HUB_OFFLINE": "1"}, model={"is_hub_id": True}),
    ),
    "model-not-here-yet": (
        on_cpu(model={"folder": "", "is_hub_id": True}),
        on_cpu(environment={"HF_HUB_OFFLINE": "1"}, model={"folder": "", "is_hub_id": True}),
    ),
    "folder-named-like-a-hub-model": (
        on_cpu(model={"is_hub_id": True, "is_relative": True}),
        on_cpu(model={"is_hub_id": False, "is_relative": True}),
    ),
    "model-folder-relative": (
        on_cpu(model={"is_relative": True}),
        on_cpu(model={"is_relative": True, "is_hub_id": True}),
    ),
    "model-path-unexpanded": (
        on_cpu(model_name="~/chronos-2"),
        on_cpu(model_name="/models/~chronos-2"),
    ),
    "model-too-large": (
        on_gpu(gpu=T4, model={"memory": 17 * GIGABYTE}),
        on_gpu(gpu=T4, model={"memory": 15 * GIGABYTE}),
    ),
}

PAIRS = SETTINGS | ENVIRONMENT | MACHINE | CACHE | MODEL
