"""Panels, their sessions and what is on the agenda: the part of a meeting that is the same for every panel.

What a particular panel does in a session (the MARAC of the operating protocols, domain rules 3) stands above, in
its own app, on these services.
"""
