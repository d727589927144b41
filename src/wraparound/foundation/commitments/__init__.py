"""Who promised what, by when, and with what evidence it was kept.

The partnership's answer to actions that were agreed and not followed up (scrutiny pack of 17 February 2023): every
commitment has one owning agency, one day and an end that says what became of it, and none is done without evidence.
"""
