"""Parameters of matching: weights and the score from which a pair goes to the link reviewer. Provisional."""

from __future__ import annotations

from wraparound.kit.rule_params import RuleParams, rule_params


@rule_params("people.matching")
class MatchingRules(RuleParams):
    """Points for agreement and disagreement (tenths of a bit of evidence, added up), and where a person looks.

    Nothing is ever linked by a score alone: at `propose_from` a pair goes to the link reviewer.
    """

    propose_from: float
    name_same: float
    name_similar: float
    name_different: float
    dob_same: float
    dob_parts_swapped: float
    dob_one_part_differs: float
    dob_different: float
    postcode_same: float
    postcode_district_same: float
    phone_same: float
    sex_different: float
    related_same: float  # names alike, and both are recorded with one other person, or with two who may be one
    similar_name_from: float  # rapidfuzz similarity, 0 to 1
