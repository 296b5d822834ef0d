"""Words that tell where, how large and how things stand to each other, and marks that tell the parts of a sentence apart."""

from ...tools.lexicon import BETWEEN

SIZES = {
    **dict.fromkeys("big large huge giant gigantic enormous massive tall immense colossal humongous ginormous mammoth gargantuan whopping hulking bulky".split(), "big"),
    **dict.fromkeys("small tiny little mini minuscule teeny wee miniature petite teensy weeny dinky diminutive puny itty bitty itsy bitsy ickle".split(), "small"),
}
CHANGES = {
    **dict.fromkeys("bigger larger taller huger biggest largest".split(), "bigger"),
    **dict.fromkeys("smaller tinier littler smallest".split(), "smaller"),
}
EXTREME = {
    **dict.fromkeys(("oversized", "outsized", "overlarge", "overgrown"), "big"),
    **dict.fromkeys(("undersized", "undersize", "minute", "stunted", "shrunken"), "small"),
}
"""Words for too large and too small."""
SIDE_WORDS = {
    **dict.fromkeys("left leftwards leftward lefthand leftmost".split(), "left"),
    **dict.fromkeys("right rightwards rightward righthand rightmost".split(), "right"),
    **dict.fromkeys("top up upwards upward upper higher uppermost".split(), "top"),
    **dict.fromkeys("bottom down downwards downward lower lowermost".split(), "bottom"),
    **dict.fromkeys("middle centre".split(), "middle"),
}
ENDS = frozenset("left right top bottom middle centre lefthand righthand upper lower".split())
PARTS = frozenset("hand side edge half part corner third end area region border section".split())
DEFINITE = frozenset("the this that these those my your his her its our their".split())
INDEFINITE = frozenset("a an any some".split())
NICE = frozenset(
    "nice pretty beautiful lovely cute sweet fine great good real new normal ordinary simple single lone solitary old young lonely cosy little "
    "additional certain happy coloured proper whole current existing present typical fancy friendly fresh".split()
)
WHOLE = frozenset("picture image scene photo photograph canvas painting drawing composition arrangement layout illustration version copy".split())
BACKDROP = frozenset("background backdrop scenery surroundings setting landscape environment scenario sky backgrounds backdrops".split())
PRONOUNS = {"it": False, "them": True, "they": True, "him": False, "her": False, "he": False, "she": False, "itself": False}
POINTING = frozenset({"this", "that", "these", "those"})
HEADS = frozenset("one ones thing things object objects item items fellow guy".split())

