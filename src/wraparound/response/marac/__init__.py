"""MARAC: from a prompt and a referral by any agency to the survivor told.

Implements the papers' MARAC systems (group G: S-144 to S-153), the criteria and the form of SafeLives (domain rules
1.3 to 1.5), and the IDVA's part before and after (group H: S-165). Only a person's referral enters screening; a
person screens, a person lists, and every referral ends in an answer to the referrer and an honest word to the survivor.
"""
