"""Try an installed riskkit: it isn't the repository's, and all that ships is there and loads."""

from pathlib import Path

import riskkit as rk

here = Path(rk.__file__).parent
assert "site-packages" in here.parts, here
assert (here / "py.typed").is_file()
assert (here / "__init__.pyi").is_file()
for name in rk.__all__:
    getattr(rk, name)
for name in ("west_africa", "census"):
    incidents = rk.load_dataset(name)
    print(f"{name}: {len(incidents):,} attacks")
