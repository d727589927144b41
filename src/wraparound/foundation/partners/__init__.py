"""Who works here: organisations, teams, people with accounts, and the roles they hold for a time.

Implements the roles of the papers (seed systems, group X): a person may hold several, and acts in one at a time.
"""
