"""How many examples a property is tried with, and which ones.

`replayed` is the profile of `make test`: the same examples each time, so a change that passes goes on passing.
`random` is the profile of `make fuzz`: other examples each time; what fails prints how to replay it.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

__all__ = ["RANDOM", "REPLAYED", "examples"]

REPLAYED, RANDOM = "replayed", "random"
_COMMON = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)

settings.register_profile(REPLAYED, _COMMON, derandomize=True, database=None)
settings.register_profile(RANDOM, _COMMON, derandomize=False)


def examples(count: int) -> settings:
    """The settings of a property that `count` examples are enough for. `make test` takes two thirds of them, since they are the
    same ones each time; a round of `make fuzz` takes four times as many, since beginning with a property costs as much as some
    examples."""
    is_replayed = settings.get_current_profile_name() == REPLAYED
    return settings(max_examples=-(-2 * count // 3) if is_replayed else 4 * count)
