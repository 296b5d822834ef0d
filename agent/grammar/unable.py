"""Says plainly what nobody here can do to a picture: mirror or crop it, blur it, write in it, play with its light.

Such words must neither count as unknown things ("I do not know flip. I can paint dog, …") nor pass for what can be done: cropping is no
outline, and a blurred background no enlargement. Each answer names what comes nearest.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...engine.world.vocabulary import COLOURS
from .requests import Intent, Move, NotUnderstood, Session, Swap
from .sight import Sight
from .spelling import Word

FRAME = (
    r"^(?:(?:please|can|could|would|will|you|now|and|then|also|just|i|we|want|like|need|to|let|us|me|go|try|maybe|ok|okay|so|is it possible) )*"
)
PICTURE = r"(?:it|this|that|(?:the |this |my |our |whole )*(?:picture|image|photo|painting|scene|version|canvas|one|whole thing|everything))"
WHOLE = rf"(?:{PICTURE}|(?:the )?background)"
TAIL = r"(?: (?:a|the|bit|little|lot|much|more|some|slightly|please|too|way|round|around|over|horizontally|vertically|sideways|degrees|\d+|left|right|to|by|in|out|upside|down|clockwise|here|again|now|for|me|us))*$"
HUES = "|".join(COLOURS)
THING = r"(?:the|my|our|this|that) (?!colours?\b)\S+(?: \S+)?"
LIGHT = r"(?:brighter|darker|lighter|dimmer|brightness|contrast|saturation|saturated|exposure|vivid|vibrant|colourful|sepia|grayscale|greyscale|monochrome|hue|gamma|moodier|warmer|cooler)"

TABLE: tuple[tuple[str, str], ...] = (
    (
        rf"{FRAME}(?:mirror|rotate|tilt|spin|flip|invert) (?:{WHOLE}|{THING}){TAIL}|{FRAME}(?:turn|put) (?:{PICTURE}|{THING}) (?:upside down|sideways|on its head|round|around){TAIL}",
        'I cannot turn or mirror anything. Things can change places: "swap the dog and the cat", "move the car to the left".',
    ),
    (
        rf"{FRAME}(?:crop|trim) {PICTURE}{TAIL}|{FRAME}zoom(?: (?:in|out))?(?: (?:on|to|into|at) (?:{WHOLE}|{THING}))?{TAIL}"
        rf"|{FRAME}(?:add|put|draw|give|make) (?:(?:{PICTURE}|a|an|with|round|around|in|the|nice|thick|thin|{HUES}) )*(?:frame|border|vignette)(?: (?:a?round|to|on) {PICTURE})?{TAIL}",
        'I cannot crop, zoom or frame. "make the dog bigger" brings a thing nearer, and `upscale` gives a larger picture of the whole.',
    ),
    (
        rf"{FRAME}(?:blur|defocus)(?: out)? (?:{WHOLE}|{THING}){TAIL}|{FRAME}(?:make|have|get|turn) (?:{WHOLE}|{THING}) (?:blurry|blurred|out of focus|bokeh|foggy|hazy){TAIL}",
        'I cannot blur. Another background can be asked for: "make the background a beach".',
    ),
    (
        rf"{FRAME}(?:brighten|darken|lighten|desaturate|saturate)(?: up)? {WHOLE}{TAIL}|{FRAME}(?:make|turn|have|change) {WHOLE} (?:(?:look|a|bit|little|much|way|more|less|to|in|into|be) )*{LIGHT}{TAIL}"
        rf"|{FRAME}invert (?:the )?colours?{TAIL}|{FRAME}(?:(?:add|more|less|increase|raise|lower|reduce|decrease|change|adjust|boost|up|turn|the|of|a|bit|down|little|need) )+(?:{LIGHT}|light|lighting)(?: of {WHOLE})?{TAIL}"
        rf"|^(?:(?:{WHOLE}|{THING}) )?(?:(?:be|is|are|look|looks|come out|still|far|much|too|a bit|a little|so|rather|way|bit|a) )*(?:dark|bright|dull|dim|darker|lighter|brighter){TAIL}",
        'I cannot change the light or the contrast of a picture. "the same but at night" paints it in another one.',
    ),
    (
        rf"{FRAME}(?:add|put|write|insert|print|include|have|with) (?:(?:a|an|the|some|my|our|big|small|nice) )*"
        r"(?:text|words|word|caption|title|letters|letter|label|watermark|signature|logo|speech bubble|lettering)\b(?!.* (?:of|to) (?:this|it) (?:is|as)\b).*$"
        rf"|{FRAME}(?:write|sign) (?:\S+ )+(?:on|in|under|above|below|at|across) .*$|{FRAME}sign {PICTURE}{TAIL}",
        "I cannot write in a picture: this painter has learned no letters.",
    ),
    (
        rf"{FRAME}(?:(?:make|let|have|want) )?{THING} (?:(?:should|shall|must|be|is|to|could|can) )*"
        r"(?:look(?:ing)? (?:at|to|toward|towards|up|down|away|back|into)|face|facing|smile|smiling|laugh|run|running|sit|sitting|jump|jumping|sleep|sleeping"
        r"|dance|dancing|fly|flying|wave|wink|bark|eat|eating|hug|kiss|hold|holding|wear|wearing|chase|chasing|ride|riding|play|playing)(?: (?:at|the|a|an|my|each|\S+)){0,4}$",
        'I cannot pose things or make them do something. They can be moved ("move the dog right of the cat"), recoloured, made bigger or smaller.',
    ),
    (
        rf"{FRAME}(?:(?:put|move|bring|place|make) )?(?:(?:{PICTURE}|them|both|{THING}|{THING} and {THING}) )?(?:(?:a|bit|little|much|more|be|should|could|can|stand|even) )*"
        rf"(?:closer|nearer|further apart|farther apart|further away|farther away|apart)(?: (?:together|to each other|from (?:the )?\S+|from each other)){{0,2}}{TAIL}",
        'I cannot say how close: things go left of, right of, above or below others ("move the dog left of the cat"), or to a side of the picture.',
    ),
    (
        rf"{FRAME}(?:add|put|move|place|paint|draw|insert|stand|have|make) (?:\S+ ){{1,4}}(?:in )?between .*$",
        'I cannot put a thing between two others. Say where it stands to one of them: "add a balloon right of the cake".',
    ),
    (
        rf"{FRAME}(?:(?:move|bring|put|send|push|pull|have|take) )?(?:(?:{PICTURE}|them|both|{THING}) )?(?:(?:be|should|more|a|bit|further) )*"
        rf"(?:to|in|into) (?:the )?(?:front|back|foreground)(?: of (?:{PICTURE}|everything|all))?{TAIL}",
        'I cannot say what covers what. "move the cat below the dog" brings it nearer to the viewer, above it farther away.',
    ),
    (
        rf"{FRAME}(?:make|have|give) (?:them|both|all|everything|{THING}|{THING} and {THING}) (?:(?:all|both|be|of|have|about) )*(?:the )?(?:same|equal) size{TAIL}",
        'I cannot measure sizes against each other: "make the dog bigger" and "make it smaller" change one by a third.',
    ),
    (
        rf"^(?:what size|how (?:big|large|wide|high|many pixels)) (?:is|are|be|do|does|have|has) {PICTURE}(?: have)?$|^what (?:is |be )?(?:the )?(?:size|resolution) (?:of|do|does|is|be) {PICTURE}(?: have)?$",
        "Its file is as large as you see it, and `upscale` gives a larger one.",
    ),
    (
        rf"{FRAME}(?:animate {WHOLE}|animate {THING}|make {PICTURE} (?:move|animated|3d)|(?:make|turn|convert|have|get) (?:{PICTURE} )?(?:(?:in|into|to|a|an|as|of|it) )*(?:gif|video|animation|movie|film)){TAIL}",
        "I paint single pictures that do not move.",
    ),
    (
        rf"^in (?:the )?style of .*|{FRAME}(?:make|paint|have|turn|draw|do|get|change|convert) {PICTURE} (?:(?:look|like|as|into|to|in|be|more|a|an|bit) )*"
        r"(?:(?:the )?style of .*|like by .*|(?:van gogh|monet|picasso|rembrandt|dali|warhol|banksy|ghibli|disney|pixar)(?: \S+){0,2}"
        r"|(?:a |an )?(?:watercolou?rs?|oil painting|pencil sketch|sketch|cartoon|comic|anime|photorealistic|photo realistic|realistic|realism|impressionist|cubist|pixel art|charcoal|crayon|line art)"
        r"(?: (?:style|painting|drawing|picture|image))?)$",
        "I know one way of painting only, and cannot change a picture's style; painters that know more can be put in (see the README).",
    ),
    (
        rf"{FRAME}(?:have|get|save|export|convert|give|download|send|store|keep|turn|make) (?:{PICTURE} )?(?:(?:as|in|to|into|a|an|the|file|of) )*(?:png|jpe?g|jpg|pdf|bmp|webp|tiff?)(?: file| format)?{TAIL}",
        "Every picture is kept as a PNG file already: its name stands above the picture's ledger, and `/show` tells it again. I write no other format.",
    ),
)
COMPILED = tuple((re.compile(pattern), told) for pattern, told in TABLE)


def unable(words: Sequence[Word], sight: Sight) -> str:
    """What to say to a wish that nothing here can fulfil; empty for any other.

    Args:
        words: one request, without what stands around it.
        sight: what it may refer to.
    """
    if not sight.context.picture:
        return ""
    said = " ".join(w.said for w in words if w.said not in (",", ".", "?", "!"))
    return next((f"{told} Nothing was changed." for pattern, told in COMPILED if pattern.match(said)), "")


def instead(told: str, read: Sequence[Intent]) -> list[Intent]:
    """What was read, with what is to be said to it; nothing else may come of a wish that nobody can fulfil, unless it is a session's.

    "Crop it" would draw an outline, "blur the background" enlarge the picture; but "save it as a jpg" is answered by saving it.
    """
    missed = [i for i in read if isinstance(i, NotUnderstood)]
    if missed:
        return [i if i.missing or i.nameless else replace(i, told=told) for i in missed]
    kept = all(isinstance(i, Session | Move | Swap) and not (isinstance(i, Session) and i.verb == "upscale") for i in read)
    return list(read) if kept and read else [NotUnderstood(told=told)]
