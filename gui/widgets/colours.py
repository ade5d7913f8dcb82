"""The window's colours, light and dark."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour that the window uses, as `#rrggbb`.

    The colours of curves are from the palette of Okabe and Ito (2008), whose colours people with
    any kind of colour blindness can distinguish.
    """

    dark: bool
    window: str
    panel: str
    raised: str
    text: str
    muted: str
    border: str
    accent: str
    on_accent: str
    selection: str
    passed: str
    warned: str
    failed: str
    history: str
    actual: str
    eager: str
    compiled: str
    bfloat16: str
    kept: str


LIGHT = Colours(
    dark=False,
    window="#f3f5f7",
    panel="#ffffff",
    raised="#e9edf1",
    text="#1b2229",
    muted="#5a6671",
    border="#c9d1d9",
    accent="#0b62b8",
    on_accent="#ffffff",
    selection="#d5e6f8",
    passed="#1a7f37",
    warned="#8a5a00",
    failed="#c0232c",
    history="#4b5763",
    actual="#00805d",
    eager="#0072b2",
    compiled="#d55e00",
    bfloat16="#a3578a",
    kept="#a3578a",
)
DARK = Colours(
    dark=True,
    window="#1a1e23",
    panel="#21262c",
    raised="#2c333b",
    text="#e7ebef",
    muted="#a0abb6",
    border="#3d4650",
    accent="#58aef0",
    on_accent="#0d1319",
    selection="#2a4a68",
    passed="#4cc36a",
    warned="#e0ad3a",
    failed="#ff7b72",
    history="#b4bfca",
    actual="#2bc79a",
    eager="#56b4e9",
    compiled="#f0a02e",
    bfloat16="#e096c4",
    kept="#e096c4",
)
