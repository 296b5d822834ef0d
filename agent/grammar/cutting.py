"""Cuts a request into the parts that are requests of their own, and tells which of the parts ask for nothing by themselves.

A part begins at a verb of its own, or after a full stop. Some parts only lead to the next one ("the car is in the way, delete it"), say what
stays, or point back; they are passed over, and what they name is what "it" means afterwards.
"""

from collections.abc import Sequence

from ...tools.wording import Wish
from . import courtesy, looking
from .clause import indefinite, phrase_of
from .markers import REGION
from .parts import Part, stripped
from .requests import Add, Ask, Go, Intent, Move, Paint, Pair, Recolour, Replace, Resize, Session
from .sight import Sight, Unreadable
from .spelling import Word
from .tagging import Tagger
from .talk import DOUBT
from .thesaurus import classes, forms
from .tokens import Token

ENDS = frozenset({".", "?"})
LEADING = frozenset(
    "please can could would will you i we then also now just to want like let's us finally next first again kindly and maybe perhaps "
    "afterwards after that".split()
)
NO_START = frozenset(
    {"be", "have", "look", "see", "like", "appear", "stay", "remain", "stand", "sit", "let", "want", "need", "lie", "wish", "love", "prefer", "grow",
     "float", "match", "fit", "mark", "design", "picture", "drive", "fly", "run", "swim", "sail", "walk", "play", "know", "think", "mind", "mean",
     "outline", "lead", "sketch", "bloom", "wear", "hang", "rest", "seat", "park", "plant", "feel"}
)  # fmt: skip
COMMANDS = frozenset("make paint put change turn move remove delete take add place set draw fill shrink enlarge colour recolour swap replace".split())
LATER = frozenset("afterwards then also later finally".split())
SESSION = frozenset("fix repair correct undo redo compare save export name call".split())
PRONOUNS = frozenset("it them him her this that".split())
JOINTS = frozenset({",", "and", "but", "then", "so", ".", "?"})
QUESTIONS = frozenset("what why how which who when where is are was were do does did can could has have".split())
ASKING = frozenset("is are was were do does did can could has have".split())
SHALL = frozenset("must should shall becomes become needs turns ought has".split())
TELLING = frozenset("could can will would might is are was have had has may did do does".split())
POINTING_BACK = frozenset(
    "revert restore reopen reload jump switch bring get go back to that it there show me use take this one please return open load , "
    "again continue with from let us".split()
)
HAD = frozenset("had owned kept rode bred saw met grew".split())
CHANGING = frozenset("change fix arrange manage adjust make happen sort".split())
ADDING = frozenset("add put include paint draw in to on it them him her there one some".split())
RAISING = frozenset("raise increase boost improve up it bump higher double enlarge upscale".split())
DOING = frozenset("do that this it please for me us now quick quickly can could you real really , . ?".split())
SEEKING = frozenset("want need like see know tell show help understand sure idea clue how what".split())
WHICH_ONES = frozenset("what which who ones one are they is it those these ? , . and".split())
TAKING = frozenset("use take keep go with let us that it one this please i want would like to have need prefer , . ?".split())
SHOWING = frozenset(
    "list show tell give print let see bring get put restore have me us it that them both all just please back again to on , . ?".split()
)


