"""Risk instruments as data, and assessments that a person grades, signs, and that then never change.

Implements the Dash and the DARA of the papers (seed systems, group G) as the domain rules 1.1, 1.2, 1.8 and 2 have
them: topics in our own words, licensed wording loaded by the authority that holds it, answers frozen with the
question as it was shown. The system counts and explains; the grade is a person's, and never below what the ticks
indicate.
"""
