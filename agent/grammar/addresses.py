"""How people speak of pictures that they name: wordings for going to one, comparing and merging two, and giving a name.

In the notation of `patterns.py`, over words in their base form and without articles.
"""

from functools import lru_cache

from .patterns import expanded, words_in
from .wordings import GROUPS

COMPARING = """
    (compare|comparison|contrast|versus|difference|differences|differ|juxtapose|diff)
    side by side
    line up (picture|pictures|version|versions|image|images|number|numbers)? {n}
    next to (each other|one another)
    (picture|version|image|number) {n} (next to|alongside|beside|near) (picture|version|image|number)? {n} $
    (see|look|show|hold|put|view|place|set|want|like|check|have|give|display) … (against|beside|alongside|next to|together)
    both (picture|pictures|version|versions|image|images|of them)
    (which|what) (one|picture|version|of)? … (better|nicer|best|change between|different|change from)
    (which|what) (one|picture|version|of)? … (like|love) (more|most)
    (which|what) (one|picture|version|of)? (do|would) you (prefer|like|choose|pick)
    ^ do you (like|prefer) … (or)
    what … (change|different|new) … (between|since|from|against|to)
    how (be|do) … different
    against
"""
MERGING = """
    (merge|combine|join|unite|fuse|blend|mix|melt|weld|unify|marry|splice|stitch|glue|consolidate|amalgamate|merger|mash|meld|mesh|knit)
    (into|in|as) (one|single|1|a single|a common|one and same) (picture|image|version|one|painting|scene|photo|$)
    to (one|single|a single|a common|one and same) (picture|image|version|one|painting|scene|photo)
    one (picture|image|version|painting) … (both|changes|change|from|of|out)
    single (picture|image|version|painting) …
    (change|changes|edits|edit) … (both|and) …
    bring … together
    put … together
    (what|everything) … (both) …
    (bring|take|put|move|copy|apply|transfer|add) (change|changes|edit|edits) …
    make one (picture|image|of|out|from)
    best of both
    (make|get|give|build|create|produce) (me|us)? (only|just)? (one|1) $
"""
GOING = """
    (go|jump|come|switch|get|head|return|skip|move|step|travel|take|bring|flip|hop|change|forward) (me|us|it)? (back|over|right back|again|forward|ahead|on)? (to)
    ^ (and)? (now)? again to
    back (to|at)
    (return|revert|restore|reload|load|quickload|open|reopen|recall|retrieve|resume|checkout|activate|select|pick|choose)
    (continue|carry on|go on|work|edit|proceed|start|keep going|keep working|branch off|resume|start again|keep on) … (from|with|on)
    (show|display|see|use|want|give|take|bring|view|have|get|keep|let) (me|us|up|back)? 
    (prefer|like|nice|nicer|better|good|love|best|favourite|prettier|beautiful|liked|stronger|fonder|fond|superior|finer|cuter)
    (make|let) … (current|active)
    as (current|starting point|base)
    ^ to
    ^ from
    (go|stick|run|stay) with
    revisit
    fetch
    pull up
    ^ (number|picture|version|image)
    (where|when) … (be|stand)
    … (again|back) $
    go {n} $
"""
NAMING = """
    (call|name|label|title|tag|dub|christen|entitle|rename|baptise|baptize|nickname) {named} (as|to)?
    (call|name|label|title|tag|dub|christen|entitle|rename) (picture|version|image|one) (as|to)?
    (save|store|remember|keep|bookmark|mark|log|record|file|note|register|memorise|memorize|pin|flag|stash|archive|list|bank|tag|put) {named} (down)? (as|under|by|with|for me as|in memory as) (name|title|label|tag)? (of)?
    (save|store|remember|keep|bookmark|mark|file|note|register|pin|flag|tag|stash) (as|under) (name|title)?
    (give|assign|put) (to)? {named} (name|title|label|tag|headline|caption|nickname) (of)?
    (name|title|label|tag|nickname) (of|for) {named} (should be|shall be|be|will be|to be|must be)
    refer to {named} as
    {named} be (to)? be (call|name|know as)
    {named} (should|shall|will|must|can|may|is to|ought to|could|to)? be (call|name|know as|title|label|tag|save as|keep as|remember as|file under|dub)
    (let) {named} be (call|name|know as|title|label|tag)
    {named} (should|shall|will|must)? (get|gets|have|deserve|carry|bear|receive|go by|want) (name|title|label|tag)
    (name|title|label) (should|shall|must|will|be to) be
    {named} 's (name|title|label) (should be|shall be|be|will be)
    (stick|put|attach|add|give|assign|use|set) (name|title|label|tag)
    ^ rename (to|as)
    ^ (name|title|label|bookmark|tag) (be|to|as)?
    (its|whose) (name|title) (should be|shall be|be|will be|is)
    (new)? branch (call|name)?
"""
NAMED = (
    "it|this|that|this one|that one|this picture|that picture|picture|current picture|this version|that version|version|current version|this image|"
    "image|this state|current one|current state|this painting|this step|this scene|painting|what i see|result|this result|what we have|these|"
    "current image|one|this here|this try|state|scene|this state of things|last one|last picture|current|last version|latest picture|latest version|present picture|present version|present one|work|this work|piece|this piece|artwork|this artwork|masterpiece|this masterpiece|creation|this creation"
)


@lru_cache(maxsize=1)
def pairing() -> dict[str, tuple[str, ...]]:
    """The wordings for two pictures, the surer first."""
    return {"merge": expanded(MERGING, GROUPS), "compare": expanded(COMPARING, GROUPS)}


@lru_cache(maxsize=1)
def going() -> tuple[str, ...]:
    """The wordings for going to a picture that is named with them."""
    return expanded(GOING, GROUPS)


@lru_cache(maxsize=1)
def naming() -> tuple[str, ...]:
    """The wordings before a name."""
    return expanded(NAMING, {"named": NAMED, "rest": "…"})


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """Every word of the tables."""
    return frozenset().union(*(words_in(table) for table in (*pairing().values(), going(), naming())))
