"""The names of all rules: what a refusal may cite (`contracts.md`, door `review`)."""

PHRASE_RULES: tuple[str, ...] = (
    "promise",
    "forecast",
    "inducing_words",
    "pressure",
    "inside_info",
    "borrow_all_in",
    "top_up_push",
    "aml_hint",
    "credentials",
    "flattery",
    "referral_reward",
    "regulator_endorsement",
    "questionnaire_hint",
    "sensitive_data",
)
"""Judged by the phrase lists of the book alone."""

JUDGED_RULES: tuple[str, ...] = (
    "ai_as_person",
    "ai_label",
    "external_link",
    "privacy_leak",
    "past_performance",
    "one_sided",
    "celebration_push",
    "stock_tip",
    "missing_risk",
    "missing_timestamp",
    "licence",
    "unlicensed_marketing",
    "consent_marketing",
    "consent_personalised",
    "personalisation_off",
    "quiet_hours",
    "frequency_cap",
    "channel_refused",
    "quorum_lost",
    "closing_obstruction",
    "distress_hold",
    "crisis_script",
    "admission_bypass",
    "suitability_level",
    "suitability_c1l",
    "suitability_goal",
    "suitability_kind",
    "suitability_term",
    "suitability_age",
    "assessment_expired",
)
"""Judged by a function that also looks at the author, the client, the product or the clock."""

JUDGED_BY_WORDS: tuple[str, ...] = (
    "ai_as_person",
    "external_link",
    "privacy_leak",
    "past_performance",
    "one_sided",
    "celebration_push",
    "stock_tip",
    "unlicensed_marketing",
    "closing_obstruction",
    "admission_bypass",
)
"""Of these, the ones whose function also looks at the words."""

UNJUDGED = "unjudged"
"""A rule could not be asked: refuses, because silence of a rule is no permission."""
WORDS_CHANGED = "words_changed"
"""Stored words are not the ones that were reviewed."""


def ids() -> tuple[str, ...]:
    """Every rule id a verdict can carry, in the order in which rules are asked."""
    return (*PHRASE_RULES, *JUDGED_RULES, UNJUDGED, WORDS_CHANGED)
