"""Courtesies: phrases of regret that concern the conversation itself, and so may leave."""

STARTER_COURTESIES: tuple[str, ...] = (
    "sorry for the wait",
    "sorry for the delay",
    "sorry for the late reply",
    "sorry to hear that",
    "désolé pour l'attente",
    "désolé du retard de notre réponse",
    "navré de l'apprendre",
    "excusez-moi",
)
