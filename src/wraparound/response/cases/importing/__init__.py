"""The police's daily files: incidents, and the children connected to them.

`columns` names the format. `incident_rows` and `child_rows` read one row, purely: what is rejected and warned of.
`engine` goes through the files in batches, each committed with how far it got, so that a killed import goes on where it
stood and doubles nothing. `store` writes a batch, `runs` is the life of an import, `exporting` writes the same format
again, `commands` is what the command line calls.
"""
