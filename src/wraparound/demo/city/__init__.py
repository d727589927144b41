"""The invented city, made of chance and published figures: pure Python, the same for the same seed.

`figures` says how much of what there is in a year; `people`, `families` and `incidents` make it up; `stories` says
which families come to MARAC, when, through whom and with what ending; `plants` spoils names and birthdays as clerks
do, and remembers the truth. Nothing here knows Django, and nobody here has ever lived.
"""
