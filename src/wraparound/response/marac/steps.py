"""The steps of a referral, in the order of its task list. Their questions are in `forms`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One page of questions, or one list of people with a page for each."""

    key: str
    title: str
    section: str
    one: str = ""  # for a list of people: what one of them is called

    @property
    def is_list(self) -> bool:
        """Whether it holds several people."""
        return bool(self.one)


ABOUT = "The victim-survivor"
OTHERS = "Who else is in it"
WHY = "Why now"
SHARING = "Sharing"

STEPS: tuple[Step, ...] = (
    Step("victim", "Name and date of birth", ABOUT),
    Step("address", "Where they live", ABOUT),
    Step("contact", "How to reach them safely", ABOUT),
    Step("fears", "What they fear and want", ABOUT),
    Step("equality", "Equality characteristics", ABOUT),
    Step("language", "Language and health", ABOUT),
    Step("perpetrators", "Perpetrators", OTHERS, one="perpetrator"),
    Step("children", "Children", OTHERS, one="child"),
    Step("reasons", "Reasons for referring", WHY),
    Step("police", "Police and crime", WHY),
    Step("earlier", "Earlier MARACs elsewhere", WHY),
    Step("consent", "What they know, and the lawful basis", SHARING),
    Step("referrer", "Your contact details", SHARING),
)
BY_KEY: dict[str, Step] = {step.key: step for step in STEPS}


def after(key: str) -> Step | None:
    """The step after `key`, or None after the last."""
    keys = [step.key for step in STEPS]
    place = keys.index(key) + 1
    return STEPS[place] if place < len(STEPS) else None


def sections() -> list[tuple[str, list[Step]]]:
    """The steps under their headings, in order."""
    found: dict[str, list[Step]] = {}
    for step in STEPS:
        found.setdefault(step.section, []).append(step)
    return list(found.items())
