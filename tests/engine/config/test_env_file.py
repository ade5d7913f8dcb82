import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.config.env_file import Dialect, NotPortable, dialects_for, parse, read, render
from engine.config.presets import PRESETS
from engine.config.settings import (
    SETTINGS,
    CompileConfig,
    ConfigError,
    allowed_values,
    is_count,
    is_list,
)
from engine.config.values import LARGEST_COUNT
from engine.reports.exporter import write
from engine.reports.settings.env_file import env_file_exporter
from tests.support.env_file_readers import read_by_bash, read_by_docker, read_by_systemd

TROUBLE = (
    "$(touch canary)",
    "`touch canary`",
    ";touch canary;",
    "\\$(touch canary)",
    "'$(touch canary)'",
    "${HOME}",
    "${HOME:-",
    "$HOME",
    "~",
    "#",
    " #",
    "'",
    '"',
    "\\",
    "\\n",
    "!!",
    "=",
    "&",
    "%h",
    "*",
    "?",
    "[a-z]",
    "{a,b}",
    "|",
    "<",
    "(",
    " ",
    "\t",
    "\x01",
    "\x0c",
    "\x1b",
    "\x7f",
    "\x85",
    "é",
    "漢",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\U0001f600",
    "export ",
    "# Dialect: bash",
)
any_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=4
)
ordinary_texts = st.from_regex(r"[A-Za-z0-9_./][A-Za-z0-9_./@+-]*", fullmatch=True)
hostile_texts = (
    st.lists(st.sampled_from(TROUBLE) | any_text | ordinary_texts, min_size=1, max_size=5)
    .map("".join)
    .filter(str.strip)
)


def values_of(name: str) -> st.SearchStrategy[Any]:
    allowed = allowed_values(name)
    if is_count(name):
        return st.none() | st.integers(1, LARGEST_COUNT)
    if allowed is None:
        return ordinary_texts | hostile_texts
    if is_list(name):
        return st.lists(st.sampled_from(allowed), min_size=1, unique=True)
    return st.sampled_from(allowed)


configs = st.fixed_dictionaries({name: values_of(name) for name in SETTINGS}).map(
    lambda values: CompileConfig(**values)
)


def config_with(value: str) -> CompileConfig:
    return CompileConfig(cache_dir=value)


