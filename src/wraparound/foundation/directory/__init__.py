"""The register of services: what each does, for whom, where, when, and how to refer.

It answers the papers' "staff unsure who to refer to" and "services for men little known" (S-121, S-111, S-342). It
holds no confidential address, because it holds no address at all: a refuge stands in it with its provider, its units
and its city. Organisations, teams and services are loaded from the reference pack.
"""
