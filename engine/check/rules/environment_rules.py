"""Rules over environment variables: what overrides, blunts or contradicts the settings."""

from collections.abc import Iterator

from engine.base.escaping import quoted
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
    """Say whether a variable has a value."""
    return facts.variables.get(name) == value


def _better_unset(facts: Facts, name: str) -> Found:
    """Return a variable that should not be set at all."""
    return Found(f"{name} is {quoted(facts.variables[name])}.", f"Unset {name}.", subject=name)


@rule(Severity.ERROR, *SETTINGS)
def value_not_allowed(facts: Facts) -> Iterator[Found]:
    """A program that reads the settings does not start with this value."""
    _, invalid = read_values(facts.variables)
    for finding in invalid:
        yield Found(finding.what, finding.remedy, subject=finding.subject)


@rule(Severity.WARNING, "enabled")
def names_disagree(facts: Facts) -> Iterator[Found]:
    """A program that reads only one of the two names can disagree with the others."""
    text, older = facts.variables.get(NAME), facts.variables.get(OLDER_NAME)
    if text and older and _meaning("enabled", text) != _meaning("enabled", older):
        yield Found(
            f"{NAME} is {quoted(text)}, and its older name {OLDER_NAME} is {quoted(older)}.",
            f"Unset {OLDER_NAME}.",
            subject=OLDER_NAME,
        )


@rule(Severity.ADVICE, "enabled")
def older_name_used(facts: Facts) -> Iterator[Found]:
    """The older name is read only if the newer one is not set. Other programs may ignore it."""
    if facts.variables.get(OLDER_NAME) and not facts.variables.get(NAME):
        yield Found(
            f"Compilation is set by {OLDER_NAME}, an older name.",
            f"Use {NAME} instead.",
            subject=OLDER_NAME,
        )


@rule(Severity.WARNING, *SETTINGS)
def environment_disagrees(facts: Facts) -> Iterator[Found]:
    """A program that loads an env file with python-dotenv keeps variables that are already set."""
    for name, setting in SETTINGS.items():
        variable = source_variable(setting, facts.environment)
        if variable is None:
            continue
        text, value = facts.environment[variable], getattr(facts.config, name)
        if _meaning(name, text) != value:
            yield Found(
                f"{variable} is {text} in the environment, but {to_text(value)} in this "
                "configuration.",
                f"Unset {variable}, or give it the same value.",
                subject=variable,
            )


@rule(Severity.WARNING, *SETTINGS)
def misspelt_variable(facts: Facts) -> Iterator[Found]:
    """No program reads the variable, so the intended setting keeps another value."""
    for name in facts.variables:
        is_torchs = name.startswith(TORCH_PREFIXES) and name not in facts.unread
        if name in VARIABLES or is_torchs or not name.startswith(OUR_PREFIXES):
            continue
        nearest = nearest_variable(name)
        if nearest or name.startswith("CHRONOS_"):
            remedy = f"Did you mean {nearest}?" if nearest else f"Unset {name}."
            yield Found(f"{name} is set, but no setting has that variable.", remedy, subject=name)


@rule(Severity.WARNING, "enabled")
def variable_unknown_to_torch(facts: Facts) -> Iterator[Found]:
    """The variable is misspelled or belongs to another version of PyTorch, and has no effect."""
    for name in facts.unread:
        if not nearest_variable(name):
            yield Found(
                f"{name} is set, but PyTorch {facts.machine.torch} does not read it.",
                f"Unset {name}, or check its spelling.",
                subject=name,
            )


@rule(Severity.ADVICE, "model")
def variable_replaced(facts: Facts) -> Iterator[Found]:
    """The variable is no longer read, so models are stored in another folder."""
    for name, newer in REPLACED.items():
        if facts.variables.get(name):
            yield Found(f"{name} is set.", f"Use {newer} instead.", subject=name)


@rule(Severity.ERROR, "enabled")
def compilation_disabled(facts: Facts) -> Iterator[Found]:
    """The variable makes torch.compile do nothing, without a message, whatever the settings are."""
    for name in SWITCHES_OFF:
        if facts.config.enabled and has(facts, name):
            yield _better_unset(facts, name)


@rule(Severity.WARNING, "enabled")
def compile_errors_hidden(facts: Facts) -> Iterator[Found]:
    """If compiling fails, eager code runs without a message. Any value turns this on, even 0."""
    if facts.config.enabled and facts.variables.get(HIDES_ERRORS):
        yield _better_unset(facts, HIDES_ERRORS)


@rule(Severity.WARNING, "cache_dir", "enabled")
def compile_caches_off(facts: Facts) -> Iterator[Found]:
    """Nothing is stored in the cache folder, so every start is a cold start."""
    for name, value in CACHES_OFF.items():
        if facts.generates_code and has(facts, name, value):
            yield _better_unset(facts, name)


@rule(Severity.WARNING, "mode", "enabled")
def autotuning_by_variable(facts: Facts) -> Iterator[Found]:
    """The variable tunes kernels for minutes in every mode, with the risks of max-autotune."""
    for name in AUTOTUNING:
        if facts.generates_code and has(facts, name):
            yield _better_unset(facts, name)


@rule(Severity.WARNING, "enabled")
def loose_math(facts: Facts) -> Iterator[Found]:
    """Compiled code may reorder operations and round differently, and so differ more from eager."""
    for name in LOOSE_MATH:
        if facts.generates_code and has(facts, name):
            yield _better_unset(facts, name)


