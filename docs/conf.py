"""Sphinx settings. Build with `sphinx-build -W docs docs/_build`."""

import shutil
from pathlib import Path

import riskkit

docs = Path(__file__).parent

# The notebooks live beside the docs, with the outputs they were saved with; Sphinx wants them here.
shutil.rmtree(docs / "notebooks", ignore_errors=True)
shutil.copytree(
    docs.parent / "notebooks",
    docs / "notebooks",
    ignore=shutil.ignore_patterns("[!0-9]*", ".*"),
)

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
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
# What numpydoc holds every public docstring to, beyond what ruff does.
numpydoc_validation_checks = {"PR01", "PR02", "PR03", "PR04", "PR10", "RT03", "SS01", "SS05"}

html_theme = "pydata_sphinx_theme"
html_title = "riskkit"
html_theme_options = {"show_toc_level": 2, "navbar_align": "left", "show_prev_next": False}
html_show_sourcelink = False
