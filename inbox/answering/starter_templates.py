"""Templates to begin with, in English and French.

None of them apologises or admits anything: such words leave only in wording that two members stand behind. All of them
ask for a personal line, since people in anger notice at once when they get what everybody gets.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import templates
from inbox.models import ReplyTemplate
from inbox.permissions import Actor


@dataclass(frozen=True, slots=True)
class Starter:
    """One template to begin with."""

    name: str
    purpose: str
    kind: str | None
    holding: bool
    texts: dict[str, str]


# A no-break space stands before a colon, as French typography asks.
STARTERS = (
    Starter(
        "We are looking into it",
        "First sign of life when the answer needs time. Say when they will hear from you, and keep to it.",
        None,
        True,
        {
            "en": "Hello {author_name}, thank you for telling us. We are looking into {topic} right now, and you will"
            " hear from us here by {next_news_at}. – {account_name}",
            "fr": "Bonjour {author_name}, merci de nous l’avoir signalé. Nous examinons {topic} en ce moment même et"
            " nous vous répondrons ici avant {next_news_at}. – {account_name}",
        },
    ),
    Starter(
        "Answer to a question",
        "When you know the answer. Answer the question that was asked, in one or two sentences.",
        "question",
        False,
        {
            "en": "Hello {author_name}, good that you ask. {answer} If anything is still unclear, just write back"
            " here. – {account_name}",
            "fr": "Bonjour {author_name}, vous faites bien de poser la question. {answer} S’il reste un doute,"
            " répondez-nous simplement ici. – {account_name}",
        },
    ),
    Starter(
        "Answer to a criticism",
        "Show that you have read it: name the point in their own words, then say what you do about it.",
        "criticism",
        False,
        {
            "en": "Hello {author_name}, we have read what you write about {topic}, and we understand that it makes you"
            " angry. What we are doing: {action} – {account_name}",
            "fr": "Bonjour {author_name}, nous avons lu ce que vous écrivez sur {topic} et nous comprenons votre"
            " colère. Voici ce que nous faisons : {action} – {account_name}",
        },
    ),
    Starter(
        "Somebody may be in danger",
        "Health or safety first: what to do now, and a person to talk to. Tell a supervisor at the same time.",
        None,
        True,
        {
            "en": "{author_name}, your safety comes first: please stop using {topic} for now. If anyone feels unwell,"
            " call a doctor or the emergency number. A person is waiting for your call: {contact} – {account_name}",
            "fr": "{author_name}, votre sécurité d’abord : par précaution, n’utilisez plus {topic} pour l’instant. En"
            " cas de malaise, appelez un médecin ou le 112. Une personne attend votre appel : {contact} –"
            " {account_name}",
        },
    ),
    Starter(
        "A journalist asks",
        "Never improvise for the press: give them a person, quickly and politely.",
        None,
        True,
        {
            "en": "Hello {author_name}, thank you for getting in touch. {press_contact} answers all questions from the"
            " press and is expecting yours today. – {account_name}",
            "fr": "Bonjour {author_name}, merci de nous contacter. {press_contact} répond à toutes les questions de la"
            " presse et attend les vôtres aujourd’hui. – {account_name}",
        },
    ),
    Starter(
        "News as promised",
        "After a first sign of life: keep the promise, even when the news is that there is none yet.",
        None,
        False,
        {
            "en": "Hello {author_name}, as promised, here is where we stand on {topic}: {news} Anything else, write to"
            " us here. – {account_name}",
            "fr": "Bonjour {author_name}, comme promis, voici où nous en sommes sur {topic} : {news} Pour toute autre"
            " question, écrivez-nous ici. – {account_name}",
        },
    ),
    Starter(
        "We need to see your case",
        "When it takes an order number or an address. Never ask for private data in public.",
        None,
        False,
        {
            "en": "Hello {author_name}, we want to settle {topic} with you in person. Please send us your order number"
            " in a private message, never here in public: {contact} – {account_name}",
            "fr": "Bonjour {author_name}, nous voulons régler {topic} personnellement avec vous. Envoyez-nous votre"
            " numéro de commande en message privé, jamais ici en public : {contact} – {account_name}",
        },
    ),
    Starter(
        "Thank you for kind words",
        "Praise in the middle of a storm deserves an answer too. Keep it short and personal.",
        "praise",
        False,
        {
            "en": "Thank you, {author_name}: your words about {topic} do the whole team good today. – {account_name}",
            "fr": "Merci, {author_name} : vos mots sur {topic} font du bien à toute l’équipe aujourd’hui. –"
            " {account_name}",
        },
    ),
)


def add_starters(session: Session, actor: Actor) -> int:
    """Add the templates to begin with, leaving out those whose name is there already, retired or not.

    Works inside the caller's transaction.

    Returns:
        how many were added.
    """
    present = set(session.scalars(select(ReplyTemplate.name)))
    missing = [starter for starter in STARTERS if starter.name not in present]
    for starter in missing:
        templates.add(
            session,
            actor,
            starter.name,
            starter.texts,
            purpose=starter.purpose,
            kind=starter.kind,
            holding=starter.holding,
        )
    return len(missing)