@rule(Severity.ADVICE, "enabled")
def compile_workers(facts: Facts) -> Iterator[Found]:
    """Compiler worker processes stay alive for a minute, and can hang when their parent dies."""
    threads = facts.variables.get(COMPILE_THREADS, "1")
    if facts.generates_code and threads != "1":
        yield Found(
            f"{COMPILE_THREADS} is {quoted(threads)}.",
            "Set it to 1, unless a short warm-up matters most.",
            subject=COMPILE_THREADS,
        )


@rule(Severity.WARNING, "debug", "enabled")
def compile_dumps(facts: Facts) -> Iterator[Found]:
    """Each compile writes its graphs and code to the working folder, which is slow."""
    if facts.config.enabled and has(facts, COMPILE_DEBUG):
        yield _better_unset(facts, COMPILE_DEBUG)


@rule(Severity.ADVICE, "debug")
def logging_by_variable(facts: Facts) -> Iterator[Found]:
    """The variable overrides the setting debug, and logging slows compiling."""
    for name in ("TORCH_LOGS", "TORCH_TRACE"):
        if facts.variables.get(name):
            yield Found(
                f"{name} is {quoted(facts.variables[name])}.",
                f"Unset {name}, and turn on debug logging when you need it.",
                subject=name,
            )


@rule(Severity.ADVICE, "enabled")
def unwritten_variable(facts: Facts) -> Iterator[Found]:
    """The variable changes how torch compiles, but no setting and no exported file contains it."""
    for name in facts.variables:
        known = name in WITH_RULES_OF_THEIR_OWN or name in facts.unread
        if facts.config.enabled and name.startswith(TORCH_PREFIXES) and not known:
            yield Found(
                f"{name} is {quoted(facts.variables[name])}.",
                "Unset it, or set it wherever you use this configuration.",
                subject=name,
            )


@rule(Severity.WARNING, "enabled")
def gpus_hidden(facts: Facts) -> Iterator[Found]:
    """PyTorch sees no GPU and runs on the CPU, although a driver is installed."""
    hidden = facts.variables.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    if hidden and facts.machine.driver and facts.device != "cpu":
        yield _better_unset(facts, "CUDA_VISIBLE_DEVICES")


@rule(Severity.WARNING, "enabled")
def kernels_waited_for(facts: Facts) -> Iterator[Found]:
    """The CPU waits for each kernel, which costs much of the speed and distorts a benchmark."""
    if facts.gpu and has(facts, "CUDA_LAUNCH_BLOCKING"):
        yield _better_unset(facts, "CUDA_LAUNCH_BLOCKING")


@rule(Severity.WARNING, "dtype")
def tf32_by_variable(facts: Facts) -> Iterator[Found]:
    """Matrix products use 10 bits of each float32's fraction instead of 23."""
    for name in TF32:
        if facts.gpu and facts.config.dtype == "float32" and has(facts, name):
            yield _better_unset(facts, name)


@rule(Severity.WARNING, "enabled")
def too_many_threads(facts: Facts) -> Iterator[Found]:
    """Threads that share a core slow each other down, so forecasts take longer."""
    for name in THREADS:
        threads = _number(facts.variables.get(name))
        if not facts.gpu and threads > facts.machine.cores:
            yield Found(
                f"{name} is {threads}, on {facts.machine.cores} usable cores.",
                f"Set it to at most {facts.machine.cores}, or unset it.",
                subject=name,
            )


@rule(Severity.ADVICE, "enabled")
def too_few_threads(facts: Facts) -> Iterator[Found]:
    """Some cores are idle while a forecast runs."""
    for name in THREADS:
        threads = _number(facts.variables.get(name))
        if not facts.gpu and 0 < threads < facts.machine.cores:
            yield Found(
                f"{name} is {threads}, on {facts.machine.cores} usable cores.",
                "Raise it or unset it, unless other programs need the cores.",
                subject=name,
            )


@rule(Severity.WARNING, "dtype")
def cpu_held_back(facts: Facts) -> Iterator[Found]:
    """The CPU's faster instructions, such as those for bfloat16, are not used."""
    for name, limits in CPU_LIMITS.items():
        if not facts.gpu and facts.variables.get(name, "").upper() in map(str.upper, limits):
            yield _better_unset(facts, name)


@rule(Severity.ADVICE, "cache_dir")
def triton_cache_elsewhere(facts: Facts) -> Iterator[Found]:
    """GPU kernels are stored in that folder, so a copy of the cache folder lacks them."""
    folder = facts.variables.get("TRITON_CACHE_DIR")
    if facts.gpu and facts.generates_code and folder:
        yield Found(
            f"TRITON_CACHE_DIR is {quoted(folder)}.",
            "Unset it to keep all compiled code in one folder.",
            subject="TRITON_CACHE_DIR",
        )


@rule(Severity.WARNING, "enabled")
def triton_interpreted(facts: Facts) -> Iterator[Found]:
    """Python interprets the compiled kernels, thousands of times slower."""
    if facts.gpu and facts.generates_code and has(facts, "TRITON_INTERPRET"):
        yield _better_unset(facts, "TRITON_INTERPRET")


def _meaning(setting: str, text: str) -> Value | None:
    """Return the value that a variable's text gives to a setting; None if it is not allowed."""
    try:
        return from_text(setting, text)
    except ConfigError:
        return None


def _number(text: str | None) -> int:
    """Return a count from a variable; 0 if it is none."""
    return int(text) if text and text.isdecimal() else 0


RULES: tuple[Rule[Facts], ...] = rules_in(vars())
