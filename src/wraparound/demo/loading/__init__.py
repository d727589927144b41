"""Puts the invented city into the database.

What the police know goes through the real importer, month by month. The MARAC's past is written in bulk, row by row
as the services would have left it (a test holds the two together). What is still on its way, and what happens today,
goes through the real services with real actors; `backdating` then puts those rows at the time at which they belong.
"""