# Phrases of several words, longest first where they begin alike.
PHRASES: dict[str, tuple[str, str]] = {
    **{words: ("mark", "instead of") for words in ("instead of", "rather than", "in place of", "in the place of", "in lieu of", "and not", "in the stead of", "as opposed to",
                                                    "in exchange for", "in favour of", "take the place of", "takes the place of", "taking the place of")},
    **{words: ("mark", "at") for words in ("region of interest", "area of interest", "my pencil went", "my brush went", "my pen went", "my pencil", "my brush", "my pen", "my marker",
                                            "my finger", "my cursor", "drew the circle", "drew a circle", "drew the box", "drew a box", "drew the square", "drew a square", "drew the line",
                                            "drew a line", "'s place", "'s stead", "would do it", "would do the trick", "would do nicely", "would fit the bill", "come up with", "came up with", "takes place", "take place", "taking place", "next level", "next page", "next stage", "except that", "with the exception that",
                                            "takes over", "take over", "cast off", "problems left", "issues left", "errors left", "mistakes left", "anything left", "faults left", "flaws left", "put right what",
                                            "put right whatever", "put right everything", "set right what", "set right whatever", "without delay", "changed her mind", "changed his mind",
                                            "changed our mind", "changed our minds", "changed their minds", "changed their mind")},
    **{words: ("mark", "as well") for words in ("as well", "in addition", "on top of that", "on top of it all", "as an addition", "to go with")},
    **{words: ("mark", "again") for words in ("once more", "once again", "over again", "one more time", "all over again")},
    **{words: ("mark", "same") for words in ("as before", "like before", "as it is", "like this one", "as last time", "like last time", "this exact", "version with", "version at", "version in", "version where", "version on", "variant with", "variant at", "variant in",
                                              "variant where", "keep the wish", "same wish", "same brief", "same spec", "same prompt", "same order", "same request", "keep the idea", "keep the scene", "keep the picture", "keep it all",
                                              "like this ,", "as is ,", "like that ,", "keep the composition", "as now", "this scene but", "this picture but", "this image but", "this but", "that but", "this one but", "this , but", "this again", "this wish again",
                                              "this scene again", "this picture again", "as above", "this scene , but", "this picture , but", "do it over", "do this over", "do that over", "paint it over",
                                              "that exact", "exact same", "just like this", "as this one", "copy of this", "version of this", "of this very", "of this very page", "of this page", "of the very same",
                                              "version of it", "version of the picture", "version of this picture", "variant of this", "take on this",
                                              "keep everything", "leave everything", "everything else", "all else", "the rest")},
    **{words: ("mark", "in place") for words in ("take its place", "takes its place", "take their place", "take his place", "take her place", "in its place", "in their place", "in its stead", "in that place", "in that spot", "in his place",
                                                  "where it was", "where it is", "where it stood", "where they were")},
    **{words: ("mark", "inside") for words in ("into it", "in it", "to it", "into this", "in this", "into that", "in there", "into the mix",
                                                "onto it", "on it", "to this", "into them", "to them", "in the mix", "over there", "to that")},
    **{words: ("mark", "places") for words in ("the other way round", "the other way around", "other way round", "other way around", "vice versa",
                                                "each other's", "one another 's", "one another", "each other 's", "exchange place", "change place", "swap place", "trade place", "with each other", "with one another", "each other")},
    **{words: ("mark", "no longer") for words in ("no longer", "not any more", "not any longer", "nothing but", "no need for", "do without", "free of",
                                                   "any more", "nobody ordered", "nobody asked for", "nobody wants", "nobody wanted", "nobody needs", "who ordered", "who asked for", "who needs", "sick of", "tired of", "not required", "not wanted", "no use for", "never asked for", "never ask for", "never wanted", "not ask for", "not asked for", "not order",
                                                   "never ordered", "never requested", "not needed", "too many", "enough of")},
    **{words: ("mark", "at") for words in ("behind them", "behind of them", "behind of it", "behind it", "behind everything", "behind that", "behind all of it", "around them", "around it",
                                            "all around", "behind both", "at the back", "in the back")},
    **{words: ("mark", "inside") for words in ("in the background", "into the background")},
    **{words: ("mark", "turned") for words in ("turned down", "turn down", "threw away", "thrown away", "threw out", "thrown out", "rolled back", "held back", "not accepted", "not take", "not keep", "not accept", "was dropped", "not pass", "not pass the check", "not make it",
                                                "threw it away", "threw that away", "threw one away", "tossed one away", "threw one out")},
    **{words: ("mark", "new") for words in ("clean sheet", "blank page", "new page", "fresh page", "new visual", "new game", "clean slate", "blank slate", "fresh start", "start over", "start afresh", "start again", "from scratch",
                                             "new picture", "new image", "new painting", "new scene", "something new", "something else", "something different",
                                             "blank canvas", "new canvas", "next picture", "different picture", "another picture", "fresh picture",
                                             "new one", "forget all that", "forget the rest", "brand new", "completely different", "totally different",
                                             "other picture", "new topic", "start fresh", "clean page", "empty page", "empty canvas", "unrelated to this", "unrelated to this one", "unrelated to that", "different image", "other image", "another image", "separate picture", "separate image", "separate painting", "standalone picture", "separate scene", "different scene", "different painting", "fresh image", "different topic", "new subject", "something unrelated", "from zero", "fresh canvas", "from the beginning", "new drawing", "new project")},
    **{words: ("mark", "fix") for words in ("get it right", "make it right", "put it right", "get this right", "get that right", "do it right",
                                             "get them right", "put that right", "put things right", "make things right", "set it right",
                                             "put this right", "as promised", "as agreed", "as i ordered", "as ordered", "like i ordered", "the way i ordered", "the way i asked", "how i ordered", "how i asked", "as i requested", "as requested", "as i asked", "as i said", "like i asked", "as i wanted", "set things right", "make that right", "get everything right", "put them right")},
    **{words: ("mark", "at") for words in ("all right", "right away", "right now", "right here", "right there", "right where", "changed my mind", "change my mind", "keep changing my mind", "changing my mind", "on second thought", "by the way", "to be honest", "if possible", "made it worse",
                                            "makes it worse", "looks worse", "for a change", "a little bit", "a wee bit", "a touch", "a tad", "a notch", "a smidgen", "a whole lot", "plenty of space on", "as an example", "for the fun of it", "for the romance", "for example", "for instance", "for my taste", "say", "of course", "on earth", "down there", "up there",
                                            "up to you", "at home", "more at home", "what's up", "exactly right", "just right", "quite right", "make out", "is right", "right in", "right on", "right inside", "left over", "is left", "are left")},
    **{words: ("ground", "sunset") for words in ("setting sun", "sun going down", "sun goes down", "sun is going down", "sun sets", "sun is setting", "sun setting", "golden hour",
                                                  "sun went down", "sinking sun")},
    **{words: ("ground", "sea") for words in ("high seas", "high sea", "open sea", "open ocean", "open water", "deep blue sea", "seven seas")},
    **{words: ("ground", "night") for words in ("stars of night", "starry night", "starry sky", "under the stars", "dead of night", "in the dark", "after dark", "moonlit night", "stars at night")},
    **{words: ("ground", "desert") for words in ("in the dessert", "into the dessert", "to the dessert")},
    **{words: ("whole", "everything") for words in ("whole affair", "whole lot", "whole shebang", "lot of it")},
    **{words: ("verb", "remove") for words in ("goodbye to", "bye to", "goodbye", "bye", "kiss goodbye to", "enough with", "to the bin with", "be done with", "be rid of", "done with", "could do without", "can do without", "happy without", "better off without", "not care for", "do without", "have no need of", "have no use for", "had enough of", "have had enough of", "fed up with", "overboard with", "bye bye", "say goodbye to", "farewell to", "wave goodbye to", "good riddance to", "to hell with", "get shot of")},
    **{words: ("verb", "want") for words in ("any chance of", "is there any chance of", "any hope of", "can i have", "may i have", "could i have", "can we have", "could we have", "may we have", "in the mood for","should not mind", "would not mind", "could do with", "would not say no to")},
    **{words: ("mark", "only") for words in ("no more and no fewer", "no more and no less", "no more no less", "no more , no less", "no more , no fewer", "no more no fewer",
                                              "not more and not less", "neither more nor less")},
    **{words: ("mark", "missing") for words in ("is lacking", "there is lacking", "there lacks")},
    **{words: ("mark", "same") for words in ("same one", "same vibe", "same motif", "same mood", "same composition", "same setup", "same arrangement", "same image",
                                              "same picture", "same scene", "same subject", "same idea", "same design", "same sujet")},
    **{f"{amount} {thing} of": ("mark", "at") for amount in ("a", "another", "some") for thing in ("lick", "layer", "splash", "dash", "hint")},
    **{f"'s {part}": ("mark", "at") for part in ("fur", "coat", "skin", "hair", "hide", "paintwork", "paint", "paint job", "body", "hue", "tone", "colour", "shade", "feathers", "bodywork")},
    **{words: ("mark", "places") for words in ("taking the other 's place", "taking each other 's place", "take the other 's place", "the other 's place", "the other 's spot")},
    "surplus to requirements": ("mark", "gone"), "at least": ("mark", "at"), "at most": ("mark", "only"), "my day": ("mark", "at"),
    "no more use for": ("mark", "no longer"), "no further use for": ("mark", "no longer"), "no need to remember": ("mark", "no longer"),
    "calls for": ("verb", "want"), "call for": ("verb", "want"), "asks for": ("verb", "want"), "cries out for": ("verb", "want"), "begs for": ("verb", "want"),
    "be no more": ("mark", "gone"), "in triplicate": ("mark", "times 3"), "in duplicate": ("mark", "times 2"), "in quadruplicate": ("mark", "times 4"), "a twin": ("mark", "doubled"), "a clone": ("mark", "doubled"),
    "compared to": ("mark", "than"), "compared with": ("mark", "than"), "in comparison to": ("mark", "than"), "in comparison with": ("mark", "than"),
    "too few": ("mark", "missing"), "make good on": ("mark", "fix"), "more size": ("size", "bigger"), "one size": ("mark", "at"), "a size": ("mark", "at"),
    "no more": ("mark", "no"), "do not want any": ("mark", "no"), "do not need any": ("mark", "no"), "no background": ("ground", "plain"), "no backdrop": ("ground", "plain"), "without background": ("ground", "plain"), "without a background": ("ground", "plain"), "left out": ("verb", "remove"), "there is room for": ("mark", "as well"), "room for": ("mark", "as well"), "what it needs is": ("mark", "as well"), "what i want is": ("mark", "as well"), "what i need is": ("mark", "as well"),
    "what we need is": ("mark", "as well"), "what is needed is": ("mark", "as well"), "space for": ("mark", "as well"),
    "accompanied by": ("mark", "as well"), "joined by": ("mark", "as well"), "along with": ("mark", "as well"), "together with": ("mark", "as well"),
    "nothing in the background": ("ground", "plain"), "nothing behind": ("ground", "plain"), "nothing around": ("ground", "plain"),
    "on top": ("side", "top"), "at the very top": ("side", "top"), "at the very bottom": ("side", "bottom"), "dead centre": ("side", "middle"),
    "half the size": ("size", "smaller"), "half size": ("size", "smaller"), "double size": ("size", "bigger"), "up in size": ("size", "bigger"), "down in size": ("size", "smaller"), "as many as": ("mark", "only"),
    "go for": ("verb", "want"), "go with": ("verb", "want"), "strike that": ("mark", "at"), "half as big": ("size", "smaller"), "half as large": ("size", "smaller"), "less big": ("size", "smaller"),
    "less large": ("size", "smaller"), "not so big": ("size", "smaller"), "not so large": ("size", "smaller"), "not so huge": ("size", "smaller"),
    "not as big": ("size", "smaller"), "not as large": ("size", "smaller"), "less small": ("size", "bigger"), "not so small": ("size", "bigger"),
    "less tiny": ("size", "bigger"), "not so tiny": ("size", "bigger"), "not as small": ("size", "bigger"), "less huge": ("size", "smaller"),
    "not quite so big": ("size", "smaller"), "twice the size": ("size", "bigger"), "twice its size": ("size", "bigger"), "double its size": ("size", "bigger"), "half its size": ("size", "smaller"),
    "double the size": ("size", "bigger"),
    "twice as big": ("size", "bigger"), "twice as large": ("size", "bigger"), "in size": ("size", ""), "of the size": ("size", ""),
    "not big enough": ("size", "bigger"), "not large enough": ("size", "bigger"), "not small enough": ("size", "smaller"),
    "big enough": ("size", ""), "out at": ("mark", "at"), "with it": ("mark", "inside"), "dark outside": ("ground", "night"), "surroundings dark": ("ground", "night"), "background dark": ("ground", "night"), "sky dark": ("ground", "night"), "backdrop dark": ("ground", "night"), "dark out": ("ground", "night"), "pitch dark": ("ground", "night"), "dark at night": ("ground", "night"), "dark like night": ("ground", "night"), "dark like at night": ("ground", "night"), "night sky": ("ground", "night"), "do away with": ("verb", "remove"), "out with": ("verb", "remove"), "off with": ("verb", "remove"), "rid the picture of": ("verb", "remove"), "rid the scene of": ("verb", "remove"), "free the picture of": ("verb", "remove"), "free the scene of": ("verb", "remove"),
    "clean up": ("verb", "remove"), "paint over": ("verb", "colour"), "tidy up": ("verb", "remove"), "could use": ("verb", "want"), "can use": ("verb", "want"), "away with": ("verb", "remove"),
    "out of": ("mark", "from"), "twice as many": ("mark", "doubled"), "double the number of": ("mark", "doubled"), "double the amount of": ("mark", "doubled"),
    "not right": ("mark", "wrong"), "down on": ("mark", "at"), "down at": ("mark", "at"), "down to": ("mark", "to"), "up to": ("mark", "to"), "down in": ("mark", "at"),
    "as big": ("size", "bigger"), "life size": ("size", "bigger"), "like a giant": ("size", "big"), "looks like a giant": ("size", "smaller"), "look like giants": ("size", "smaller"), "a size down": ("size", "smaller"), "down a size": ("size", "smaller"), "a size up": ("size", "bigger"), "up a size": ("size", "bigger"), "a size smaller": ("size", "smaller"), "a size bigger": ("size", "bigger"),
    "takes up too much space": ("size", "smaller"), "takes up way too much space": ("size", "smaller"), "takes up too much room": ("size", "smaller"),
}  # fmt: skip
NEAR = frozenset({"next to", "beside", "near", "close to", "by", "alongside", "closer to", "nearer to", "adjacent to", "beside of", "nearby", "at side of", "at the side of", "by the side of",
                  "in the side of", "near of", "near from", "close of"})
