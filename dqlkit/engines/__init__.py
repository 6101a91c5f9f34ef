"""Ways to run a plan. Each knows how to dispatch; no function and no operator is named here."""
