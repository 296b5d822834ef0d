"""Reads questions about the picture, and wishes to see the outline of a thing."""

import re
from collections.abc import Sequence

from .clause import Clause, indefinite, phrase_of
from .patterns import found
from .requests import Ask, Intent, NotUnderstood, Segment
from .sight import Sight
from .spelling import Word, plain

FRAME = re.compile(
    r"^ (?:(?:hey|hi|hello|ok|okay|well|so|and|now|please|then|but|oh|um|just|excuse me|sorry|wait|hmm|also) )*"
    r"(?:(?:can|could|would|will) (?:you|anyone|anybody|someone|somebody) (?:please |maybe |also |just )*"
    r"(?=(?:tell|describe|say|count|look|explain|list|check)))?"
    r"(?:i (?:want|would like|need|wish) to know |i can not (?:really |quite )?(?:tell|see|make out)(?: on my \w+| from here| here)? "
    r"|i wonder |i am (?:curious|wondering) |do you know |may i ask |let me know |(?:can|could) i ask )?"
    r"(?:(?:he|she|they|(?:my|our|the) \w+) (?:asks?|wants? to know|wonders?|is asking|are asking) )?(?:if |whether |about )?"
)
ASKING = re.compile(
    r"(?:what|what's|whats|which|who|whose|where|how (?:far|many|much|big|large|small|tall|is|are|does|do)|how would you describe|"
    r"is|are|was|were|does|did|has|am i|do (?:you|they|i|we)|"
    r"do (?:the|these|those|both|all|any)(?=.*(?:\?| have | look | wear | stand | sit | face ))|have (?:you|they|i|we)|"
    r"tell (?:me |us )?(?:what|which|who|where|how|whether|if|about|the)|say (?:what|where|which|how)|check (?:if|whether|for)|"
    r"describe|(?:a |the |give (?:me )?a )?description|look|spot|show me where|see any|any|anything|anyone|anybody|something on|"
    r"(?:can |could |do )?you (?:see|find|spot|detect|recognise) (?:a|an|any|the|two|three|anything|something)|"
    r"count (?:the|all|how)|name (?:what|everything|all|the (?:things|objects|colours))|list (?:the|everything|what|all)|"
    r"(?:the )?\w+ (?:is|are) how many|(?:how many|count) |"
    r"(?:determine|state|establish|identify|enumerate|report|estimate|tell me|give me) the "
    r"(?:number|count|colour|position|location|size)s? of(?: the| all)?|"
    r"there (?:is|are) .*right \?) "
)
WISHING = re.compile(
    r"(?:what|how) (?:about|if)|how come|what (?:i|we) (?:want|need|would|miss|have in mind|am after|are after|am looking for|picture|"
    r"imagine|wish|fancy|crave|envision)|which should|"
    r"what would (?:a|an|two|three|four) .* look like|any (?:chance|way|possibility|hope)|what this needs|what it needs|"
    r"what is (?:missing|lacking|needed)(?: here| there| in it| still)? is|what would you say|what an? |"
    r"is it (?:possible|ok|okay|fine|alright) (?:to|if|that)|is there (?:a|any) (?:way|chance)|is there (?:still )?(?:room|space)|"
    r"are you able(?! to see)|do (?:it|that|this|me|not)|do you mind|do you think you|do you think .*(?:better|nicer|should|could)|"
    r"how is about|would|have (?:the|all|it|them|everything|this|that|a|an)|look better|is there any possibility"
)
WONDERING = re.compile(
    r" (?:wonder|know|tell me|tell us|say|check|curious|confirmation|confirm|verify|determine|establish|find out|clarify)"
    r"(?: to me| for me| as to)? (?:if|whether) "
)
CHOICE = re.compile(
    r" (?:left or right|right or left|above or below|below or above|bigger or smaller|smaller or bigger|top or bottom|bottom or top) "
    r"|^ ?(?:the )?(?:\S+ ){1,3}or (?:\S+ ){1,4}(?:\?|(?:what|which) (?:is|was|are) (?:it|this|that))"
    r"|^ ?(?:the )?(?:(?!that |this |it |which |there |here )\S+ ){1,2}(?:is|are) (?:what|which|where|how)"
    r"(?: (?:colour|size|big|large|many|tall))? "
)
"""Questions by choice: "left or right of the dog?", "beach or desert, what is this?"."""
BOTHERED = re.compile(r" what (?:\S+ ){1,5}(?:annoys|bothers|disturbs|irritates|offends|worries|upsets) ")
"""What stands where somebody complains is no question: "what is there annoys me"."""
ABOUT = frozenset(
    "see picture image there shown background it this scene painted colour here visible show shows describe left right happening going things look "
    "looks everything anything contain contains depicted objects animals that somebody anybody anyone someone something".split()
)
OUTLINES = (
    "(edge|edges|line around|lines around) …",
    "separate … (background|rest)",
    "(mask|cutout|silhouette|segmentation|segment|outline|contour|contours|stencil|matte|cut out|boundary|boundaries|border|pixel|pixels|"
    "selection|bounding)",
    "where exactly",
    "exactly where",
    "(exact|precise) (shape|position|area|outline|place|location|extent)",
)


