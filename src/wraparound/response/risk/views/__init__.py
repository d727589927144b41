"""Pages of risk assessments: parse, call, render."""
