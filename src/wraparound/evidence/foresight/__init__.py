"""Forecasts that are refused where they would mislead, and a simulation of capacity (S-066)."""
