"""Templates to begin with, in English and French, written for people who are worried or angry.

None of them apologises, admits or promises anything but to write again: such words leave only in wording that two
members stand behind. Each leaves room for a line of one's own, since people notice at once when they get what everybody
gets. Their names, purposes and tags are in `inbox.words.starter_templates`, in the reader's language until edited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import templates
from inbox.answering.template_wording import checked, split_tags
from inbox.extensions import session, writing
from inbox.models import ReplyTemplate
from inbox.permissions import Actor, Permission, require
from inbox.words import say

Prompts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Starter:
    """One template to begin with.

    Attributes:
        asks: the question to the member for each placeholder of its own, by language.
    """

    code: str
    kind: str | None
    holding: bool
    texts: dict[str, str]
    asks: dict[str, Prompts] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, dict[str, Any]]:
        """As `Wording.places`."""
        return {name: {"prompt": prompts, "default": ""} for name, prompts in self.asks.items()}


# A no-break space stands before a colon, as French typography asks.
STARTERS = (
    Starter(
        "acknowledge",
        "criticism",
        True,
        {
            "en": "Hello {author_name}, thank you for telling us about {topic}. I have read every word and passed it to"
            " the people who work on it. {personal_line}",
            "fr": "Bonjour {author_name}, merci de nous avoir écrit au sujet de {topic}. J’ai lu votre message en"
            " entier et je l’ai transmis aux personnes qui s’en occupent. {personal_line}",
        },
        {
            "personal_line": {
                "en": "One line of your own, about what they wrote",
                "fr": "Une phrase de votre main, sur ce que la personne a écrit",
            }
        },
    ),
    Starter(
        "not_known_yet",
        None,
        True,
        {
            "en": "Hello {author_name}, we do not know yet, and I would rather say so than guess. We are checking"
            " {topic} now, and I will write to you here by {by_time}, even if all I can say then is where we stand.",
            "fr": "Bonjour {author_name}, nous ne le savons pas encore, et je préfère vous le dire plutôt que supposer."
            " Nous vérifions {topic} et je vous réponds ici avant {by_time}, ne serait-ce que pour faire le point.",
        },
    ),
    Starter(
        "details",
        None,
        True,
        {
            "en": "Hello {author_name}, I would like to understand what happened to you with {topic}. {question} Please"
            " keep your address, phone and order number out of this public thread.",
            "fr": "Bonjour {author_name}, j’aimerais comprendre ce qui vous est arrivé avec {topic}. {question}"
            " N’indiquez ici, en public, ni adresse, ni téléphone, ni numéro de commande.",
        },
        {
            "question": {
                "en": "The one thing you need to know, as a question",
                "fr": "Ce que vous avez besoin de savoir, en une question",
            }
        },
    ),
    Starter(
        "answer_question",
        "question",
        False,
        {
            "en": "Hello {author_name}, good that you ask. {answer} If anything is still unclear, write back here, I"
            " read the answers too.",
            "fr": "Bonjour {author_name}, vous faites bien de poser la question. {answer} S’il reste un doute,"
            " écrivez-moi ici : je lis aussi les réponses.",
        },
        {"answer": {"en": "The answer, in one or two sentences", "fr": "La réponse, en une ou deux phrases"}},
    ),
    Starter(
        "correct_facts",
        "criticism",
        False,
        {
            "en": "Hello {author_name}, many people are asking about {topic} and not everything going round is right."
            " What we can say for certain: {known} You can check it here: {source}",
            "fr": "Bonjour {author_name}, beaucoup de personnes s’interrogent sur {topic} et tout ce qui circule n’est"
            " pas exact. Ce qui est établi : {known} Vous pouvez le vérifier ici : {source}",
        },
        {
            "known": {
                "en": "What is certain, in one sentence",
                "fr": "Ce qui est établi, en une phrase",
            },
            "source": {
                "en": "A page where they can check it",
                "fr": "Une page où le vérifier",
            },
        },
    ),
    Starter(
        "safety",
        None,
        False,
        {
            "en": "{author_name}, your safety comes first: please stop using {topic} now. If anyone feels unwell, call"
            " a doctor or your emergency number. Someone from our team is there for you: {contact}",
            "fr": "{author_name}, votre sécurité d’abord : n’utilisez plus {topic} pour le moment. Si quelqu’un se sent"
            " mal, appelez un médecin ou le 112. Une personne de l’équipe vous répond : {contact}",
        },
        {
            "contact": {
                "en": "A phone number or page where a person answers",
                "fr": "Un numéro ou une page où quelqu’un répond",
            }
        },
    ),
    Starter(
        "refund",
        None,
        False,
        {
            "en": "Hello {author_name}, every step for sending {topic} back and for your money is here: {return_page}"
            " If one of them does not work for you, tell me which one and I will take it up with you.",
            "fr": "Bonjour {author_name}, toutes les démarches pour renvoyer {topic} et pour votre argent sont ici :"
            " {return_page} Si l’une d’elles vous bloque, dites-moi laquelle, je la reprends avec vous.",
        },
        {"return_page": {"en": "The page that explains returns", "fr": "La page qui explique les retours"}},
    ),
    Starter(
        "thank_supporter",
        "praise",
        False,
        {
            "en": "Thank you, {author_name}. On a day like this your words about {topic} reach everyone at"
            " {account_name}. {personal_line}",
            "fr": "Merci, {author_name}. Un jour comme celui-ci, vos mots sur {topic} touchent toute l’équipe"
            " {account_name}. {personal_line}",
        },
        {
            "personal_line": {
                "en": "One line of your own, about what they wrote",
                "fr": "Une phrase de votre main, sur ce que la personne a écrit",
            }
        },
    ),
    Starter(
        "heated",
        "criticism",
        False,
        {
            "en": "{author_name}, I can see how angry {topic} makes you, and you are free to say so here. I am a person"
            " and I will stay with it: what is the one thing you most need an answer to? {personal_line}",
            "fr": "{author_name}, je vois à quel point {topic} vous met en colère, et vous pouvez le dire ici. Je suis"
            " une vraie personne et je reste là : quelle est la réponse qui compte le plus pour vous ? {personal_line}",
        },
        {
            "personal_line": {
                "en": "Where they are right, say so in one line",
                "fr": "Là où la personne a raison, dites-le en une phrase",
            }
        },
    ),
    Starter(
        "private_channel",
        None,
        False,
        {
            "en": "Hello {author_name}, part of this is yours alone and does not belong in public. If you like, write"
            " to me here: {contact} You may of course go on in this thread, I answer in both places.",
            "fr": "Bonjour {author_name}, une partie de cet échange ne regarde que vous et n’a pas sa place en public."
            " Si vous le souhaitez, écrivez-moi ici : {contact} Vous pouvez aussi continuer dans ce fil.",
        },
        {
            "contact": {
                "en": "Where they can write in private",
                "fr": "Où vous écrire en privé",
            }
        },
    ),
    Starter(
        "news_as_promised",
        None,
        False,
        {
            "en": "Hello {author_name}, as promised, here is where we stand on {topic}: {news} If you need anything"
            " else, write to me here.",
            "fr": "Bonjour {author_name}, comme promis, voici où nous en sommes pour {topic} : {news} Pour toute autre"
            " question, écrivez-moi ici.",
        },
        {"news": {"en": "What is new since you last wrote", "fr": "Ce qui est nouveau depuis votre dernier message"}},
    ),
    Starter(
        "press",
        None,
        True,
        {
            "en": "Hello {author_name}, thank you for getting in touch. {press_contact} answers questions from the"
            " press and is expecting yours today.",
            "fr": "Bonjour {author_name}, merci de nous avoir contactés. {press_contact} répond aux questions de la"
            " presse et attend les vôtres aujourd’hui.",
        },
        {
            "press_contact": {
                "en": "Who speaks to the press, and how to reach them",
                "fr": "Qui répond à la presse, et comment joindre cette personne",
            }
        },
    ),
)


def add_starter_set(actor: Actor) -> int:
    """Add the templates to begin with, leaving out those that are there already, retired or not.

    Returns:
        how many were added.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    with writing() as current:
        return add_starters(current, actor)


def add_starters(current: Session, actor: Actor) -> int:
    """As `add_starter_set`, inside the caller's transaction and without asking for a permission."""
    missing = _missing(current)
    # Names are stored in English, for exports and reports; pages show them in the reader's language.
    with force_locale("en"):
        for starter in missing:
            wording = checked(
                say(f"starter.{starter.code}.name"),
                starter.texts,
                purpose=say(f"starter.{starter.code}.purpose"),
                kind=starter.kind,
                holding=starter.holding,
                tags=split_tags(say(f"starter.{starter.code}.tags")),
                places=starter.places,
            )
            templates.add(current, actor, wording, starter_code=starter.code)
    return len(missing)


def count_missing(actor: Actor) -> int:
    """How many of the templates to begin with are not there."""
    require(actor, Permission.TEMPLATES_VIEW)
    return len(_missing(session()))


def _missing(current: Session) -> list[Starter]:
    present = set(current.scalars(select(ReplyTemplate.starter_code)))
    return [starter for starter in STARTERS if starter.code not in present]
