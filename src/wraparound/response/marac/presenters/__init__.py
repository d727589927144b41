"""How the MARAC is shown: in words, redaction already applied."""
