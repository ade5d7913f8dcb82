"""The README says what the program does."""

from pathlib import Path

from engine.config import PRESETS, SETTINGS, CompileConfig, allowed_values, to_text

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table of settings as the README shows it; paste what a failing test prints."""
    rows = ["| setting | variable | values | default | what it does |", "|---|---|---|---|---|"]
    for name, setting in SETTINGS.items():
        values = ", ".join(allowed_values(name) or ("any text",))
        default = to_text(getattr(CompileConfig(), name))
        rows.append(f"| {name} | `{setting.variable}` | {values} | `{default}` | {setting.help} |")
    return "\n".join(rows)


def test_that_the_readme_shows_the_table_of_settings() -> None:
    assert settings_table() in README


def test_that_the_readme_names_every_preset() -> None:
    for name in PRESETS:
        assert f"`{name}`" in README
