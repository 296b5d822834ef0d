"""Wordings that are clear only where no thing of the picture is named, in the notation of `patterns.py`; `wordings.py` holds the clear ones."""

WEAK = (
    ("keep", """
        {turned} … (keep|take|use|want|accept|like|prefer|back|good|well|better|fine|nice|love|give)
        (keep|take|use|want|accept|like|prefer|show|give|bring|have) … {turned}
        (fine with|ok with|happy with|go with|love|restore|choose|pick|enjoy|recover|rescue) … {turned}
        (try|attempt|one|version|picture|result) … {turned}
        (last|latest|previous|other|second|final|your|that|recent|final) (try|attempt)
        (keep|take|use|accept|like|want) (it|that|this|one|them|that one|attempt|try|last|result) {anyway}
        (prefer|leave|have|choose|go with|stick with) (it|that|this|one|them|that one|attempt|try|last|result) {anyway}
        (keep|take|use|accept|like|want|prefer|leave|have|love) (it|that|this|one|attempt|try|result) … {anyway}
        ^ (anyway|accept it|accept that|accept)
        (keep|take|accept|leave) … (try|attempt|as be|all same)
        (keep|accept|take) (it|that|this|attempt|try|this version|this picture) $
        (keep|accept|take) (that picture|that one|this one|result|what you get|new one|last one|that version) $
        (it|that|this|one|attempt|picture|version|try|result) be good enough
        ^ good enough
        (do not mind … fail)
        do not (mind|care) … {turned}
        (overrule|override|ignore|never mind|do not listen to) … (critic|check|checks|verdict)
        not … (throw|roll|take) … (away|back)
        {turned} (one|picture|version|try|attempt|image)
    """),
    ("ledger", """
        (ledger|verification|verdict|verdicts|critic|checklist|scorecard)
        (check|checks) … (fail|pass|hold|status|left|open|red|green|ok|how|result|remain|say|broken|go|stand|there)
        (which|what|how|any|all|status|result|list|show|see|tell|read|state|outcome|how many|overview|report|summary) … (check|checks)
        (what|which|anything|something|everything|any|how many|all) … (fail|pass)
        (promise|promises|fulfil|fulfilled|satisfy|satisfied|verify|verified)
        (go|come|turn out) {wrong}
        (what|anything|something|thing|still|everything|any) … {wrong}
        (any|which|what) … (failure|failures|problem|problems|issue|issues|mistake|mistakes)
        (any|which|what) … (error|errors|fault|faults|flaw|flaws|trouble|complaint|complaints)
        (everything|all|every) … {good}
        ^ be (everything|all) (ok|so)? $
        (what|anything|something|which) … not (right|ok|good|correct|there|do|work|hold|fulfil|as)
        (do|be|have) … (hold|alright)
        (do|be|have) (it|that|this|picture|edit|repair|you|last step|last edit) … (work|succeed|come out|turn out|go well)
        (do|be|have) (it|that|this|picture|edit|repair|you|last step|last edit) … (go through|correct|as ask|as i ask|as want)
        do … (everything|all) … (ask|want|wish|say)
        how (well|good)
        have you (check|verify)
        ^ (and)? (check|checks) $
        do you manage
        be there (problem|mistake|issue|error)
        ^ what be not $
        what do (judge|checker|critic|eyes) …
        (judge|inspect|assess) (it|picture|this|result)
        be it (how|as|what|like) i …
        do you (get|paint|do|manage|catch) (everything|all)
        (check|verify) (picture|it|result|everything)
        how … (go|turn out|come out|do) $
        (score|report|grade|rating|evaluation|assessment|inspection)
        (what|how many) … (not|still) … (work|hold|do|right|fulfil|done|ok)
        what … left to (do|fix|repair|mend)
        (be|do) … (as|like|what) i (ask|want|wish|say|order|request) (for)? $
        {show} … (result|results|status|findings) …
        ^ (status|results|result|state) …
        (satisfied|content|happy) with … (picture|it|result)
        how … (judge|assess|rate|evaluate)
        how sure be you
        in order $
        ^ everything $
        ^ (everything|all) (with|about) (picture|it|image|painting)
        what do eyes (say|see)
    """),
    ("history", """
        history
        (timeline|gallery|recap|overview|retrace|chronology|chronicle|storyline)
        so far
        until now
        up to now
        {show} … {all} … {pics}
        {show} … {pics} (so far|we|you|i|that|of|in|from|please|$)
        (what|which) {pics} … (there|we|i|you|have|exist|be)
        how many {pics}
        how many … {pics}
        ^ {all} {pics}
        ^ {pics} $
        (what|everything) … we (do|paint|make|create|draw|try)
        (our|this|whole|entire) (session|conversation|progress|journey|steps|path)
        (summary|summarise|summarize|sum up|log|list) … (session|conversation|steps|changes|edits|work|we)
        {show} … (steps|edits|changes|log|stages)
        {show} … where we be
        (earlier|previous|past|old) {pics}
        where (be|do) we
    """),
    ("help", """
        ^ help
        help (me|$)
        (need|want|some|more|get|any|ask for|of) help
        what (else)? (can|could|may|shall|should|would|will|might) (you|i|we|one|it|this) … (do|say|ask|type|write|try|able|paint|draw)
        what (else)? (can|could|may|shall|should|would|will|might) (you|i|we|one|it|this) … (understand|offer|know|support|use)
        what (else)? (can|could|may|shall|should|would|will|might) (you|i|we|one|it|this) … (make|create|request|start with|tell)
        what do you (understand|offer|support|accept|paint $|do $|know $)
        what (you|i|we|one) (can|could|may|be able to) (do|say|ask|type|write|paint|draw|use|request|tell|order)
        (not|no) … how (this|it|that) work
        (what|which) (backgrounds|places|colours|services) (be|do|exist|you|can)
        what (be|do) (you|i) (able|allow|supposed|support|capable)
        what … (possible|you capable|capable of|supported)
        how (do|can|could|should|would|must|may) (i|we|one) …
        how … (this|it|thing|program|tool|app) work
        how to (use|work|start|operate|begin|talk|proceed|go|get|edit|paint)
        (use|operate) (you|this|it|program|tool|app) $
        (lost|stuck|confused|clueless|beginner|puzzled) 
        new here
        (not|no) (know|idea|clue|understand|sure) … (what|how|where|do|type|say|go|start|next|you|work|it)
        no (idea|clue)
        (command|commands|option|options|instruction|instructions|feature|features)
        (possibilities|example|examples|manual|guide|tutorial|hint|hints|tip)
        (tips|functions|abilities|ability|capabilities|capability|usage|documentation|docs)
        (faq|api|interface|syntax|introduction|skills|skill|instructions|menu|support|assistance|assist)
        explain … (use|work|how to)
        what … i … (type|say|write|ask|enter|do $)
        what can be …
        what … (can|could) (you|i|we) (make|paint|draw|do|create|ask|say)
        what (exactly|precisely|all|else)? be you (good|made|for|able|capable) …
        how (i|we|one) (can|could|should|do|may|must) …
        (list|overview) … (i|we|one) (can|could|may) (say|ask|type|do|request|write)
        what do you know $
        what be you (good|made|for|able) …
        how do one …
        (what|which) … (colour|colours|thing|things) … (can|could|do|may|available|possible) (you|i|we|know|$) …
        (what|which) … (object|objects|background|backgrounds) … (can|could|do|may|available|possible) (you|i|we|know|$) …
        (what|which) … (place|places|word|words|animal|animals|noun|nouns|sizes) … (can|could|do|may|available|possible) (you|i|we|know|$) …
        (what|tell me) … about (yourself|you) $
        (who|what) be you
        teach me
        what (next|now) $
        where … (start|begin) $
        show me … (how|ropes)
        introduce yourself
        what … (ask|tell|request|say|order|type) you
    """),
    ("why", """
        explain … (you|step|choice|decision|last|edit|that|this|it|yourself|change|picture|do|repair|paint)
        (tell|walk|talk|take|guide) me through
        tell me (about|how) … (you do|last step|step|decision|edit|change)
        tell me what … (do|change|decide|happen)
        what (do|have|be) you … (do|change|edit|try|decide|paint|repair|make|alter|tweak|touch|modify|think)
        what … (do|change|happen|decide|alter) … (last|before|there|just|recently|in last)
        what … (happen|be change|go on|get change|be do)
        what (exactly|precisely)? be (your|last) … (action|step|move|change|edit|decision)
        what be (that|last step|your last step|last|your reason|your thinking|last edit|last change|it)
        what (make|lead|let|cause|drive|move|bring) you
        how (do|have|be) (you|it|that|this|picture|last) … (do|make|paint|change|edit|get|arrive)
        how (do|have|be) (you|it|that|this|picture|last) … (come|decide|choose|work out|draw|create|happen|pick)
        (which|what) … (tool|tools|technique|techniques|method|methods|seed|approach|steps) …
        what be … (idea|thought|thinking|plan|point|purpose|logic|intention) …
        (last|latest|recent|previous) (step|decision|action|change|edit) … (explain|mean|about)
        (describe|explain) … (step|decision|choice|process|procedure|edit)
        (for what|what for)
        where … (come from|idea)
        your (thinking|reasoning|decision|decisions|choice|choices|logic)
    """),
    ("redo", """
        (bring|get|have|give|want|put|restore|take) … back … (after all|again)
        (after all|changed my mind|change mind) … back
        ^ forward …
        go forward
        one further
        (bring|get) (it|that|this|them) back $
        want … back after all
        reinstate …
    """),
    ("again", """
        what else (you|can you|do you) (come up with|have|get|make)
        (see|show) … what else
        (have|take|give) … (another|one more) (go|try|shot|stab|bash|crack)
        (one|another) more (take|go|try|attempt|shot|version|spin|round|variant|stab) …
        (again|anew|afresh|retry|reroll|regenerate|reshuffle|shuffle|redraw|repaint|repeat|rerun|rerender|redrawn|recreate)
        once more
        one more (time|try|attempt|go|shot|version|take)
        over again
        (another|other|new|different|fresh|alternative|alternate|second) {try}
        (another|other|different|alternative) {pic}
        (new) (version|variant|variation|alternative|seed|try|attempt|take|interpretation)
        (variation|variant|alternative|alternatives|variations)
        (roll|throw|cast) … (dice|die)
        same (request|wish|prompt|order|words|text|thing|again|idea|instruction|instructions|description)
        (different|other|new|change|fresh|another|random) seed
        (do|make|paint|try|draw) … over $
        (something|somewhat|one|look|bit) different
        (do|make|paint|try|draw) (it|this|that)? (in|some)? (another way|different way|other way|differently)
        (have|give|take) … (another|new|fresh) (go|try|shot|attempt|look)
        surprise me
        different (one|result|outcome|look)
        not (convince|like|happy|please) … (another|new|different|again)
    """),
    ("undo", """
        take … back
        (put|bring|get|turn|set|change|switch|restore|want|have|make) … back … (way|as|like|how|before|to what)
        (put|turn|change|switch|set) (it|that|this|everything|things|them|all) back
        (return|restore|go back|get back|switch back|give back|bring back|show) … (previous|prior|preceding|before|earlier|former|old) …
        (as|like|how|way) (it|that|everything|things|picture) (be|look) …
        (way|how|what) it be
        (like|as) before
        (better|nicer|prefer|like|good) … (before|previous|earlier|old|former)
        before (that|last|this|i|you|change)
        (remove|delete|erase|drop|throw away|get rid|lose) … (last|latest|recent|previous) (change|edit|step|thing|one)
        not (want|keep|like|mean|ask for|need|intend|have) (it|that|this|to|last|change|edit)
        (previous|prior|preceding|last but one|old|former) (picture|version|one|state|image|step)
        ^ (go|come|get|step|jump|move)? back (again|please|up|once|twice|$)
        ^ (go|get|come|take) (me|us)? back $
        go back {n} {step}
        (never mind|nevermind|forget it|forget that|forget this one|forget that one|not that|not this|no no|forget about it|forget last)
        (that|it|this|last|thing|one|change|edit|step) be (wrong|mistake|bad|worse|error|awful|terrible|ugly|silly)
        (that|it|this|last|thing|one|change|edit|step) be (nonsense|not right|accident|ugly|stupid|horrible|not what|not good|misunderstanding)
        (make|look|get) … worse
        (mistake|oops|whoops|ouch|typo|misclick|accident)
        (do not|not) like (it|that|this|last|change|result)
        (hate|dislike|regret) …
    """),
    ("upscale", """
        (big|bigger|large|larger|sharp|sharper|crisp|crisper|fine) … (picture|image|photo|painting|canvas|file|copy|artwork|quality|detail|details)
        (finer|high|higher|detailed|huge) … (picture|image|photo|painting|canvas|file|copy|artwork|quality|detail|details)
        (full size|better quality|double|twice|increase) … (picture|image|photo|painting|canvas|file|copy|artwork|quality|detail|details)
        (picture|image|photo|painting|canvas|file|artwork) … (big|bigger|large|larger|sharp|sharper|crisp|crisper|finer|high)
        (picture|image|photo|painting|canvas|file|artwork) … (higher|huge|enlarge|blow up|scale up|quality|more detail|more details|grow|double)
        (enlarge|blow up|scale up|magnify|double|increase|grow|expand|scale) … (picture|image|photo|painting|canvas|file|artwork)
        (in|with) (large|big|high quality|better quality|more detail|more details|full size|larger|bigger) …
        (quality|pixel|pixels|detail|details|definition|blurry|pixelated|pixelly|coarse|grainy)
        (big|bigger|large|larger|huge|sharper|crisper|finer|enlarged|detailed) (version|copy|print|file)
        (print|printing|printed|frame it|on my wall|on wall)
        resolution
        (sharper|sharp|crisper|crisp|blurry|finer)
    """),
)
"""Wordings that are clear where no thing of the picture is named. The order matters: the first that fits wins."""
