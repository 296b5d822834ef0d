"""How people ask for what is not a change of the picture: back and forth, trying again, what was checked and why, help, thanks.

Tables in the notation of `patterns.py`, over words in their base form and without articles.
"""

from functools import lru_cache

from .doubtful import WEAK
from .likely import LIKELY
from .patterns import expanded, words_in

GROUPS = {
    "pic": "picture|image|version|photo|painting|drawing|artwork|canvas|scene|result|state|stage",
    "pics": "pictures|images|versions|photos|paintings|drawings|results|states|stages|steps|works|sketches|iterations|thumbnails|renders|renderings|rounds|snapshots",
    "it": "it|that|this|these|those|them|one|everything|all|last|step|change|edit|thing|move|action|picture|image|version|previous|recent|most recent",
    "step": "step|steps|change|changes|edit|edits|picture|pictures|version|versions|action|actions|move|moves|thing|things|request|requests|time|times",
    "n": "1|2|3|4|5|6|7|8|9|10|one|two|three|four|five|six|seven|eight|nine|ten|couple of|few",
    "try": "try|attempt|go|shot|take|version|variant|variation|alternative|one|seed|result|rendition|interpretation|option|roll|round|chance|stab|crack|bash|whirl|spin|pass|run",
    "turned": "turn down|reject|refuse|discard|throw away|throw out|dismiss|decline|roll back|fail|not accept|not take|not keep|unaccepted|rejected|"
    "discarded|failed|drop|take back|rule out|vote down|not good enough|put aside|hold back",
    "all": "all|every|each|list of|different|our|previous|earlier|past|older|various",
    "show": "show|list|see|display|view|give|tell|print|get|present|have|enumerate|look at|go through|want|name",
    "wrong": "wrong|missing|broken|off|incorrect|bad|amiss|open|unfulfil|unmet|undone|not right|not ok|not there",
    "good": "ok|okay|right|fine|correct|there|work|good|well|do|in order|done|as ask|as want|included|fit|present|true",
    "anyway": "anyway|anyhow|nevertheless|nonetheless|regardless|all same|even so|despite that|as be|as it be|in spite|still|though",
}