@settings(deadline=None, max_examples=200)
@given(configs)
def test_that_every_rendered_file_comes_back_through_our_reader_and_its_own(
    config: CompileConfig,
) -> None:
    expected = config.to_env()
    dialects = dialects_for(config)
    assert Dialect.BASH in dialects
    for dialect in dialects:
        text = render(config, dialect)
        variables, findings = parse(text)
        assert variables == expected
        assert findings == ()
        assert CompileConfig.from_env(variables) == config
        if dialect in (Dialect.PORTABLE, Dialect.DOTENV):
            assert dotenv_values(stream=io.StringIO(text)) == expected
            assert dotenv_values(stream=io.StringIO(text), interpolate=False) == expected
        if dialect in (Dialect.PORTABLE, Dialect.DOCKER):
            assert read_by_docker(text, trims_quotes=True) == expected
            assert read_by_docker(text, trims_quotes=False) == expected
        if dialect in (Dialect.PORTABLE, Dialect.SYSTEMD):
            assert read_by_systemd(text) == expected


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(configs, min_size=10, max_size=40), st.sampled_from(["C", "C.UTF-8"]))
def test_that_bash_reads_every_file_exactly_and_executes_nothing(
    batch: list[CompileConfig], locale: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths: list[Path] = []
        expected: list[dict[str, str]] = []
        for config in batch:
            for dialect in {Dialect.BASH, Dialect.PORTABLE}.intersection(dialects_for(config)):
                path = folder / f"{len(paths)}.env"
                path.write_text(render(config, dialect), encoding="utf-8", newline="")
                paths.append(path)
                expected.append(config.to_env())
        for variables, wanted in zip(read_by_bash(paths, folder, locale), expected, strict=True):
            assert {variable: variables.get(variable) for variable in wanted} == wanted
        assert not (folder / "canary").exists()


@settings(deadline=None)
@given(configs)
def test_that_a_refusal_names_a_part_of_the_value_and_only_dialects_that_can_hold_it(
    config: CompileConfig,
) -> None:
    for dialect in set(Dialect) - set(dialects_for(config)):
        with pytest.raises(NotPortable) as refusal:
            render(config, dialect)
        assert refusal.value.dialects == dialects_for(config)
        assert all(variable in refusal.value.sentence for variable in refusal.value.variables)


@pytest.mark.parametrize("preset", PRESETS)
def test_that_every_preset_is_portable(preset: str) -> None:
    assert dialects_for(PRESETS[preset]) == tuple(Dialect)


@pytest.mark.parametrize(
    "value",
    [
        "compiled_models/chronos2",
        "/var/cache/torch-2.13+cpu",
        "amazon/chronos-2",
        "C:/models/v1",
        "a=b",
        "user@host,50%",
        "/home/jürgen/模型",
    ],
)
def test_that_ordinary_values_are_portable(value: str) -> None:
    assert Dialect.PORTABLE in dialects_for(config_with(value))


@pytest.mark.parametrize(
    ("value", "trouble"),
    [
        ("/my models", "' '"),
        ("$(touch x)", "'$'"),
        ("~/cache", "'~'"),
        ("a#b", "'#'"),
        ("it's", '"\'"'),
        ("a\tb", r"'\t'"),
        ("C:\\models", r"'\\'"),
        ("a\u00a0b", r"'\xa0'"),
    ],
)
def test_that_the_portable_dialect_says_what_it_cannot_hold(value: str, trouble: str) -> None:
    with pytest.raises(NotPortable) as refusal:
        render(config_with(value))
    assert f"the {trouble} in TORCHINDUCTOR_CACHE_DIR" in str(refusal.value)
    assert "bash" in refusal.value.remedy


@pytest.mark.parametrize(
    ("dialect", "value"),
    [
        (Dialect.DOTENV, "${HOME}/cache"),
        (Dialect.DOTENV, "#cache\\"),
        (Dialect.DOCKER, '"cache"'),
        (Dialect.SYSTEMD, "a\ufeffb"),
    ],
)
def test_that_a_dialect_refuses_what_its_reader_would_change(dialect: Dialect, value: str) -> None:
    with pytest.raises(NotPortable, match=f"The {dialect} dialect"):
        render(config_with(value), dialect)


def test_that_all_troublesome_variables_are_named_at_once() -> None:
    with pytest.raises(NotPortable) as refusal:
        render(CompileConfig(cache_dir="/a b", model="c d"))
    assert refusal.value.variables == ("TORCHINDUCTOR_CACHE_DIR", "CHRONOS_MODEL")


@pytest.mark.parametrize("dialect", Dialect)
def test_that_a_written_file_is_read_back_from_disk(dialect: Dialect, tmp_path: Path) -> None:
    config = CompileConfig(enabled=True, cache_dir="/cache/été", sdpa_backends=("flash", "math"))
    path = tmp_path / "chronos.env"
    write(env_file_exporter(dialect), config, path)
    assert read(path) == (config.to_env(), ())
    assert path.read_bytes()[:1] == b"#"


def test_that_the_header_says_which_versions_wrote_it() -> None:
    header = render(CompileConfig()).split("\n\n")[0]
    assert all(line.startswith("#") for line in header.splitlines())
    assert "chronos-panel 0." in header
    assert "torch 2." in header
    assert "chronos-forecasting 2." in header


@pytest.mark.parametrize("dialect", Dialect)
def test_that_an_editor_may_add_a_byte_order_mark_and_windows_line_ends(
    dialect: Dialect, tmp_path: Path
) -> None:
    config = config_with("/plain/folder")
    path = tmp_path / "chronos.env"
    path.write_bytes(render(config, dialect).replace("\n", "\r\n").encode("utf-8-sig"))
    assert read(path) == (config.to_env(), ())


def test_that_a_file_written_by_hand_is_read() -> None:
    variables, findings = parse(
        "export TORCH_COMPILED=1\r\n"
        "\r\n"
        "CHRONOS_COMPILE_MODE='default'  # gentle\r\n"
        'TORCHINDUCTOR_CACHE_DIR="/my cache"\r\n'
        "CHRONOS_MODEL = amazon/chronos-2\r\n"
        'PRIVATE_KEY="first\r\nsecond"\r\n'
        "HF_HOME=/models"
    )
    assert variables == {
        "TORCH_COMPILED": "1",
        "CHRONOS_COMPILE_MODE": "default",
        "TORCHINDUCTOR_CACHE_DIR": "/my cache",
        "CHRONOS_MODEL": "amazon/chronos-2",
        "PRIVATE_KEY": "first\r\nsecond",
        "HF_HOME": "/models",
    }
    (finding,) = findings
    assert str(finding) == (
        "'CHRONOS_MODEL = amazon/chronos-2' has spaces around its equals sign (line 5). "
        "chronos-panel reads it, but bash and docker do not. Write CHRONOS_MODEL=amazon/chronos-2."
    )


@pytest.mark.parametrize(
    ("dialect", "line", "value"),
    [
        (Dialect.BASH, r"""export N="a \"b\" \$c"'d'\ e # why""", 'a "b" $cd e'),
        (Dialect.BASH, "N=a#b", "a#b"),
        (Dialect.BASH, "N=", ""),
        (Dialect.DOTENV, "N=a b # why", "a b"),
        (Dialect.DOCKER, "N=a b # why ", "a b # why "),
        (Dialect.DOCKER, 'N="a b"', "a b"),
        (Dialect.SYSTEMD, r"N= a\\b\c  ", r"a\bc"),
        (Dialect.SYSTEMD, "N=a\\  ", "a "),
        (Dialect.SYSTEMD, r'N="a \"b\" \n"', r'a "b" \n'),
        (Dialect.SYSTEMD, r"N='a\b'", r"a\b"),
    ],
)
def test_that_lines_added_by_hand_are_read_by_the_rules_of_the_dialect(
    dialect: Dialect, line: str, value: str
) -> None:
    assert parse(f"# Dialect: {dialect}\n{line}\n")[0] == {"N": value}


@pytest.mark.parametrize(
    "line",
    ["N=$(touch canary)", 'N="`touch canary`"', "N=$HOME", "N=~/x", "N=a; touch canary", "N='a"],
)
def test_that_what_bash_would_expand_or_run_is_an_error_in_its_dialect(line: str) -> None:
    with pytest.raises(ConfigError, match="not a plain assignment"):
        parse(f"# Dialect: bash\n{line}\n")


@pytest.mark.parametrize("dialect", Dialect)
def test_that_all_mistakes_are_named_at_once_with_their_lines(dialect: Dialect) -> None:
    text = f"# Dialect: {dialect}\nrm -rf /\n\n\nCHRONOS_DTYPE=fp23\n1A=2\nJUST_A_NAME\nFINE=1\n"
    with pytest.raises(ConfigError) as failure:
        parse(text)
    assert [finding.where for finding in failure.value.findings] == [
        ("line 2",),
        ("line 5",),
        ("line 6",),
        ("line 7",),
    ]
    assert "CHRONOS_DTYPE is 'fp23'" in str(failure.value)


def test_that_the_file_is_named_when_it_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "chronos.env"
    path.write_text("CHRONOS_DTYPE=fp23\n")
    with pytest.raises(ConfigError, match=r"chronos\.env cannot be used"):
        read(path)


def test_that_a_misspelt_variable_is_a_warning_with_the_nearest_name() -> None:
    variables, (finding,) = parse("CHRONOS_COMPIL_MODE=default\nTORCH_COMPILE_DEBUG=1\n")
    assert variables["CHRONOS_COMPIL_MODE"] == "default"
    assert finding.severity is Severity.WARNING
    assert finding.subject == "CHRONOS_COMPIL_MODE"
    assert "CHRONOS_COMPILE_MODE" in finding.remedy


def test_that_the_last_of_several_values_counts_and_is_reported() -> None:
    variables, (finding,) = parse("CHRONOS_DTYPE=float32\nA=1\nA=2\nCHRONOS_DTYPE=bfloat16\n")
    assert variables["CHRONOS_DTYPE"] == "bfloat16"
    assert finding.where == ("line 1", "line 4")


def test_that_a_dollar_in_a_file_written_by_hand_is_literal_and_reported() -> None:
    variables, (finding,) = parse("TORCHINDUCTOR_CACHE_DIR=${HOME}/cache\nOTHER=$HOME\n")
    assert variables["TORCHINDUCTOR_CACHE_DIR"] == "${HOME}/cache"
    assert "never executed" in finding.done


@pytest.mark.parametrize(
    "line",
    [
        "CHRONOS_DTYPE = bfloat16",
        "TORCHINDUCTOR_CACHE_DIR=/var/cache/c2 # on the ssd",
        "TORCHINDUCTOR_CACHE_DIR='/var/my cache'",
        "CHRONOS_MODEL=$HOME/m",
        "export TORCH_COMPILED=1",
    ],
)
def test_that_a_line_by_hand_that_is_not_portable_is_told_where_the_file_says_it_is(
    line: str,
) -> None:
    assert not parse(render(CompileConfig()))[1]
    assert not parse("# Dialect: portable\nCHRONOS_DTYPE=bfloat16\r\n")[1]
    _, (finding,) = parse(f"# Dialect: portable\n{line}\n")
    assert "is not portable" in finding.what
    assert finding.where == ("line 2",)


def test_that_an_unknown_dialect_in_a_header_is_refused() -> None:
    with pytest.raises(UserError, match="'fish'"):
        parse("# Dialect: fish\nTORCH_COMPILED=1\n")


def test_that_an_empty_file_holds_nothing() -> None:
    assert parse("") == ({}, ())


def test_that_an_error_names_a_few_of_many_mistakes_and_counts_the_others() -> None:
    with pytest.raises(ConfigError) as failure:
        parse("CHRONOS_DTYPE=fp23\n" * 10_000)
    assert len(failure.value.findings) == 10_000
    assert "line 20)" in str(failure.value)
    assert str(failure.value).endswith("There are 9,980 more.")


def test_that_a_few_of_many_warnings_are_told() -> None:
    variables, findings = parse("\n".join(f"CHRONOS_MODE{n}=1" for n in range(1_000)))
    assert len(variables) == 1_000
    assert findings[-1].what == "There are 980 more warnings about the env file."


def test_that_a_variable_set_a_thousand_times_names_the_first_lines_and_the_last() -> None:
    _, (finding,) = parse("CHRONOS_DTYPE=float32\n" * 1_000)
    assert finding.where[:2] == ("line 1", "line 2")
    assert finding.where[-1] == "line 1000"
    assert len(finding.where) < 10


@pytest.mark.parametrize("name", ["CHRONOS_MODEL", "CHRONOS_DTYPE", "CHRONOS_SDPA_BACKENDS"])
def test_that_a_value_of_a_megabyte_is_refused_with_a_short_sentence(name: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse(f"{name}={'x,' * 500_000}\n")
    assert len(str(refusal.value)) < 5_000


def test_that_a_large_file_is_no_env_file(tmp_path: Path) -> None:
    path = tmp_path / "chronos.env"
    path.write_text("A=1\n" * 100_000)
    with pytest.raises(UserError, match=r"is larger than 0.25 MB"):
        read(path)
