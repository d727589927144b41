"""Pages of the MARAC: parse, call, render."""
