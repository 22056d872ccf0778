"""Print pyproject.toml's lower bounds as pip constraints: `numpy>=2.1` becomes `numpy==2.1`."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
wanted = [extra for name in ("engines", "geo", "login", "test") for extra in extras[name]]
for requirement in project["dependencies"] + wanted:
    if bound := re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", requirement):
        print(f"{bound[1]}=={bound[2]}")
    elif not requirement.startswith("riskkit["):
        raise SystemExit(f"{requirement} has no plain lower bound")