class Cutter:
    """Cuts a request, and judges its parts by what they may refer to.

    Args:
        sight: what may be referred to at the point that was reached.
        tagger: cuts words into tokens.
    """

    def __init__(self, sight: Sight, tagger: Tagger) -> None:
        """Keeps what may be referred to; `sight` goes on as the request is read."""
        self.sight = sight
        self.tagger = tagger

    def part(self, words: Sequence[Word]) -> Part:
        """Words with their tokens."""
        return Part(tuple(words), self.tagger.tokens(words))

    def courteous(self, words: tuple[Word, ...]) -> Part:
        """A part without its courtesies, unless it is nothing else."""
        part = self.part(words)
        return part if courtesy.praise(words, part.clause) else self.part(courtesy.uncourteous(words))

    def vague(self, part: Part, late: bool) -> bool:
        """Whether a part that nobody can read names nothing; or, behind a wish, only tells of what that is for: "…, then they could play"."""
        things = [phrase_of(t) for t in part.clause.things]
        if part.clause.of("unknown"):
            return False
        if not things or all(t.kind == "mark" or "be" in t.classes or (t.phrase is not None and t.phrase.pronoun) for t in part.tokens):
            return True  # "it is summer now, …"
        told = part.words[0].said in ("they", "he", "she", "it", "i", "we", "that") and any(w.said in TELLING for w in part.words[1:4])
        mine = all(p.pronoun for p in things) or (part.words[0].said in ("i", "we") and part.clause.said_any("my", "our"))
        return late and told and mine and not part.clause.of("colour", "size", "side", "ground", "relation", "number")

    def _nameless(self, part: Part) -> bool:
        return all(phrase_of(t).pronoun for t in part.clause.things)

    def only_pronouns(self, part: Part) -> bool:
        """Whether a part names nothing but what "it" means."""
        things = part.clause.things
        return bool(things) and all(phrase_of(t).pronoun for t in things) and not part.clause.of("unknown")

    def says_nothing(self, part: Part, intents: Sequence[Intent]) -> bool:
        """Whether a part beside others only points back: "picture 4 was better, go back to that", "no, don't, undo"."""
        said = {w.said for w in part.words}
        if intents and isinstance(intents[-1], Go) and said <= POINTING_BACK:
            return True
        if intents and "do" in said and said <= DOING:
            return True  # "…, can you do that quickly?"
        changed = bool(intents) and isinstance(intents[-1], Add | Move | Recolour | Replace | Resize)
        if changed and said & CHANGING and said <= DOING | CHANGING:
            return True  # "the dog would look better as a cat, can you change that?"
        if intents and isinstance(intents[-1], Add) and said & ADDING and said <= DOING | ADDING:
            return True  # "it lacks a tree, add it"
        if intents and said & {"keep", "leave"} and part.clause.said_any("the rest", "everything else", "all else", "the others"):
            return True  # "lose the dog, leave the rest as it is"
        if intents and isinstance(intents[-1], Session) and intents[-1].verb == "upscale" and said & RAISING and said <= DOING | RAISING:
            return True  # "the resolution is too low, raise it"
        calm = part.clause.said_any("i do not mind that", "i do not care that", "i do not care if", "i do not mind if")
        if calm and not part.clause.marked("turned"):
            return True  # "I do not mind that it failed the check, take the rejected one"
        if part.clause.said_any("i do not know why", "not sure why", "no idea why", "do not ask why", "do not ask me why"):
            return True  # "throw in a lemon, no idea why"
        telling = bool(intents) and isinstance(intents[-1], Session | Pair | Ask) and intents[-1] != Session("undo")
        if telling and said <= SHOWING:
            return True  # "what have you learned? list it"
        pointing = "i" in said and bool(said & REGION) and not part.clause.does("remove", "vanish", "fill", "replace", "put")
        if self.sight.context.masked and (part.words[0].said == "i" or pointing or said & {"mind", "ignore", "forget"}) and self._nameless(part):
            return True  # "I drew a mask, …", "never mind the mask, …"
        if intents and isinstance(intents[-1], Session) and intents[-1].verb == "keep" and said <= TAKING:
            return True  # "the rejected one was better, use that"
        if intents and isinstance(intents[-1], Pair) and said <= {intents[-1].verb, "please", "them", "it", "now"}:
            return True  # "3 vs 5, compare"
        if intents and isinstance(intents[-1], Session) and (said <= WHICH_ONES or (said & {"what", "which", "who"} and said <= WHICH_ONES)):
            return True  # "which concepts do you know? which ones?"
        if (
            intents
            and isinstance(intents[-1], Paint)
            and said & {"paint", "draw", "make", "do"}
            and said <= DOING | {"paint", "draw", "make", "possible", "it"}
        ):
            return True  # "I dreamed of a white cat, can you paint this"
        if (
            part.words[0].said in ("one", "nobody", "people")
            and len(part.words) > 3
            and part.words[1].said in ("does", "do", "never", "can", "could", "would")
        ):
            return True  # "one does not build a house on a beach"
        return said <= {"no", "not", "do", "does", "stop", "wait", ",", "?", "no,", "is", "it", "right", "please"}

    def speaks_of_us(self, part: Part, read: Sequence[Intent]) -> bool:
        """Whether a part before a wish tells of who speaks, and only sounds like words about the session: "we lost the match, …"."""
        verb = read[0].verb if len(read) == 1 and isinstance(read[0], Session) else ""
        if verb == "upscale" and not self.sight.context.picture:
            return True  # "gig poster! …"
        if verb == "upscale" and part.clause.said_any(*(f"print {a}" for a in ("a", "an", "some", "my", "our"))):
            return True  # "I want to print a sticker, …"
        doubtful = verb == "upscale" or (verb in ("ledger", "help", "history", "concepts") and read[0].words == DOUBT)
        return doubtful and part.words[0].said in ("i", "we", "my", "our", "he", "she", "they") and not {w.said for w in part.words} & SEEKING

    def corrects(self, part: Part, after: Part) -> Token | None:
        """What is meant where a part before others only says what is not: "not the dog, the car! …", "no, not the tree, remove the dog"."""
        tokens = [t for t in part.tokens if t.kind != "stop" and t.value != "no"]
        if part.clause.said_any("i meant", "i mean") and len(tokens) == 1 and tokens[0].kind == "thing" and self.seen(tokens[0]):
            return None if any(phrase_of(t).noun for t in after.clause.things) else tokens[0]  # "I meant the dog, make that smaller"
        kinds = [t.value if t.kind == "mark" else t.kind for t in tokens]
        if kinds not in (["not", "thing"], ["not", "thing", "thing"]) or not all(phrase_of(t).definite and phrase_of(t).noun for t in tokens[1:]):
            return None
        if len(tokens) == 2 and not any(phrase_of(t).noun for t in after.clause.things):
            return None  # "not the car please, take it off"
        return tokens[-1]

    def describes(self, part: Part, after: Part) -> bool:
        """Whether a part before others only says how something is ("the dog is hardly visible, enlarge it"): no wish by itself."""
        clause, words = part.clause, part.words
        things = [phrase_of(t) for t in clause.things]
        told = clause.of("unknown") and len(things) == 1 and things[0].definite and self.sight.shows(things[0])
        verbs = all("be" in t.classes or t.value == "see" for t in clause.of("verb"))
        if (
            told
            and verbs
            and clause.of("verb")
            and not clause.said_any("undo", "redo")
            and not clause.of("colour", "ground", "side", "relation")
            and not looking.asking(words)
        ):
            return True
        knowing = words[0].said == "i" and {w.said for w in words[1:2]} & {"know", "realise", "remember"}
        if knowing and any(self.sight.shows(p) for p in things):
            return not looking.asking(words)  # "I know I asked for the car, but …"
        nameless = all(p.pronoun for p in things) and not clause.said_any("better", "nicer", "good", "fine", "best", "prettier", "okay")
        stated = clause.marked("missing", "turned", "wrong") and not looking.asking(words) and nameless and not clause.of("unknown", "colour")
        return (
            bool(stated)
            and words[0].said in ("something", "a", "one", "it", "that", "this", "the", "some")
            and not clause.does("want", "give", "make")
            and not {w.said for w in after.words} <= TAKING  # "the try you turned down, I want that one"
        )

    def exclaims(self, part: Part, after: Part) -> bool:
        """Whether a part only calls out what the next one is about: "horsey! put a horsey in!", "tiny kitties! make them teeny tiny"."""
        tokens = [t for t in part.tokens if t.kind != "stop"]
        called = phrase_of(tokens[0]) if len(tokens) == 1 and tokens[0].kind == "thing" else None
        if called is None or not called.noun or called.article or called.count:
            return False
        named = [phrase_of(t) for t in after.clause.things]
        if any(p.noun == called.noun for p in named):
            return called.definite or after.clause.does("add", "put", "paint", "want")
        return not called.definite and self.sight.shows(called) and bool(named) and all(p.pronoun for p in named)

    def recalls(self, part: Part, after: Part) -> bool:
        """Whether a part before a wish for something named only tells what somebody had: "I had a horse as a lad, so make the dog a horse"."""
        said = [w.said for w in part.words]
        had = next((i for i, w in enumerate(said[1:8], 1) if w in HAD and said[i - 1] in ("i", "we", "he", "she", "they")), None)
        named = any(phrase_of(t).noun for t in after.clause.things)
        return named and had is not None and said[had + 1 : had + 2] != ["in"] and "mind" not in said and not part.clause.does("paint", "add")

    def keeps(self, part: Part) -> bool:
        """Whether a part beside others only says what stays: "keep the dog, remove the car"."""
        clause, things = part.clause, [phrase_of(t) for t in part.clause.things]
        only = ("keep", "leave", "want", "need", "like") if clause.marked("only") else ("keep", "leave")
        keeping = clause.of("verb") and all(t.value in only for t in clause.of("verb")) and clause.only({"thing"})
        return bool(keeping and things) and all(p.definite and p.noun and self.sight.shows(p) for p in things)

    def spares(self, part: Part, after: Part) -> bool:
        """Whether a part only says what may stay when the next one removes something: "only the blue dog should stay, remove the red one"."""
        staying = part.clause.marked("only") and part.clause.said_any("stay", "stays", "remain", "remains")
        return staying and after.clause.does("remove", "vanish")

    def leads_to(self, part: Part, after: Part) -> bool:
        """Whether a part only names what the next one calls "it": "the car is in the way, delete it"."""
        things = [phrase_of(t) for t in part.clause.things]
        named = len(things) == 1 and things[0].definite and bool(things[0].noun or things[0].colour) and self.sight.shows(things[0])
        idle = all("be" in t.classes or not t.classes or t.value in ("see", "have", "need", "want") for t in part.clause.of("verb"))
        pointing = any(phrase_of(t).pronoun for t in after.clause.things) or after.clause.said_any("its", "their", "his", "her")
        return named and idle and pointing

    def seen(self, token: Token) -> tuple[Wish, ...]:
        """What a token means in the picture; nothing where it means nothing, or too much."""
        try:
            return self.sight.present(phrase_of(token))
        except Unreadable:
            return ()

    def imperatives(self, words: Sequence[Word]) -> list[Part]:
        """The parts of a request that begin with a verb of their own, or after a full stop."""
        cuts = [0]
        for at, word in enumerate(words):
            if at > cuts[-1] + 2 and self._runs_on(words, at, cuts[-1]):
                cuts.append(at)
                continue
            ends = word.said in ENDS or word.said == "then"
            joins = word.said in (",", "and", "but", "then", "so") and not (at and words[at - 1].said in ENDS)
            if ends and any(w.said not in (",", ".", "?") for w in words[at + 1 :]):
                cuts.append(at + 1)
            elif (
                joins
                and not self._leads(words[cuts[-1] : at])
                and (self._starts(words, at + 1) or self._starts_anew(words, cuts[-1], at + 1))
                and not (word.said == "so" and not self._tells(words[cuts[-1] : at]))
                and not (
                    (word.said == "but" or (at and words[at - 1].said == "but")) and not self.keeps(self.courteous(stripped(words[cuts[-1] : at])))
                )
            ):
                cuts.append(at + 2 if word.said == "," and words[at + 1].said == "and" else at + 1)
        cuts.append(len(words))
        parts = [stripped(words[a:b]) for a, b in zip(cuts, cuts[1:], strict=False)]
        return [self.courteous(p) for p in parts if p]

    def _leads(self, words: Sequence[Word]) -> bool:
        """Whether words only say where: "under the dog, place a bowl"."""
        tokens = self.tagger.tokens(words)
        if self.sight.context.masked and any(w.said in REGION for w in words) and all(t.kind in ("mark", "verb", "whole") for t in tokens):
            return not any({"remove", "vanish"} & t.classes for t in tokens)  # "in the region I selected, paint a boat"
        if tokens and all(t.kind in ("mark", "whole") or (t.phrase is not None and t.phrase.pronoun) for t in tokens):
            return any(t.value == "same" for t in tokens)  # "the same, set at night"
        if tokens and tokens[0].value == "instead of" and all(t.kind == "thing" for t in tokens[1:]):
            return True  # "rather than the house, show a castle"
        named = bool(words) and words[0].said in ("name", "call", "label", "title", "tag")
        if (
            not named
            and sum(t.kind == "thing" for t in tokens) > 1
            and all(t.kind == "stop" or (t.phrase is not None and not indefinite(t.phrase) and self.seen(t)) for t in tokens)
        ):
            return True  # "the dog and the car, swap places"
        return bool(tokens) and tokens[0].kind in ("side", "relation") and all(t.kind in ("side", "relation", "thing") for t in tokens)

    def _runs_on(self, words: Sequence[Word], at: int, first: int) -> bool:
        """Whether a command begins without a mark before it: "the dog is too small make it huge"."""
        after = words[at + 1].said if at + 1 < len(words) else ""
        if (
            words[at].said not in COMMANDS
            or after not in PRONOUNS
            or words[at - 1].said in (*JOINTS, "to", "please", "can", "you", "not", "i", "just")
        ):
            return False
        tokens = self.tagger.tokens(words[first:at])
        told = any(w.said in ("is", "are", "looks", "seems", "see") for w in words[first:at])
        return told and bool(tokens) and tokens[-1].kind in ("size", "colour", "unknown", "thing") and tokens[-1].end == at - first

    def _starts_anew(self, words: Sequence[Word], first: int, at: int) -> bool:
        """Whether a wish of another form begins: a question of its own, "I want …", "let the car …", "the car must …", "there put …"."""
        while at < len(words) and words[at].said in LATER:
            at += 1
        said = [w.said for w in words[at : at + 8]]
        if len(said) < 3:
            return False
        before = self.tagger.tokens(words[first : at - 1])
        if said[0] in ("how", "why") and said[1] in ASKING and words[first].said in QUESTIONS:
            return True
        if (said[0] == "there" and said[1] in COMMANDS) or (said[0] in ("have", "give", "take") and "another" in said[1:4]):
            return True
        asked = said[1:3] == ["there", "be"] or (said[1] in ("it", "he", "she", "they") and said[2] != "be")
        if said[0] in ("could", "can", "would", "may") and asked:
            return bool(before)  # "I only see one car, could there be four of them"
        if said[0] in ("i", "we") and (said[1] in ("want", "need") or said[1:3] in (["would", "like"], ["would", "love"])):
            if words[first].said in SESSION or self._leaves(words[first : at - 1]):
                return True  # "fix the cats, and afterwards I would like …", "the house can go, and I would love …"
            taught = words[first].said in ("i", "we", "my", "our") and not any(t.kind in ("thing", "colour") for t in before)
            return taught or (bool(before) and not any(t.kind in ("thing", "colour", "ground", "side", "unknown") for t in before))
        if self.sight.context.given and said[0] in ("this", "these", "here") and said[1] in ("is", "are") and before and before[0].value == "forget":
            return True  # "forget bo, this is Luna"
        if said[0] == "let" and said[1] not in ("us", "me", "it", "there", "them"):
            return bool(before)
        return self._becomes(words, at) and self._settled(words[first : at - 1])

    def _becomes(self, words: Sequence[Word], at: int) -> bool:
        """Whether something shown, or the background, is the subject of a wish: "the car must become a boat", "background should be night"."""
        tokens = self.tagger.tokens(words[at : at + 8])
        subject = next((t for t in tokens if t.kind not in ("stop", "mark") or t.value == "must"), None)
        if subject is None or not (
            subject.value == "background"
            or (subject.kind == "ground" and words[at].said == "the")
            or (subject.kind == "thing" and phrase_of(subject).noun and self.seen(subject))
        ):
            return False
        after = words[at + subject.end].said if at + subject.end < len(words) else ""
        leaves = after in ("can", "may", "could") and any(
            w.said in ("go", "leave", "vanish", "disappear") for w in words[at + subject.end : at + subject.end + 2]
        )
        return (after in SHALL or leaves or after in ("goes", "moves", "belongs")) and (subject.kind != "thing" or not indefinite(phrase_of(subject)))

    def _leaves(self, words: Sequence[Word]) -> bool:
        """Whether something shown goes: "the house can go"."""
        said = [w.said for w in words if w.said not in (",", "and", "please", "away")]
        going = said[-1:] and said[-1] in ("go", "leave", "vanish", "disappear")
        return bool(going) and bool((SHALL | {"can", "could", "may"}) & set(said)) and self._tells(words)

    def _settled(self, words: Sequence[Word]) -> bool:
        """Whether words are a wish already: something shall be so, or is commanded."""
        tokens = self.tagger.tokens(words)
        shall = any(w.said in SHALL for w in words)
        busy_or_kept = any(w.said in ("keep", "only") for w in words)
        marked = self.sight.context.masked and any(w.said in REGION for w in words)
        busy = any(t.kind == "verb" and t.classes & {"remove", "replace", "add", "put", "move", "colour", "grow", "shrink", "swap"} for t in tokens)
        if len(tokens) > 1 and tokens[0].value in ("not", "no", "without") and all(t.kind == "thing" or t.value == "no longer" for t in tokens[1:]):
            return True  # "not the house, the balloon should go", "no tree, and the snow should be a forest"
        named = any(t.kind in ("thing", "whole") for t in tokens)
        return marked or ((shall or busy or busy_or_kept) and named) or (shall and any(t.kind == "ground" for t in tokens))

    def _tells(self, words: Sequence[Word]) -> bool:
        """Whether something that is shown is named: "the red dog deserves a friend, so …"."""
        return any(t.phrase is not None and t.phrase.noun and not indefinite(t.phrase) and self.seen(t) for t in self.tagger.tokens(words))

    def _starts(self, words: Sequence[Word], at: int) -> bool:
        """Whether a request of its own begins at a word."""
        while at < len(words) and (words[at].said in LEADING or words[at].said == ","):
            at += 1
        if at >= len(words):
            return False
        word, after = words[at].said, words[at + 1].said if at + 1 < len(words) else ""
        base = forms().get(word)
        if base == "let" and after == "there":
            return True
        if base is None or base in NO_START or word.endswith("ed") or (word.endswith("ing") and word != "bring"):
            return False
        if word == "back" or after in ("of", "'s") or (word in ("left", "edges", "changes") and after != "it"):
            return False
        return bool(classes().get(base)) or word == base
