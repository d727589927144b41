"""People as each organisation holds them, and the reversible links that say who is one person.

Implements "one person known once" of the papers (seed systems, group G): source records that nobody else alters,
candidate search, the silent queue of the link reviewer, relationships with the limb of "personally connected",
contact rules, typed addresses, and equality characteristics with what is known and what was not asked.
"""