STRONG = {
    "redo": """
        change mind … undo
        redo
        undo (last|that|my)? undo
        undo be (error|accident|slip|misclick|mistake|oversight|silly|stupid|nonsense)
        undo undo
        (undo|revert) be (wrong|mistake|fine|ok|good|not necessary|unnecessary|too much|not right)
        (restore|reinstate|reapply|redo|recover) … (undo|revert|reverse|take back|cancel|roll back)
        (what|that|one|step|change|edit) (i|you|we) (just)? (revert|reverse|take back|cancel|roll back)
        (change|step|edit|one) … (i|we|you) (just)? (undo|revert|reverse|take back|cancel|roll back)
        (revert|reverse) revert
        (what|that|step|one|change|edit|picture) (i|you|we|that you|that i) undo
        (repeat|reapply|restore|redo) … undo (step|edit|change|one|picture)
        step ahead
        (back|again) after all
        (return|go|back|switch) … undo (version|step|picture|change|edit|one)
        put (it|that|this) back in
        (want|have|get) (it|that) back $
        (put|get|bring|have|want|give) (last|undone)? (change|edit|step) back
        after all … back
        go ahead (one|a)? step
        (reapply|unundo)
        (scrap|cancel|revert|reverse|drop|forget|take back) … undo
        (one|step|1|go|move|skip) (step|one|1)? forward
        forward (again|one|step|$)
        take back … undo
        (reverse|revert|cancel) … undo
        (bring|put|get|give|want|restore|have) … (back)? what (i|you|we|be) undo
        (bring|put|get|give|want|restore|have|recover) … undo
    """,
    "undo": """
        undo
        (cancel|revert|reverse|scrap|retract|discard|undo) what (you|i|we) (just)? (do|make|change|paint|add)
        back up (one|1|a)? (step|steps|change|bit)
        (take|put) (last|latest) (bit|part|thing|one|move|change|action|edit|step) back
        (previous|prior|preceding|earlier|former|old|last) (state|status|situation|condition)
        (back|go|jump|step|move|hop|skip|roll) (back)? {n} {step} (back|backwards|backward)
        ^ (cancel|revert|reverse|scrap|retract|discard) (last|latest|previous|it|that|this)? $
        {n} {step} (backwards|backward)
        (first)? back (one|1) (step|picture|version|edit|change)
        (cancel|revert|retract|reverse|scrap|ignore|disregard|forget|void|nullify|drop) … (last|latest|previous) … (instruction|order|command|request|wish|thing|one|move|edit|step|change)
        (pretend|imagine|act as if|as if|like) … (never|not) (say|happen|ask|do|exist|mention|write|type|order)
        (i|you|we|it) never (say|happen|mention|type)
        (make|have) … (last|latest|previous) … (undo|not happen)
        (turn|put|wind|set) … (clock|time) back
        (revert|rollback|backtrack|unwind|rewind|unsay|belay|backpedal)
        (ctrl|control|cmd) z
        (leave|put|have|set|get|want|make|keep) … (as|how|like|way) … be before
        walk … back
        return {n} (time|times)
        roll … back
        (reverse|cancel|retract|rescind|withdraw|discard) {it}
        (reverse|cancel|retract|discard) … (step|change|edit|last)
        scratch (that|it|last)
        strike that
        {n} {step} back
        ^ {n} back
        go back {n} $
        back (by)? {n} {step}
        (version|picture|state|one) before
        back to what
        annul
        back up {n}
        (unmake|undone)
        back to before
        (last|latest|previous) … (step|change|edit|changes|edits|steps) … (gone|away|out|off)
        back {n} {step}
        (go|step|jump|move|take|skip) (one|1|two|2|three|3|a|by|back)? (step|steps|back) (back|backwards|backward)
        step (back|backwards|backward)
        go back (one|1)? (step|picture|edit|change)
        go back (one|1)
        ^ cancel $
        ^ not … back $
    """,
    "upscale": """
        (upscale|upscaled|upsample|uprez|hires|superresolution|supersample)
        (high|higher|big|bigger|more|great|greater|large|larger|full|double|increase|raise|improve|good|better|fine|finer|max|maximum|twice) … resolution
        (high|higher|hi) (res|definition)
        resolution … (high|higher|double|up|increase|raise|twice|large|larger|more|better)
        more (pixel|pixels|megapixel|megapixels|dpi|ppi)
        (megapixel|megapixels|dpi)
        (4k|hd|8k|uhd)
        (sharpen|poster|wallpaper|printable)
        (print|printing) (it|this|that|size)
        (for|to) (print|printing)
    """,
    "again": """
        what else (you|can you|could you) … (come up with|have|offer|make of it)
    """,
    "history": """
        {show} … (album|gallery)
        ^ {show} (i|me|us)? list $
        {show} … from (first|beginning|start|very first) … to (last|latest|end|now|newest|current|present|finish)
    """,
    "export": """
        export
        (chat|session|conversation|this|it|all|everything|steps) (into|as|to) (code|python|program|notebook)
        (script|yaml|recipe)
        (save|write|dump|store|put|download|get|pack|record|give|send) … (file|disk|disc|drive|text)
        archive …
        (save|store|download|dump|archive) (session|conversation|chat|everything|all|my work|work|our work|whole)
        (as|into|to) file
        (download|downloadable)
        (replay|reproduce|rerunnable|replayable)
        (to|can|could|may|later) rerun
        file (session|conversation|steps)
        (save|store|download) (this|that|current|last|latest)? (it|this|that|these|them|one|picture|pictures|image|images|painting|photo|drawing|result) $
        where … (file|files|script|folder)
        where … (save|store|download|export)
    """,
    "help": """
        ^ (i|we) (do|can|could)? not (understand|comprehend|follow|get) (it|this|that|you|anything|what you mean)? $
        (start|begin) (all over|over|again|afresh|anew|fresh) (again)? (from scratch|from zero|from beginning)? $
        (start|begin) from (scratch|zero|beginning) $
        ^ from (scratch|zero|beginning) $
    """,
    "thanks": """
        ^ (i|we) be (all)? (do|done|finish|through) (here|for today|with it|with this)? $
        ^ leave (it|this|that|everything|picture) (like this|like that|at that|at this|so)? $
    """,
    "ledger": """
        ^ (be|do) (it|this|that|picture|image|they|these) (look)? {good} (enough|yet|by now)? $
    """,
}
"""Verb -> wordings that are clear whatever else is said."""



@lru_cache(maxsize=1)
def strong() -> dict[str, tuple[str, ...]]:
    """`STRONG` with its groups put in."""
    return {verb: expanded(lines, GROUPS) for verb, lines in STRONG.items()}


@lru_cache(maxsize=1)
def weak() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`LIKELY` and `WEAK` with their groups put in."""
    return tuple((verb, expanded(lines, GROUPS)) for verb, lines in (*LIKELY, *WEAK))


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """Every word of the tables."""
    tables = (*strong().values(), *(lines for _, lines in weak()))
    return frozenset().union(*(words_in(table) for table in tables))
