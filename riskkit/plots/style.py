"""The one style of all charts: the only colours, how numbers are written, where notes go."""

import textwrap
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib import dates
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

__all__ = [
    "BLUE",
    "FAINT",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "TARGETS",
    "VERMILION",
    "WIDTH",
    "axes",
    "caption",
    "chosen_region",
    "count_axis",
    "day_number",
    "heading",
    "log_axis",
    "number",
    "percent",
    "period_axis",
    "period_edges",
    "shade",
    "short",
]

# Okabe and Ito's palette, told apart by all kinds of colour vision.
BLUE, SKY, GREEN, YELLOW = "#0072B2", "#56B4E9", "#009E73", "#F0E442"
ORANGE, VERMILION, PURPLE = "#E69F00", "#D55E00", "#CC79A7"
INK, GREY, FAINT = "#222222", "#8C8C8C", "#E3E3E3"

TARGETS = {
    "civilians": BLUE,
    "security forces": VERMILION,
    "government": GREEN,
    "business": ORANGE,
    "infrastructure": SKY,
    "armed group": PURPLE,
    "other": YELLOW,
    "unknown": FAINT,
}

WIDTH = 7.5
_NOTE_SIZE = 8.0
# Points that a chart's labels take at its sides.
_MARGINS = 85.0


def axes(ax: Axes | None, height: float = 4.0) -> tuple[Axes, bool]:
    """Give the axes to draw on, and whether they stand alone in a figure made for them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        The user's, or None for a new figure.
    height : float
        Of the new figure, in inches.

    Returns
    -------
    tuple of (matplotlib.axes.Axes, bool)
    """
    alone = ax is None
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(color=GREY, labelcolor=INK, labelsize=9, which="both")
    ax.grid(color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)
    return ax, alone


