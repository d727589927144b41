"""Definitions: numerator, denominator, interval, disclosure control; each measure with what it needs."""
