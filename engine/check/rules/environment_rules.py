"""Rules over environment variables: what overrides, blunts or contradicts the settings."""

from collections.abc import Iterator

from engine.base.findings import Severity
from engine.check.facts import Facts
from engine.check.rules.rule import Found, Rule, rule, rules_in
from engine.config.settings import SETTINGS, VARIABLES, ConfigError, from_text
from engine.config.values import Value, to_text
from engine.config.variables import nearest_variable, read_values, source_variable

OLDER_NAME = "CHRONOS_COMPILE"
NAME = "TORCH_COMPILED"

SWITCHES_OFF = ("TORCH_COMPILE_DISABLE", "TORCHDYNAMO_DISABLE")
HIDES_ERRORS = "TORCHDYNAMO_SUPPRESS_ERRORS"
CACHES_OFF = {
    "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1",
    "TORCH_COMPILE_FORCE_DISABLE_CACHES": "1",
    "TORCHINDUCTOR_FX_GRAPH_CACHE": "0",
}
AUTOTUNING = (
    "TORCHINDUCTOR_MAX_AUTOTUNE",
    "TORCHINDUCTOR_MAX_AUTOTUNE_GEMM",
    "TORCHINDUCTOR_MAX_AUTOTUNE_POINTWISE",
    "TORCHINDUCTOR_COORDINATE_DESCENT_TUNING",
)
LOOSE_MATH = ("TORCHINDUCTOR_USE_FAST_MATH", "TORCHINDUCTOR_CPP_ENABLE_UNSAFE_MATH_OPT_FLAG")
COMPILE_THREADS = "TORCHINDUCTOR_COMPILE_THREADS"
COMPILE_DEBUG = "TORCH_COMPILE_DEBUG"
WITH_RULES_OF_THEIR_OWN = (
    *SWITCHES_OFF, HIDES_ERRORS, *CACHES_OFF, *AUTOTUNING, *LOOSE_MATH, COMPILE_THREADS,
    COMPILE_DEBUG, *VARIABLES,
)  # fmt: skip

TORCH_PREFIXES = ("TORCHINDUCTOR_", "TORCHDYNAMO_", "TORCH_COMPILE_", "TORCH_DYNAMO_")
OUR_PREFIXES = ("CHRONOS_", "TORCH")

REPLACED = {
    "TRANSFORMERS_CACHE": "HF_HUB_CACHE",
    "PYTORCH_TRANSFORMERS_CACHE": "HF_HUB_CACHE",
    "PYTORCH_PRETRAINED_BERT_CACHE": "HF_HUB_CACHE",
}
"""Variables that transformers no longer reads -> what took their place."""

TF32 = ("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE")
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
CPU_LIMITS = {
    "ATEN_CPU_CAPABILITY": ("default", "avx2"),
    "ONEDNN_MAX_CPU_ISA": ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI"),
}


def has(facts: Facts, name: str, value: str = "1") -> bool:
    """Whether a variable has a value."""
    return facts.variables.get(name) == value


def better_unset(facts: Facts, name: str) -> Found:
    """A variable that should not be set at all."""
    return Found(f"{name} is {facts.variables[name]!r}.", f"Unset {name}.", subject=name)


@rule(Severity.ERROR, *SETTINGS)
def value_not_allowed(facts: Facts) -> Iterator[Found]:
    """A program that follows the settings refuses to start with it."""
    _, mistakes = read_values(facts.variables)
    for mistake in mistakes:
        yield Found(mistake.what, mistake.remedy, subject=mistake.subject)


@rule(Severity.WARNING, "enabled")
def names_disagree(facts: Facts) -> Iterator[Found]:
    """Programs that know only one of the two names compile, or do not, against the others."""
    text, older = facts.variables.get(NAME), facts.variables.get(OLDER_NAME)
    if text and older and meaning("enabled", text) != meaning("enabled", older):
        yield Found(
            f"{NAME} is {text!r}, and its older name {OLDER_NAME} is {older!r}.",
            f"Unset {OLDER_NAME}.",
            subject=OLDER_NAME,
        )


@rule(Severity.ADVICE, "enabled")
def older_name_used(facts: Facts) -> Iterator[Found]:
    """It is read as long as the newer name is not set, and other programs may not know it."""
    if facts.variables.get(OLDER_NAME) and not facts.variables.get(NAME):
        yield Found(
            f"Compilation is set by {OLDER_NAME}, an older name.",
            f"Use {NAME} instead.",
            subject=OLDER_NAME,
        )


