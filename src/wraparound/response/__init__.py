"""Work with people: cases, risk and MARAC."""
