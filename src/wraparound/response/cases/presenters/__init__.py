"""How cases are shown: people by their role, ages, grades in words; redaction already applied."""
