"""The predicates that the answer is read from; a guideline derives them, the vocabulary declares them."""

from __future__ import annotations

RECOMMEND = "recommend"
CONSIDER = "consider"
ADVISE_AGAINST = "advise_against"
ALERT = "alert"
EXPECT = "expect"
PROGNOSIS = "prognosis"
FLAG = "flag"
REQUIRES = "requires"
CONTRADICTED = "contradicted"
CONFLICTING = "conflicting"
NOT_APPLICABLE = "not_applicable"
EXCLUSIVE = "exclusive"
OPPOSES = "opposes"

DIRECTIONS = {RECOMMEND: "for", CONSIDER: "consider", ADVISE_AGAINST: "against"}
DECIDED = (RECOMMEND, CONSIDER, ADVISE_AGAINST, ALERT, EXPECT, PROGNOSIS)
"""Conclusions that an unknown fact may still change; flags are about the record itself."""

CONTRADICTION = "contradictory_record"
"""The flag of a record that cannot be true; a completion that raises it is no completion."""
UNDETERMINED = "undetermined"
