"""The wall: matters, who is involved in them and who must not know, one decision point, redaction, the log.

Implements deny-by-default sharing of the papers (S-024 to S-030 of the inventory's governance group, and the
safety rules of the product). Every page, export, search result and count asks here.
"""
