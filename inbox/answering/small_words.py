"""Words that say little by themselves in the languages that are written most: they make no two comments different."""

from __future__ import annotations

_ENGLISH = (
    "a about after all am an and any are as at be been but by can could did do does doing for from get got had has have"
    " he her him his how i if in into is it its just ll me my no not of on one or our out please re s she so some t"
    " than that the their them there they this to too up us ve very was we were what when where which who why will with"
    " would you your hello hi hey dear thanks thank guys really also ever even still"
)
_FRENCH = (
    "a ai as au aux avec avez avoir c ca ce ces cette comme d dans de depuis des donc du elle en est et etait etes eu"
    " fait il ils j je jamais l la le les leur leurs lui m ma mais me meme mes moi mon n ne ni nos notre nous on ont ou"
    " par pas plus pour qu quand que quel quelle qui quoi s sa sans se ses si son sont suis sur t ta te tes toi ton"
    " tous tout tres tu un une va vos votre vous y bonjour bonsoir salut merci svp stp"
)
SMALL_WORDS = frozenset((_ENGLISH + " " + _FRENCH).split())
"""Folded as `known_texts.plain` folds."""