def asking(words: Sequence[Word]) -> bool:
    """Whether words ask something about the picture, rather than for something."""
    return bool(_asked(words))


def _asked(words: Sequence[Word]) -> str:
    """A question without its polite frame; empty where it is none."""
    said = " " + " ".join(w.said for w in words if w.said not in (",", ".")) + " "
    rest = FRAME.sub("", said.replace(" ? ", " ") + ("?" if " ? " in said else ""), count=1)
    if BOTHERED.search(said):
        return ""
    if WONDERING.search(said):
        return rest or said
    if CHOICE.search(rest) and not any(w.said in ("should", "make", "please", "want", "or") and w.said != "or" for w in words):
        return rest
    return "" if WISHING.match(rest) or not ASKING.match(rest) else rest


def question(words: Sequence[Word], clause: Clause, text: str) -> list[Intent] | None:
    """A question about the current picture."""
    rest = _asked(words)
    new = any(phrase_of(t).noun and indefinite(phrase_of(t)) for t in clause.things)
    if not rest or (new and rest.startswith("where ") and not rest.endswith("?")):
        return None  # "where the dog sat, a turtle rests now"
    said = " ".join(w.said for w in words)
    whole = re.search(r"\bdescription\b|^(?:describe|look) ", rest) and not clause.about_things
    if whole and {t.value for t in clause.of("unknown")} <= {"description"}:
        return [Ask("")]
    strange = tuple(t.value for t in clause.of("unknown"))
    if clause.about_things or ABOUT & set(said.split()):
        return [Ask(text.strip())]
    return [NotUnderstood(unknown=strange)] if strange else [Ask(text.strip())]


def outlined(words: Sequence[Word]) -> bool:
    """Whether an outline is named."""
    return bool(found(OUTLINES, plain(words)))


def segments(words: Sequence[Word], clause: Clause, sight: Sight) -> list[Intent] | None:
    """The outline of a thing."""
    said = plain(words)
    clear = clause.does("segment") or found(OUTLINES, said)
    if words[0].said in ("which", "how", "is", "are") and re.search(r" or ", f" {said} ") and not found(OUTLINES[2:], said):
        return None  # "which is closer to the edge, the dog or the car?"
    if clear and not clause.things and len(sight.last) == 1 and sight.fresh and clause.said_any("its", "his", "her"):
        return [Segment(sight.last[0])]  # "I need the house, give me its outline"
    if not clear or not sight.context.picture or not clause.things or clause.of("colour", "size", "side", "ground"):
        return None
    if clause.does("remove", "add", "replace", "move", "put") and not found(OUTLINES[:3], said):
        return None
    named = [phrase_of(t) for t in clause.things if phrase_of(t).noun] or [phrase_of(t) for t in clause.things]
    return [Segment(wish) for phrase in named for wish in sight.present(phrase)]
