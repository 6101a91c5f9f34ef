"""Runs a core plan on many processes: it is cut where records of other places are needed, and each piece is an ordinary
plan for the ordinary Polars engine.

`cutting.py` cuts a plan into fragments (`fragments.py`) and a tail; `work.py` is what happens in a worker; `wire.py` is how
records travel; `cluster.py` runs the fragments through a port (`ports/`), which knows one kind of cluster.
"""

from dqlkit.engines.cluster.cluster import Cluster
from dqlkit.engines.cluster.cutting import cut
from dqlkit.engines.cluster.ports import port_at
from dqlkit.engines.cluster.probes import rarely_repeat

__all__ = ["Cluster", "cut", "port_at", "rarely_repeat"]
