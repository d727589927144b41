"""A situation between people: who is in it, what happened, what was disclosed, and how the police's files come in.

Implements police recording and its link to the rest (S-213 of the papers' inventory), multi-agency information shared
at one place (S-145 to S-149) and the disclosure ledger of the governance group: one chronology over what every agency
may see, roles that belong to the case and not to the person, and the daily file of incidents and children
(`importing`).
"""
