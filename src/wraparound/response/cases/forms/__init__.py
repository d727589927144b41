"""Forms of cases and imports."""
