"""One self-contained HTML page: no script, nothing loaded from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --text: #1b2229; --muted: #5a6671; --page: #ffffff;
  --raised: #f3f5f7; --border: #c9d1d9; --pass: #1a7f37; --warn: #8a5a00; --fail: #c0232c;
  --history: #4b5763; --actual: #00805d; --eager: #0072b2; --compiled: #d55e00; }
@media (prefers-color-scheme: dark) { :root { --text: #e7ebef; --muted: #a0abb6;
  --page: #1a1e23; --raised: #262c33; --border: #3d4650; --pass: #4cc36a; --warn: #e0ad3a;
  --fail: #ff7b72; --history: #a0abb6; --actual: #2bb894; --eager: #58aef0;
  --compiled: #ff9a4d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
.verdict { background: var(--raised); border-left: 6px solid var(--muted);
  padding: .75rem 1rem; margin: 1rem 0; }
.verdict.pass { border-color: var(--pass); } .verdict.warn { border-color: var(--warn); }
.verdict.fail, .verdict.not-run { border-color: var(--fail); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--border); }
th { color: var(--muted); font-weight: 600; } td.number, th.number { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.report td:first-child { width: 5rem; } .report td:nth-child(2) { width: 13rem; }
.badge { font-weight: 600; white-space: nowrap; color: var(--muted); }
.badge.pass { color: var(--pass); } .badge.warn { color: var(--warn); }
.badge.fail, .badge.not-run { color: var(--fail); }
.muted, .legend { color: var(--muted); } .legend { margin: 0 0 1rem; font-size: .85rem; }
.chart { width: 100%; height: auto; display: block; }
.chart text { font-size: 11px; fill: var(--muted); } .chart .grid { stroke: var(--border); }
.curve { fill: none; stroke-width: 1.6; } .dashed { stroke-dasharray: 6 4; }
.level { stroke-width: 1; stroke-dasharray: 2 3; } .band { opacity: .2; stroke: none; }
.chart .history { stroke: var(--history); } .chart .actual { stroke: var(--actual); }
.chart .eager { stroke: var(--eager); fill: var(--eager); }
.chart .compiled { stroke: var(--compiled); fill: var(--compiled); }
.chart .limit { stroke: var(--fail); } .chart .curve { fill: none; }
.chart .band { stroke: none; }
.key { display: inline-block; width: 1.4rem; border-top: 3px solid; margin: 0 .3rem 0 1rem;
  vertical-align: middle; } .key.dashed { border-top-style: dashed; }
.key.history { color: var(--history); } .key.actual { color: var(--actual); }
.key.eager { color: var(--eager); } .key.compiled { color: var(--compiled); }
.key.limit { color: var(--fail); border-top-style: dotted; }
"""


def page(title: str, body: Iterable[str]) -> str:
    """Return a whole page.

    Args:
        title: Its title, plain text.
        body: HTML elements.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def heading(level: int, text: str) -> str:
    """Return a heading."""
    return f"<h{level}>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph; `kind` is its class."""
    mark = f' class="{kind}"' if kind else ""
    return f"<p{mark}>{escape(text)}</p>"


def verdict_box(status: str, sentence: str, label: str = "") -> str:
    """Return the box with the verdict.

    Args:
        status: The status that decides the colour.
        sentence: The verdict.
        label: The words before the verdict; the status if empty.
    """
    kind, label = status.replace(" ", "-"), escape(label or status)
    return f'<div class="verdict {kind}"><strong>{label}</strong> {escape(sentence)}</div>'


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[str] = (),
    badges: Sequence[str] = (),
) -> str:
    """Return a table of plain texts.

    Args:
        columns: Names of the columns.
        rows: One text for each column.
        numbers: Columns to align right.
        badges: Columns that hold a status.
    """

    def cell(column: str, text: str) -> str:
        if column in badges:
            return f'<td><span class="badge {text.replace(" ", "-")}">{escape(text)}</span></td>'
        kind = ' class="number"' if column in numbers else ""
        return f"<td{kind}>{escape(text)}</td>"

    head = "".join(
        f"<th{' class=number' if column in numbers else ''}>{escape(column)}</th>"
        for column in columns
    )
    lines = (
        "<tr>" + "".join(cell(*pair) for pair in zip(columns, row, strict=True)) + "</tr>"
        for row in rows
    )
    kind = ' class="report"' if badges else ""
    return f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