RELATIONS = {
    **{f"{at} {side} {part} {of}".replace("  ", " "): f"{side} of" for at in ("on the", "to the", "at the", "on", "to") for side in ("left", "right")
       for part in ("side", "hand side", "") for of in ("from", "to")},
    **{words: name for words, name in BETWEEN.items() if name},
    **dict.fromkeys(NEAR, ""),
    **dict.fromkeys(("atop", "upon", "on", "onto", "higher than", "on the head of", "onto the head of", "on the back of", "onto the back of", "on the roof of", "onto the roof of", "over the head of", "above the head of", "over the roof of", "above the roof of", "up above", "on the top of", "over the top of", "up over"), "above"),
    **dict.fromkeys(("in front of", "infront of"), "below"),
    **dict.fromkeys(("behind", "above of", "over of"), "above"),
    **dict.fromkeys(("lower than", "below of", "under of", "down below", "at the bottom of", "at the foot of", "under neath", "at the feet of"), "below"),
    **dict.fromkeys(("left from", "to left of", "on left of", "at the left of", "to the left hand side of", "on the left hand side of", "on the left hand of",
                     "at the left side of", "to the left side of", "left side of", "left hand side of", "leftwards of", "further left than"), "left of"),
    **dict.fromkeys(("right from", "to right of", "on right of", "at the right of", "to the right hand side of", "on the right hand side of",
                     "on the right hand of", "at the right side of", "to the right side of", "right side of", "right hand side of",
                     "rightwards of", "further right than"), "right of"),
}  # fmt: skip
OF_IT = {"left": "left of", "right": "right of"}
MARKS = {
    **{w: w for w in "with for into to by from as than instead where not at in off against of".split()},
    **dict.fromkeys(("without", "minus", "except", "excluding", "lacking", "sans"), "without"),
    **dict.fromkeys(("no", "none", "zero"), "no"),
    **dict.fromkeys(("also", "too", "additionally", "besides", "plus", "alongside"), "as well"),
    **dict.fromkeys(("same", "identical", "unchanged", "equal"), "same"),
    **dict.fromkeys(("again", "anew", "afresh"), "again"),
    **dict.fromkeys(("only", "merely", "just", "exactly"), "only"),
    **dict.fromkeys(("places", "positions", "spots", "sides", "locations", "order"), "places"),
    **dict.fromkeys(("must", "needs", "has", "have", "should", "ought", "shall", "may", "can"), "must"),
    **dict.fromkeys(("missing", "absent", "lacks", "lacked", "short", "incomplete"), "missing"),
    **dict.fromkeys(("surplus", "dispensable", "expendable", "unwelcome", "unneeded", "superfluous", "unnecessary", "redundant", "unwanted", "gone"), "gone"),
    **dict.fromkeys(("enough", "suffices", "sufficient", "plenty"), "enough"),
    **dict.fromkeys(("here", "there"), "there"),
    **dict.fromkeys(("rejected", "discarded", "refused", "dismissed", "declined", "failed", "unaccepted", "abandoned"), "turned"),
    **dict.fromkeys(("less", "fewer"), "less"),
    **dict.fromkeys(("wrong", "incorrect", "mistaken", "broken"), "wrong"),
    **dict.fromkeys(("both", "two"), ""),
    "but": "but",
}
STOP_WORDS = frozenset({"and", "but", "then", "while", "whereas", "afterwards", "next"})

