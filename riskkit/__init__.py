"""riskkit: the statistics of attacks, from an incident file to an honest regional risk estimate.

Data walks one street: incidents -> counts -> models -> risk, forecast -> evaluate -> plots.
The public names are listed in ``__init__.pyi`` and loaded when first used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
__version__ = "0.1.0"