@rule(Severity.WARNING, *SETTINGS)
def environment_disagrees(facts: Facts) -> Iterator[Found]:
    """Programs that load a file with python-dotenv keep what the environment says already."""
    for name, setting in SETTINGS.items():
        variable = source_variable(setting, facts.environment)
        if variable is None:
            continue
        text, value = facts.environment[variable], getattr(facts.config, name)
        if meaning(name, text) != value:
            yield Found(
                f"The environment has {variable}={text}, and this configuration has "
                f"{to_text(value)}.",
                f"Unset {variable}, or give it the same value.",
                subject=variable,
            )


@rule(Severity.WARNING, *SETTINGS)
def misspelt_variable(facts: Facts) -> Iterator[Found]:
    """Nothing reads it, so that the setting that was meant keeps another value."""
    for name in facts.variables:
        is_torchs = name.startswith(TORCH_PREFIXES) and name not in facts.unread
        if name in VARIABLES or is_torchs or not name.startswith(OUR_PREFIXES):
            continue
        nearest = nearest_variable(name)
        if nearest or name.startswith("CHRONOS_"):
            remedy = f"Did you mean {nearest}?" if nearest else f"Unset {name}."
            yield Found(f"{name} is set, which is no setting.", remedy, subject=name)


@rule(Severity.WARNING, "enabled")
def variable_unknown_to_torch(facts: Facts) -> Iterator[Found]:
    """It is misspelt or from another version, and what it was set for does not happen."""
    for name in facts.unread:
        if not nearest_variable(name):
            yield Found(
                f"{name} is set, and PyTorch {facts.machine.torch} reads no such variable.",
                f"Unset {name}, or check its spelling.",
                subject=name,
            )


@rule(Severity.ADVICE, "model")
def variable_replaced(facts: Facts) -> Iterator[Found]:
    """No program reads it any more, so that models are looked for and kept elsewhere."""
    for name, newer in REPLACED.items():
        if facts.variables.get(name):
            yield Found(f"{name} is set.", f"Use {newer} instead.", subject=name)


@rule(Severity.ERROR, "enabled")
def compilation_disabled(facts: Facts) -> Iterator[Found]:
    """With it torch.compile does nothing and says nothing, whatever the settings ask for."""
    for name in SWITCHES_OFF:
        if facts.config.enabled and has(facts, name):
            yield better_unset(facts, name)


@rule(Severity.WARNING, "enabled")
def compile_errors_hidden(facts: Facts) -> Iterator[Found]:
    """Where compiling fails, eager code runs without a word; any value counts as yes, 0 too."""
    if facts.config.enabled and facts.variables.get(HIDES_ERRORS):
        yield better_unset(facts, HIDES_ERRORS)


@rule(Severity.WARNING, "cache_dir", "enabled")
def compile_caches_off(facts: Facts) -> Iterator[Found]:
    """Nothing is kept in the cache folder, so that every start compiles from cold."""
    for name, value in CACHES_OFF.items():
        if facts.generates_code and has(facts, name, value):
            yield better_unset(facts, name)


@rule(Severity.WARNING, "mode", "enabled")
def autotuning_by_variable(facts: Facts) -> Iterator[Found]:
    """It tunes kernels in every mode, for minutes, with the risks of max-autotune."""
    for name in AUTOTUNING:
        if facts.generates_code and has(facts, name):
            yield better_unset(facts, name)


@rule(Severity.WARNING, "enabled")
def loose_math(facts: Facts) -> Iterator[Found]:
    """Compiled code may then reorder and round as it likes, and differ more from eager."""
    for name in LOOSE_MATH:
        if facts.generates_code and has(facts, name):
            yield better_unset(facts, name)


@rule(Severity.ADVICE, "enabled")
def compile_workers(facts: Facts) -> Iterator[Found]:
    """Worker processes of the compiler stay for a minute, and can hang when their parent dies."""
    threads = facts.variables.get(COMPILE_THREADS, "1")
    if facts.generates_code and threads != "1":
        yield Found(
            f"{COMPILE_THREADS} is {threads!r}.",
            "Set it to 1, unless the warm-up is what matters most.",
            subject=COMPILE_THREADS,
        )


@rule(Severity.WARNING, "debug", "enabled")
def compile_dumps(facts: Facts) -> Iterator[Found]:
    """Each compile writes its graphs and code into the working folder, which is slow and grows."""
    if facts.config.enabled and has(facts, COMPILE_DEBUG):
        yield better_unset(facts, COMPILE_DEBUG)


