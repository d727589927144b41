"""The pages of cases and imports: parse, call, render."""
