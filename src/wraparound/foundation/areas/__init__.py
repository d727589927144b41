"""Places, calendars and clocks: where something is, and until when it is due.

Places go from the partnership down to ward and LSOA, each of one vintage. `rules` is the arithmetic of deadlines,
`clocks` applies it to an area's calendars, `pack` reads the reference pack that all of this comes from. The systems of
the papers that stand on it: the MARAC's clocks and repeats (S-145 to S-152), notices to schools before the bell
(S-254), and every figure by ward.
"""