def heading(ax: Axes, title: str, legend: bool = True) -> None:
    """Write the title at the left and, in one line between it and the chart, the legend."""
    handles, labels = ax.get_legend_handles_labels() if legend else ([], [])
    rows = 0
    if handles:
        rows = -(-len(handles) // _columns(labels, ax))
        columns = -(-len(handles) // rows)
        ax.legend(
            handles, labels, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, fontsize=9,
            frameon=False, borderaxespad=0.2, borderpad=0.1, columnspacing=1.4, handlelength=1.6,
        )  # fmt: skip
    folded = _folded(title, _room(ax), 11, bold=True)
    ax.set_title(folded, loc="left", fontsize=11, fontweight="bold", color=INK, pad=6 + 15.0 * rows)


def caption(ax: Axes, notes: Iterable[str], alone: bool) -> None:
    """Print notes under the chart, wrapped to its width and inside the figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The chart, its labels already written.
    notes : iterable of str
        Caveats, one a line.
    alone : bool
        True if the figure was made for this chart. On the user's own figure the notes hang
        under the axes, and a layout that makes room (``layout="constrained"``) is the user's.
    """
    lines = [note for note in dict.fromkeys(notes) if note]
    if not lines:
        return
    figure = ax.get_figure()
    if alone and isinstance(figure, Figure):
        room = figure.get_figwidth() * 72 * 0.98 - 4
        text = "\n".join(_folded(line, room, _NOTE_SIZE) for line in lines)
        # Room for the notes is added, not taken from the chart.
        more = (text.count("\n") + 1) * _NOTE_SIZE * 1.3 / 72
        figure.set_figheight(figure.get_figheight() + more)
        figure.supxlabel(text, x=0.01, ha="left", fontsize=_NOTE_SIZE, color=INK)
        return
    text = "\n".join(_folded(line, _room(ax), _NOTE_SIZE) for line in lines)
    ax.annotate(
        text, xy=(0, 0), xycoords=("axes fraction", ax.xaxis.label), xytext=(0, -6),
        textcoords="offset points", va="top", ha="left", fontsize=_NOTE_SIZE, color=INK,
        annotation_clip=False,
    )  # fmt: skip


def number(value: float) -> str:
    """Write a number for a reader: thousands apart, no more digits than it takes.

    Examples
    --------
    >>> [number(x) for x in (1250000, 12, 0.25, 0.0001)]
    ['1,250,000', '12', '0.25', '0.0001']
    """
    if not np.isfinite(value):
        return "infinite" if value > 0 else ""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.4f}".rstrip("0") if 1e-3 <= abs(value) < 1e4 else f"{value:,.6g}"


def percent(share: float) -> str:
    """Write a share in percent with up to three digits.

    Examples
    --------
    >>> [percent(x) for x in (1, 0.1, 0.001)]
    ['100%', '10%', '0.1%']
    """
    return f"{number(float(f'{100 * share:.3g}'))}%"


def chosen_region(region: str | None, regions: pd.Index) -> str:
    """Give the region named, or the only one there is.

    Raises
    ------
    ValueError
        If there is no such region, or none is named where there are several.
    """
    if region is None and len(regions) == 1:
        return str(regions[0])
    if region is None or region not in regions:
        listed = ", ".join(map(str, regions[:20])) + (", ..." if len(regions) > 20 else "")
        raise ValueError(f"region is {region!r}; accepted: one of {listed}")
    return region


def period_edges(periods: pd.PeriodIndex) -> np.ndarray:
    """Give first days of the periods, and the day after the last, as numbers of the x axis."""
    days = [*periods.start_time, (periods[-1] + 1).start_time]
    return np.array([day_number(day) for day in days])


def day_number(day: pd.Timestamp) -> float:
    """Give the number that stands for a day on the x axis."""
    return float(dates.date2num(day))


def period_axis(ax: Axes) -> None:
    """Write the time on the x axis: years or months, as its length asks for."""
    locator = dates.AutoDateLocator(maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    ax.grid(visible=False, axis="x")


def shade(ax: Axes, edges: np.ndarray, where: np.ndarray, label: str, hatch: str) -> None:
    """Shade each run of periods."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]]).astype(int)))
    for i, (first, after) in enumerate(steps.reshape(-1, 2)):
        ax.axvspan(
            edges[first], edges[after], facecolor=FAINT, edgecolor=GREY, hatch=hatch,
            linewidth=0, alpha=0.7, label=label if not i else None,
        )  # fmt: skip


def count_axis(axis: Axis, whole: bool = False) -> None:
    """Write an axis's numbers with thousands apart; ``whole`` keeps ticks to whole numbers."""
    axis.set_major_locator(MaxNLocator(nbins=6, integer=whole))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(round(value, 10))))


def log_axis(axis: Axis, low: float, high: float) -> None:
    """Write a logarithmic axis's numbers in full, with 2 and 5 between where there is room."""
    decades = np.log10(high / low)
    steps = (1.0, 2.0, 5.0) if decades <= 2.2 else (1.0, 3.0) if decades <= 3.5 else (1.0,)
    axis.set_major_locator(LogLocator(subs=steps, numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(float(f"{value:.6g}"))))
    axis.set_minor_formatter(NullFormatter())


def short(labels: Iterable[object], width: int = 30) -> list[str]:
    """Fold long labels over lines, and cut them after three, so that charts keep their room."""
    return [
        "\n".join(textwrap.wrap(str(label), width, max_lines=3, placeholder=" ...") or [str(label)])
        for label in labels
    ]


def _room(ax: Axes) -> float:
    """Width of the axes in points, as far as it is known before the layout is settled."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return WIDTH * 72
    place = ax.get_subplotspec()
    if figure.get_layout_engine() is None or place is None:
        return float(ax.get_position().width * 72 * figure.get_figwidth())
    share = len(place.colspan) / place.get_gridspec().ncols
    return float(figure.get_figwidth() * 72 * share) - _MARGINS


def _folded(text: str, room: float, size: float, bold: bool = False) -> str:
    """Fold text at spaces into lines no wider than ``room`` points."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size, bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in points."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    # On a screen letters are moved to whole pixels, which makes lines up to 8% longer.
    return 1.08 * float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def _columns(labels: Sequence[str], ax: Axes) -> int:
    """How many legend entries of equal width fit side by side."""
    widest = max(_width(str(label), 9.0) for label in labels) + 36
    return max(min(int(_room(ax) // widest), len(labels)), 1)