@rule(Severity.ADVICE, "debug")
def logging_by_variable(facts: Facts) -> Iterator[Found]:
    """It takes the place of what debug logging would set, and logging slows compiling down."""
    for name in ("TORCH_LOGS", "TORCH_TRACE"):
        if facts.variables.get(name):
            yield Found(
                f"{name} is {facts.variables[name]!r}.",
                f"Unset {name}, and use debug logging where it is wanted.",
                subject=name,
            )


@rule(Severity.ADVICE, "enabled")
def unwritten_variable(facts: Facts) -> Iterator[Found]:
    """It changes how torch compiles, no setting holds it, and an exported file will lack it."""
    for name in facts.variables:
        known = name in WITH_RULES_OF_THEIR_OWN or name in facts.unread
        if facts.config.enabled and name.startswith(TORCH_PREFIXES) and not known:
            yield Found(
                f"{name} is {facts.variables[name]!r}.",
                "Unset it, or take it along wherever the configuration goes.",
                subject=name,
            )


@rule(Severity.WARNING, "enabled")
def gpus_hidden(facts: Facts) -> Iterator[Found]:
    """PyTorch then sees no GPU and forecasts on the CPU, although a driver is installed."""
    hidden = facts.variables.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    if hidden and facts.machine.driver and facts.device != "cpu":
        yield better_unset(facts, "CUDA_VISIBLE_DEVICES")


@rule(Severity.WARNING, "enabled")
def kernels_waited_for(facts: Facts) -> Iterator[Found]:
    """Each kernel is waited for, which takes away much of the speed and spoils all timings."""
    if facts.gpu and has(facts, "CUDA_LAUNCH_BLOCKING"):
        yield better_unset(facts, "CUDA_LAUNCH_BLOCKING")


@rule(Severity.WARNING, "dtype")
def tf32_by_variable(facts: Facts) -> Iterator[Found]:
    """Matrix products then keep 10 bits of each float32's fraction instead of 23."""
    for name in TF32:
        if facts.gpu and facts.config.dtype == "float32" and has(facts, name):
            yield better_unset(facts, name)


@rule(Severity.WARNING, "enabled")
def too_many_threads(facts: Facts) -> Iterator[Found]:
    """Threads that share a core hinder each other, so that forecasts become slower."""
    for name in THREADS:
        threads = number(facts.variables.get(name))
        if not facts.gpu and threads > facts.machine.cores:
            yield Found(
                f"{name} is {threads}, on {facts.machine.cores} usable cores.",
                f"Set it to at most {facts.machine.cores}, or unset it.",
                subject=name,
            )


@rule(Severity.ADVICE, "enabled")
def too_few_threads(facts: Facts) -> Iterator[Found]:
    """Cores stand idle while a forecast runs."""
    for name in THREADS:
        threads = number(facts.variables.get(name))
        if not facts.gpu and 0 < threads < facts.machine.cores:
            yield Found(
                f"{name} is {threads}, on {facts.machine.cores} usable cores.",
                "Raise or unset it, unless other programs need the cores.",
                subject=name,
            )


@rule(Severity.WARNING, "dtype")
def cpu_held_back(facts: Facts) -> Iterator[Found]:
    """Faster instructions of the CPU stay unused, those for bfloat16 among them."""
    for name, limits in CPU_LIMITS.items():
        if not facts.gpu and facts.variables.get(name, "").upper() in map(str.upper, limits):
            yield better_unset(facts, name)


@rule(Severity.ADVICE, "cache_dir")
def triton_cache_elsewhere(facts: Facts) -> Iterator[Found]:
    """Kernels for the GPU are kept there, so that a copy of the cache folder lacks them."""
    folder = facts.variables.get("TRITON_CACHE_DIR")
    if facts.gpu and facts.generates_code and folder:
        yield Found(
            f"TRITON_CACHE_DIR is {folder!r}.",
            "Unset it, so that all compiled code is in one folder.",
            subject="TRITON_CACHE_DIR",
        )


@rule(Severity.WARNING, "enabled")
def triton_interpreted(facts: Facts) -> Iterator[Found]:
    """Compiled kernels are then played through by Python, thousands of times slower."""
    if facts.gpu and facts.generates_code and has(facts, "TRITON_INTERPRET"):
        yield better_unset(facts, "TRITON_INTERPRET")


def meaning(setting: str, text: str) -> Value | None:
    """What a variable's text means for a setting; None if it is not allowed."""
    try:
        return from_text(setting, text)
    except ConfigError:
        return None


def number(text: str | None) -> int:
    """A count from a variable; 0 if it is none."""
    return int(text) if text and text.isdecimal() else 0


RULES: tuple[Rule[Facts], ...] = rules_in(vars())
