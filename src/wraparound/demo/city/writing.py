"""What people write: narratives, reasons, commitments and what agencies tell. Short, plain, and nobody's own words.

In braces: {V} and {P} are the given names of victim and perpetrator, {A} the address; {she} {her} {hers} the victim
(subject, possessive, object) and {he} {his} {him} the perpetrator, with a capital where a sentence begins.
"""

from __future__ import annotations

from collections.abc import Mapping

WHAT_HAPPENED = {
    "physical": (
        "{P} pushed {V} against the kitchen wall and struck {her} arm",
        "{P} is said to have punched {V} twice; bruising seen to the left cheek",
        "{P} pulled {V} by the hair in the hallway",
    ),
    "psychological": (
        "a verbal argument in which {P} called {V} worthless and threatened to leave with the passports",
        "{P} shouted at {V} for most of the evening and would not let anyone sleep",
        "{P} sent over forty messages in one night",
    ),
    "violent_threatening": (
        "{P} threatened to burn the house down",
        "{P} smashed the front window and told {V} that it would be worse next time",
        "{P} said that {V} would not see the weekend",
    ),
    "controlling_coercive": (
        "{V} says that {P} checks {her} telephone every evening and counts {her} minutes at the shops",
        "{P} has taken {V}'s keys and decides whom {she} may see",
    ),
    "economic": (
        "{P} has taken {V}'s bank card and left {hers} without money for food",
        "{P} ran up debts in {V}'s name",
    ),
    "sexual": ("{V} disclosed a sexual assault by {P}; specialist officer informed",),
}
FLAG_SENTENCES = {
    "strangulation": "{V} says that {P} put both hands round {her} neck and that {she} could not breathe.",
    "weapon": "A kitchen knife was held up.",
    "stalking": "{P} has been waiting outside {V}'s place of work.",
    "honour_based": "{V} fears what the wider family will do.",
    "forced_marriage": "{V} says that a marriage abroad is being arranged against {her} will.",
    "fgm": "A concern about a younger girl of the family was raised; safeguarding informed.",
    "child_present": "A child was in the house.",
    "pregnancy": "{V} is pregnant.",
    "breach_of_order": "There is an order not to come here; {P} came all the same.",
    "digital": "Photographs were posted without consent.",
}
SEPARATED = "They have separated."
CALLS = (
    "Call from {V}, crying.",
    "Call from a neighbour who heard screaming.",
    "Call from {V}'s sister.",
    "Silent call; officers sent.",
    "Reported at the front desk by {V}.",
    "Call from a passer-by.",
)
ENDINGS = (
    "Officers attended {A}. {P} had left.",
    "Officers attended {A}; {P} arrested.",
    "{V} did not wish to give a statement. Safety advice given.",
    "Body-worn video held. Enquiries continue.",
    "Officers attended {A} and spoke with both apart.",
    "{P} taken to a relative's home for the night.",
)
OFFENCES = {
    "physical": (("105A", "Common assault and battery"), ("8N", "Assault occasioning actual bodily harm")),
    "strangulation": (("8U", "Non-fatal strangulation and suffocation"),),
    "violent_threatening": (("3B", "Threats to kill"), ("58A", "Criminal damage to dwellings")),
    "controlling_coercive": (("8P", "Controlling or coercive behaviour in an intimate or family relationship"),),
    "sexual": (("19C", "Rape of a person aged 16 or over"), ("20A", "Sexual assault on a person aged 13 or over")),
    "stalking": (("8Q", "Stalking"),),
    "breach_of_order": (("66", "Breach of an order"),),
    "psychological": (("8L", "Harassment"), ("8R", "Malicious communications")),
    "economic": (("49", "Other theft"),),
}
OUTCOMES = {"16": 62, "15": 15, "14": 8, "1": 5, "18": 8, "": 2}  # national outcome codes, weights
VOICES = (
    "Said that it gets loud and that they hide with the dog. Spoken to alone by the attending officer.",
    "Asked whether mum is all right. Spoken to alone.",
    "Did not want to speak.",
    "Looks after a little brother when it starts. Spoken to alone by a social worker.",
    "Too young to say.",
)
JUDGEMENTS = (
    "The number of ticks hides the pattern: separation, stalking and a first strangulation within one month.",
    "{She} minimises. What {she} says when {he} is out of the room is far more serious than the form shows.",
    "{He} has found {hers} twice after a move. {She} believes that {he} will find {hers} again.",
    "Isolation and honour-based pressure: {she} cannot be seen leaving the house alone.",
    "{Her} fear is new. {She} has packed a bag and keeps it at a neighbour's.",
    "The abuse has changed in kind since {she} said that it was over.",
)
WANTS = (
    "{She} wants {him} kept away from the home and the locks changed.",
    "{She} wants to stay in this part of the city and to feel safe there.",
    "{She} wants to move, but not out of the city.",
    "{She} wants it to stop; {she} does not want {him} to go to prison.",
)
AFRAID_OF = (
    "{P}",
    "{P} and {his} brothers",
    "{P}, and what {his} mother tells the family",
    "{P} and friends who drive past",
)
NOT_SAFE_TO_TALK_TO = ("{P}'s sister, who lives next door", "Anyone of {P}'s family", "Nobody at work should know", "")
SAFE_TO_TALK_TO = ("{Her} sister", "The school's family worker", "{Her} GP", "")
WHY_NOT_AWARE = "Not safe to ask: {he} answers {her} telephone and came to the appointment."
NARRATIVES = (
    "Repeated violence over two years; worse since {she} said that {she} would leave.",
    "{He} breached the bail conditions twice in the past month and was seen near {her} work.",
    "{She} disclosed strangulation to us for the first time this week.",
    "{He} controls money, visits and medicine. {She} has no telephone of {her} own.",
    "{She} has locked the bedroom door against {him} three times this month.",
    "{He} has posted threats and pictures. {She} has changed {her} number twice.",
)
COMMITMENTS = {
    "police": ("Put an address marker on the home", "Arrest on the outstanding warrant", "Review the bail conditions"),
    "idva_service": ("Go through the safety plan with {hers}", "Help {hers} apply for a non-molestation order"),
    "housing": ("Change the locks and fit a door brace", "Offer a place elsewhere in the city", "Fit a window lock"),
    "children": ("See the children at home", "Tell schools who may collect the children", "Hold a strategy meeting"),
    "adults": ("Assess {her} care needs", "Visit jointly with housing", "Find a carer who can come in the evening"),
    "health": ("Flag {her} record at the emergency department", "Ask {her} GP to see {hers} alone"),
    "mental_health": ("Offer {hers} an appointment this week", "Review {his} risk and medication"),
    "probation": ("Consider recall", "Move {his} appointments away from {her} street", "Add a licence condition"),
    "substance_misuse": ("See {him} about drinking before the weekend",),
}
EVIDENCE = (
    "Done and checked on the day",
    "Done; confirmed by telephone",
    "Visited, done, note on the file",
    "Letter handed over in person",
    "Marker is live, seen on the system",
)
NO_LONGER = (
    "{She} has moved to another area and is safe there.",
    "{He} is in custody until the trial.",
    "The tenancy has ended.",
)
NOT_DONE = ("Nobody took it over when the worker fell ill.", "The request was not passed on.", "Not done in time.")
DECLINED = ("Not within what we may do: {he} is not under supervision.", "Closed to our service since the summer.")
SHARED = {
    "police": "Several calls in two years, some with violence. Last arrest in the spring; no further action.",
    "housing": "Tenancy since 2019. Complaints about noise from neighbours on both sides. No arrears.",
    "children": "Two earlier assessments. School attendance has fallen this term.",
    "adults": "Not known to adult social care.",
    "health": "Two visits to the emergency department with injuries that were explained as falls.",
    "mental_health": "{He} missed three appointments. Risk to others noted in the last review.",
    "probation": "{He} keeps appointments. Licence until the autumn.",
    "idva_service": "{She} is frightened, clear about what {she} wants, and can be reached between ten and two.",
    "substance_misuse": "{He} left treatment in the second week.",
}
OPINIONS = (
    "We think that {he} is looking for {hers}.",
    "In our view {she} says less than {she} knows while {he} is near.",
    "We believe that the risk rises when the benefit is paid.",
)
SUMMARIES = (
    "High risk of serious harm: escalation, strangulation, separation.",
    "High risk: every condition so far was breached. The main danger is at work and on the way there.",
    "Risk is high and changing. {She} is leaving; the next fortnight matters most.",
)
SCREENING = (
    "Meets the criteria; for the next session.",
    "Visible high risk.",
    "The judgement is well reasoned; accepted.",
    "Accepted: the pattern is getting worse.",
)
NOT_LISTED = "Not high risk on what is known today. Outreach will see {hers} this week; refer again on anything new."
CHALLENGE = "{She} told us more after the referral: {he} strangled {hers} in the summer. Please look again."
TOLD = (
    "Told what was agreed, and heard it back in {her} own words. Glad about the locks.",
    "Told on the way to work. {She} asked for the next call on Friday.",
    "Told in person, with an interpreter.",
)
NOT_REFERRED = (
    "Looked at with the sergeant: they live in different cities now, both spoken to, no current risk.",
    "Referred already by the IDVA service for the same incident.",
    "Grade corrected after review: it was recorded against the wrong log.",
)
NOTES = (
    "Home visit. {She} was alone and talked for an hour.",
    "Spoke with {her} GP's surgery: next appointment on Thursday.",
    "{He} came to the office and was told that nothing can be shared.",
)

_VICTIM = {"male": ("he", "his", "him")}
_PERPETRATOR = {"female": ("she", "her", "her")}


def words_for(victim_sex: str, perpetrator_sex: str) -> dict[str, str]:
    """The pronouns that stand for the two in these texts."""
    she, her, hers = _VICTIM.get(victim_sex, ("she", "her", "her"))
    he, his, him = _PERPETRATOR.get(perpetrator_sex, ("he", "his", "him"))
    words = {"she": she, "her": her, "hers": hers, "he": he, "his": his, "him": him}
    return words | {key.capitalize(): word.capitalize() for key, word in words.items()}


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with its words put in."""
    return text.format_map(words)
