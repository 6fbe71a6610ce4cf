"""What makes an apology work, and which of it a draft has: help beside the editor, never a gate.

A pure function of what was typed, in English and French. The elements are those on which practice and research agree:
the harm is named, regret is said without conditions, whoever speaks is known, something concrete is repaired, and there
is a date (Lewicki, Polin and Lount, "An Exploration of the Structure of Effective Apologies", 2016; Benoit, "Accounts,
Excuses, and Apologies", 2nd ed. 2015).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Element(StrEnum):
    """What is looked for, in the order in which it is shown."""

    REGRET = "regret"
    HARM = "harm"
    UNCONDITIONAL = "unconditional"
    SPEAKER = "speaker"
    REPAIR = "repair"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Hint:
    """One element. `words` is what it was found in, or what stands in its way; empty where neither is there."""

    element: Element
    found: bool
    words: str = ""


def advise(core: str, situation: Mapping[str, str]) -> tuple[Hint, ...]:
    """A hint for each `Element`; none at all while the core is empty.

    Args:
        core: the sentences as they were typed, with their placeholders.
        situation: what was typed beside them, by the names of `apology_wording.PARTS`.
    """
    text = _folded(core)
    if not text.strip():
        return ()
    condition = _CONDITION.search(text)
    return (
        _hint(Element.REGRET, core, _REGRET.search(text)),
        _harm(core, text, situation),
        Hint(Element.UNCONDITIONAL, condition is None, _quoted(core, condition)),
        _hint(Element.SPEAKER, core, _SPEAKER.search(text)),
        _hint(Element.REPAIR, core, _REPAIR.search(text)),
        _hint(Element.DATE, core, _DATE.search(text)),
    )


def _hint(element: Element, core: str, match: re.Match[str] | None) -> Hint:
    return Hint(element, match is not None, _quoted(core, match))


def _harm(core: str, text: str, situation: Mapping[str, str]) -> Hint:
    """The harm is named where the core says a telling word of what happened, or a word for harm of its own."""
    told = _WORD.findall(_folded(f"{situation.get('happened', '')} {situation.get('to_whom', '')}"))
    telling = {_stem(word) for word in told if len(word) >= _TELLING and not _COMMON.fullmatch(word)}
    for match in _WORD.finditer(text):
        if _stem(match[0]) in telling:
            return Hint(Element.HARM, True, core[match.start() : match.end()])
    vague = _VAGUE.search(text)
    if vague is not None:
        return Hint(Element.HARM, False, _quoted(core, vague))
    return _hint(Element.HARM, core, _HARM.search(text))


def _folded(text: str) -> str:
    """Lower case, without accents, one character for each, so that places stay where they are."""
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character in "’ʼ`":
        return "'"
    if character.isspace():
        return " "
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def _stem(word: str) -> str:
    return word[:_STEM]


def _quoted(core: str, match: re.Match[str] | None) -> str:
    return " ".join(core[match.start() : match.end()].split()) if match is not None else ""


_TELLING = 4
_STEM = 5
"""Letters of a word that are compared: `seal` and `seals`, `bouchon` and `bouchons` are one."""

_WORD = re.compile(r"[^\W\d_]+")
_COMMON = re.compile(
    r"(?:about|after|again|also|apology|avaient|avait|avec|because|been|before|being|cette|chez|client|clients|"
    r"comment|comments|customer|customers|dans|elle|elles|etait|every|faut|from|have|having|into|leur|leurs|"
    r"mais|mois|notre|nous|nobody|only|other|over|people|personne|personnes|plus|pour|problem|probleme|problemes|"
    r"problems|quand|reply|situation|some|somebody|sont|that|their|them|there|these|they|this|tous|tout|toute|"
    r"toutes|under|very|votre|vous|were|what|when|where|which|while|with|without|would|your)"
)
"""Words that name no harm, without accents."""

_REGRET = re.compile(
    r"\b(?:(?:i|we)(?: \w+){0,2} (?:apologi[sz]e|regret)|(?:are|am|we're|i'm)(?: \w+){0,2} sorry"
    r"|our (?:\w+ )?apolog(?:y|ies)|(?:nous|je)(?: \w+){0,3} (?:excuses?|excusons|regrett(?:ons|e)"
    r"|desolee?s?|navree?s?)"
    r"|(?:nos|mes|toutes? (?:nos|mes)) (?:\w+ )?excuses|pardon)\b"
)
_HARM = re.compile(
    r"\b(?:injur\w+|ill(?:ness)?|sick\w*|hurt\w*|burn\w*|cuts?|pain\w*|broken|broke|leak\w*|contaminat\w+|mould\w*|mold\w*"
    r"|defect\w*|faulty|unsafe|danger\w*|late|delay\w*|lost|stolen|wrong(?:ly)?|overcharged|insult\w*|rude\w*|humiliat\w+"
    r"|frighten\w*|blesse\w*|malade\w*|brul\w+|coup(?:e|ures?)|douleur\w*|casse\w*|fuit\w*|moisi\w*|defaut\w*|defectueu\w+"
    r"|dangereu\w*|retard\w*|perdu\w*|vole\w*|a tort|insulte\w*|impoli\w*|humili\w+|inquiet\w*|peur)\b"
)
_VAGUE = re.compile(
    r"\b(?:(?:any|the|this) inconvenience|(?:any|the) issues?|what happened|the situation|the incident"
    r"|(?:ce|ces|ce petit|tout|d'eventuels?|la gene|les? desagrements?)(?: \w+)? ?(?:desagrements?|gene|occasionnee?)"
    r"|ce qui s'est passe|la situation|l'incident)\b"
)
_CONDITION = re.compile(
    r"\b(?:if (?:anyone|anybody|someone|somebody|you|we|any of you|people|this|that|our)\b[^.!?;]{0,60}"
    r"|(?:to|for) (?:anyone|anybody|those|people) who (?:may|might|could)\b[^.!?;]{0,40}"
    r"|(?:may|might) have (?:\w+ )?(?:offended|upset|hurt|caused|felt|been)\b"
    r"|any (?:\w+ )?(?:inconvenience|offence|offense|harm|hurt|distress)\b"
    r"|si (?:certain(?:e)?s|quelqu'un|quelques-uns|des personnes|des clients|vous avez|vous vous|nous avons|nos|cela"
    r"|l'une?)\b[^.!?;]{0,60}"
    r"|s'il (?:y a eu|est arrive|se trouve)\b[^.!?;]{0,40}"
    r"|(?:ont|a|avez|avons|aurait|auraient|auriez) pu (?:\w+ )?(?:blesser|choquer|heurter|offenser|etre|se sentir"
    r"|vous sentir|causer|froisser)\b"
    r"|(?:d')?eventuel(?:le)?s? (?:desagrements?|genes?|torts?)\b)"
)
_SPEAKER = re.compile(
    r"\{account_name\}|\b(?:i|we|our|us|my|i'm|we're|we've|we'll|je|j'ai|nous|notre|nos|mon|ma|mes)\b"
)
_DEEDS_EN = (
    r"replac\w+|refund\w*|recall\w*|repair\w*|fix\w*|reimburs\w+|pay\w*|compensat\w+|stop\w*|withdr[ae]w\w*|chang\w+"
    r"|check\w*|test\w*|collect\w*|exchang\w+|send\w*|sent|call\w*|writ\w+|publish\w*|clos\w+|hir\w+|train\w*|remov\w+"
    r"|take (?:\w+ ){0,3}back|taking (?:\w+ ){0,3}back"
)
_DEEDS_FR = (
    r"rempla\w+|rembours\w+|rappel\w+|repar\w+|corrig\w+|indemnis\w+|arret\w+|retir\w+|chang\w+|control\w+|verifi\w+|test\w+"
    r"|repren\w+|echang\w+|envo\w+|appel\w+|ecri\w+|publi\w+|ferm\w+|form\w+|pren\w+ en charge"
)
_REPAIR = re.compile(
    rf"\b(?:(?:we|i)(?:'ll|'ve|'re)?(?: \w+){{0,4}} (?:{_DEEDS_EN})|(?:is|are|will be|has been|have been)(?: \w+)? "
    rf"(?:replaced|refunded|recalled|repaired|fixed|reimbursed|paid|compensated|stopped|withdrawn|changed|checked|tested"
    rf"|collected|exchanged|closed|removed)|(?:nous|je|j')(?: ?\w+){{0,4}} ?(?:{_DEEDS_FR})"
    rf"|(?:est|sont|sera|seront|a ete|ont ete)(?: \w+)? (?:remplace|rembourse|rappele|repare|corrige|indemnise|arrete"
    rf"|retire|change|controle|verifie|teste|repris|echange|ferme)e?s?)\b"
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|janvier|fevrier|mars|avril"
    "|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_DATE = re.compile(
    rf"\b(?:{_DAYS}|\d{{1,2}}(?:st|nd|rd|th|er)? (?:of )?(?:{_MONTHS})|(?:{_MONTHS}) \d{{1,2}}|\d{{4}}-\d{{2}}-\d{{2}}"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2} ?(?:h|:)\d{2}|\d{1,2} ?h\b|\d{1,2} ?(?:am|pm)|today|tomorrow|tonight"
    r"|(?:by|before) noon|aujourd'hui|demain|ce soir|avant midi"
    r"|(?:within|in|sous|dans les|d'ici|d'ici a) (?:\w+ )?(?:\d+|a|one|two|three|une?|deux|trois|quelques) "
    r"(?:hours?|days?|weeks?|heures?|jours?|semaines?))"
)
