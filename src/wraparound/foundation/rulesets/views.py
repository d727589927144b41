"""The rules on screen, to be read. Every person with a role may."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.rulesets import presenters, queries


def rule_set_list(request: HttpRequest) -> HttpResponse:
    """Every rule set with the version in force."""
    listed = presenters.listed(queries.all_rule_sets(), today())
    return render(request, "rulesets/list.html", {"listed": listed})


def rule_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a rule set: where it comes from, its parameters in words, its other versions."""
    chosen = queries.rule_set(pk)
    versions = queries.versions_of(chosen)
    earlier = [version for version in versions if version.effective_from < chosen.effective_from]
    before = queries.typed(earlier[0]) if earlier else None
    context = {
        "chosen": chosen,
        "dates": presenters.dates_in_words(chosen),
        "is_in_force": presenters.holds_on(chosen, today()),
        "parameters": presenters.parameters(queries.typed(chosen), before),
        "before": earlier[0] if earlier else None,
        "others": [(version, presenters.dates_in_words(version)) for version in versions if version.pk != chosen.pk],
    }
    return render(request, "rulesets/one.html", context)
