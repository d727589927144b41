"""Rules of practice as data: thresholds, windows, clocks, reasons and code lists, each with a version, an area, a
date and a source.

The needs assessment shows why: almost every threshold differs by area, agency or year (MARAC criteria S-134 and S-146,
the repeat rule S-147, risk bands S-130), and a rule that hides in code can be neither seen nor challenged. Every
outcome stores the version that it came from; a version in use is never rewritten, only followed by the next one.
"""
