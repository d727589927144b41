"""The pages about people and about the links between their records."""