KINDS = {
    **dict.fromkeys("edge edges outline outlines contour contours line lines lineart canny silhouette silhouettes outlined".split(), "edge"),
    **dict.fromkeys("depth distance distances relief 3d".split(), "depth"),
    **dict.fromkeys("scribble scribbles scribbled sketch sketches sketched doodle doodles doodled scrawl drawing draft".split(), "scribble"),
    **dict.fromkeys("segmentation segments segment segmented segmentations regions areas".split(), "segmentation"),
}
"""Words for maps -> the kind of map that a picture is painted along."""
REGION = frozenset((
    "here there region area mask masked marked selection selected drawn spot hole bit patch part painted inside highlighted outlined zone "
    "circle oval place section portion indicated gap rectangle box square shaded hatched white brushed scribbled drew circled selecting marking brush pencil pen"
).split())
"""Words for the part of a picture that the user drew a mask over."""


def silent() -> frozenset[str]:
    """Words of phrases that say nothing, and of nothing else: no misspelling is taken for one of them."""
    said, nothing = ({w for phrase, (_, name) in PHRASES.items() if (name == "at") == at for w in phrase.split()} for at in (False, True))
    return frozenset(nothing - said - {w for table in (MARKS, RELATIONS, SIDE_WORDS, SIZES, CHANGES) for phrase in table for w in phrase.split()})


def words() -> frozenset[str]:
    """Every word of the tables."""
    tables = (SIZES, CHANGES, EXTREME, SIDE_WORDS, ENDS, PARTS, DEFINITE, INDEFINITE, NICE, WHOLE, BACKDROP, PRONOUNS, POINTING, HEADS, PHRASES, RELATIONS, MARKS, KINDS, REGION)
    return frozenset(word for table in tables for phrase in table for word in phrase.split())
