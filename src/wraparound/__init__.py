"""Wraparound: the shared working system of a city's coordinated community response to domestic abuse."""
