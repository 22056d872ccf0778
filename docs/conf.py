"""Sphinx settings. Build with `sphinx-build -W docs docs/_build`."""

import importlib
import inspect
import shutil
from pathlib import Path

import riskkit

docs = Path(__file__).parent

# The notebooks live beside the docs, with the outputs they were saved with; Sphinx wants them here.
shutil.rmtree(docs / "notebooks", ignore_errors=True)
shutil.copytree(docs.parent / "notebooks", docs / "notebooks", ignore=shutil.ignore_patterns(".*"))

project = "riskkit"
author = "the riskkit developers"
project_copyright = "2026, the riskkit developers"
version = release = riskkit.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
# What every public docstring must have, beyond what ruff asks.
numpydoc_validation_checks = {"PR01", "PR02", "PR03", "PR04", "PR10", "SS01"}

html_theme = "pydata_sphinx_theme"
html_title = "riskkit"
html_theme_options = {"show_toc_level": 2, "navbar_align": "left", "show_prev_next": False}
html_show_sourcelink = False

# The order of the street; a public room that is missing here comes last.
ROOMS = ["incidents", "counts", "frequency", "targets", "lethality", "risk", "forecast"]
ROOMS += ["evaluate", "plots", "results", "errors"]


def api_page() -> str:
    """List what each room offers, under the shortest name it has, as riskkit itself lists it."""
    rooms = [name for name in riskkit.__all__ if inspect.ismodule(getattr(riskkit, name))]
    rooms.sort(key=lambda room: ROOMS.index(room) if room in ROOMS else len(ROOMS))
    parts = ["# API\n\n`import riskkit as rk`. Rooms load when they are first used.\n"]
    for room in rooms:
        module = importlib.import_module(f"riskkit.{room}")
        names = [
            f"riskkit.{name}" if name in riskkit.__all__ else f"riskkit.{room}.{name}"
            for name in module.__all__
            if callable(getattr(module, name))
        ]
        for inner in filter(inspect.ismodule, (getattr(module, name) for name in module.__all__)):
            names += [f"{inner.__name__}.{name}" for name in inner.__all__]
        heading = inspect.cleandoc(module.__doc__ or "").splitlines()[0]
        listing = "\n   ".join(names)
        parts.append(
            f"## {room}\n\n{heading}\n\n```{{eval-rst}}\n.. autosummary::\n"
            f"   :toctree: generated\n\n   {listing}\n```\n"
        )
    return "\n".join(parts)


# Pages of names that have moved would stay, and be described twice.
shutil.rmtree(docs / "api", ignore_errors=True)
page = docs / "api" / "index.md"
page.parent.mkdir()
page.write_text(api_page(), encoding="utf-8")
