"""From scenarios to files of chains: making, checking, storing."""
