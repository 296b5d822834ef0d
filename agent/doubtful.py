"""Wordings that are clear only where no thing of the picture is named, in the notation of `patterns.py`; `wordings.py` holds the clear ones."""

WEAK = (
    ("help", """
        ^ what all (you|i|we) (can|could) (do|make|paint|say|ask|draw)
        what (do|shall|should|must|can|may) (i|we) do (now|next|here|with this|then|first|$)
        (what|which) (kind|kinds|sort|sorts|type|types) (request|requests|order|orders|command|commands|instruction|instructions|thing|things) …
        (what|which) (kind|kinds|sort|sorts|type|types) (task|tasks|wish|wishes|sentence|sentences|input|edit|edits|change|changes) …
        how do you want (me|us) …
        what be you capable
        (what|all) you be capable
        (explain|tell|show|say|list|describe) … (what|all) … (you (can|could|be able|be capable|know how|offer|support|understand))
        your (capabilities|abilities|skills|features|functions|talents|powers|repertoire|strengths)
        (where|how) do (i|we|one) (start|begin|get start)
        how (do|should|must|can) (i|we|one) (phrase|word|put|formulate|express|say|write|type) …
        (cheat sheet|cheatsheet|handbook|walkthrough|primer|instruction manual|user guide|quickstart|quick start)
        how (it|this|that) (be)? (supposed to)? (work|function|operate)
        how (it|this|that) be (supposed to|meant to) (work|function|operate)
        how (do|can|could|should|would|must) (it|this|that|all this|you|i|we|one|thing|program|tool) (work|start|begin|use)
        how (do|can|could|should|would|must) (it|this|that|all this|you|i|we|one|thing|program|tool) (go about|proceed|operate|function)
    """),
    ("thanks", """
        ^ (that|this|it|now it|now that) (be|look) (exactly|precisely)? (what|how|as|like|way) i (want|mean|have in mind|imagine) $
        ^ (that|this|it|now it|now that) (be|look) (exactly|precisely)? (what|how|as|like|way) i (hope for|wish for|ask for|like|need) $
        ^ you be (a|an|such|real|absolute|total|true)? (star|gem|legend|angel|treasure|genius|hero|artist|lifesaver|master|pro|marvel) $
        have (nice|good|great|lovely) (day|evening|weekend|night|time|one)
        that (would|will) be (all|it)
        that be (all|it) $
        see you …
        call it (day|night|quits) …
        how be you
        ^ how do you do $
        ^ what (lovely|nice|great|beautiful|wonderful|good|fantastic|pretty|gorgeous|cute) …
    """),
    ("why", """
        why
        how come
        (for|with) (what|which) reason
        what (be|go) … (through|on|in) your (mind|head|brain)
        what cross your mind
        (what|which) … (reason|motive|motives|cause|excuse) …
        (justification|motive|motives|thought process|reasoning|rationale)
        what be you (think|after|try|aim|go for)
        what be that (about|for|all about)
        (what|how) … (come up with|arrive at) …
        how do that (come about|happen)
        on what grounds
        explanation
        on what basis
        story behind
        ^ how so $
        tell me more about (last|that|this|your) …
        (show|tell) … what you (change|do|alter)
        what (lead|bring|take) to …
        what steps … take
        (ground|grounds) … (you|act|decide|decision)
        what be your (think|reason|idea|plan|intention|thought|thinking|reasoning)
        ^ explain (it|this|that)? $
        what be behind …
        what … (thinking|thought|think|reasoning|idea|logic|rationale|reason) behind …
        (what|how) (exactly|precisely)? (do|have|be) you (just)? (do|think|change|alter|edit|decide|choose|pick|arrive|come to) …
        what be … thing (you|we) (do|change) …
        (describe|tell me|explain|say) (what|how) you (do|make|paint|change|get|decide|choose) …
        (reason|reasons|rationale|justify|justification|motivation|reasoning)
    """),
    ("ledger", """
        (show|tell|list|give|see|say) … what (have|be)? fail
        what (hold|pass|work) and what (do)?
        (which|what|any|how many) … (wish|wishes|request|requests|promise|promises) … (unmet|unfulfil|unfulfilled|open|miss|missing|fail|ignored)
        ^ (checks|check) $
        where … (stand|be) with (check|checks)
        how … (stand) with (check|checks)
        (pass|passed) (or|and) (fail|failed)
        (which|what) … (check|checks|test|tests) …
        (do|have|be) … (pass|meet|satisfy|survive) … (test|tests|check|checks|inspection|examination|exam)
        (do|have|be) … everything (i|we) (ask|order|request|want|wish) …
        (do|have) (everything|all) … (end up|make it|land|arrive|turn up|show up|appear) …
        (rundown|breakdown|readout) … (check|checks|test|tests)
        (how many|what) … (still)? (unresolved|outstanding|pending|unfinished|unsolved) …
        ^ how be … (picture|it|this|image|painting) (do|come along|hold up|shape up)
        (through|over|about) (check|checks)
        (which|what|any|all|how many|do) … (criteria|criterion|requirement|requirements|condition|conditions|tests)
        (criteria|criterion|requirement|requirements|conditions|tests) … (meet|fail|pass|hold|miss|fulfil|satisfy|violate)
    """),
    ("history", """
        how (do|have) we (get|come|arrive|end) …
        (list|record|overview|summary|log|recap) … (everything|all|what) … we …
        thus far
        {show} … {pics} … until $
        ^ (look|go|browse|leaf|flip|walk|page|scroll|click) (back)? through … (everything|all|what|pictures|versions|session|we|our|whole)
        (let|want|like) … (look|go|browse|leaf|flip|page|scroll) (back)? through … (everything|all|what|pictures|versions|session|we|our|whole)
        (everything|all|what) … we … (make|do|paint|create|draw|try|produce) … (in order|today|yet|together|$)
        everything we have (make|do|paint|create|draw|try|produce)
    """),
    ("keep", """
        (keep|take|use|accept|leave) … {anyway}
    """),
    ("concepts", """
        ^ (learn|learned) concepts $
        ^ (concept|concepts) (list|overview|names|library|please|$)
        {show} … concept
        {show} … concepts
        (what|which|who|any|how many) … concept
        (what|which|who|any|how many) … concepts
        ^ (my|all|your|known|learned)? concepts $
        (what|who) … (i|we) (teach|show|introduce)
        (names|list|overview) … concepts
        what … you (learn|remember|memorise|memorize)
        (which|what) … (names|things|ones|characters|words|people|objects) … (learn|teach|remember|know by|in memory|store)
        be there … concepts
        what have you (store|learn|memorise)
        ^ (who|whom) (do|have) you (know|learn|remember)
        (who|which|what) … you … (know by name|learn|remember|recognise)
        (your|in) (library|memory|vocabulary of)
        {show} … (learned|learn|taught|teach) …
        {show} … library
        names … you know
        what … custom
    """),
    ("fix", """
        (fix|repair|mend|rectify|amend|patch|remedy|rework)
        make (it|that|this|check|them) (pass|hold|true|succeed)
        (still|yet) not (ok|okay|right|good|correct|fine|perfect|there|do|work) … (correct|fix|please|again|repair|work on)
        (still|yet) (wrong|bad|off|broken|not ok|not okay|not right|incorrect) … (correct|fix|please|repair|work on)
        (correct) (please|it|that|this|them|$)
        (go|work|run) (over|on|through) … (broken|wrong|fail|failed|missing|bad|faulty) …
        (fail|failed|broken|wrong|missing) (check|checks|bits|parts|test|tests) (should|shall|must|need|have to|ought to|to) …
        (one|any|all|rest) … (check|checks|test|tests) (fail|not pass|not hold|not work) … (do|fix|please|repair|something)
        (do something|take action) … (about|against) …
        (redo|rework|revise|refine|debug|polish|iron out) … (broken|wrong|fail|failed|missing|bad|faulty|bits|check|checks)
        (as|what|like) you (be)? (suppose|supposed|mean|meant|ask) to
        (correct) … (it|that|this|mistake|error|check|fail|failed|problem|issue|what|picture|number|everything|them|count|fault)
        (sort|figure|work|straighten|iron) {it} out
        (sort|straighten|iron) out
        (put|make|get|set|do) (it|that|this|things|everything|them|thing|all|picture) (right|correct|properly|straight|proper)
        (make|get) (it|that|this|them|everything) work
        make … right
        (make|be) sure
        see to it
        (resolve|solve|tackle|address|handle|deal with|take care|do something) … (it|that|this|problem|issue|fail)
        (resolve|solve|tackle|address|handle|deal with|take care|do something) … (failed|check|error|mistake|rest|fault|missing)
        not what i (ask|want|say|order|wish|mean|request|have in mind)
        you (forget|miss|leave out|overlook|skip|ignore)
        you only (paint|draw|make|do|give|show|put|add)
        i (ask|say|want|order|wish|request) … you (only|give|paint|draw|make|do)
        you (paint|draw|make|do|give|show) only
        (try|work) … (hard|harder|better|improve)
        do better
        improve {it}
        improve what
        (make|do|have|get) it (as|like|how|what) i …
        make good …
        until … right
        (make|do) (it|that|this) better
        (mistake|error|fault) … correct
        (put|bring|get) … in order
        see to … (miss|missing|fail|check)
        (do something|take care|deal) … (failure|failures|defect|fault)
        (put|set) right
        have … at … (fail|check|checks)
        (keep|continue|go on) … (try|repair|improve|work|mend)
        (not|never) do yet
        work on … (fail|failed|wrong|missing|broken|rest|check)
        (complete|finish) what
        (complete|finish) … (it|job|picture|wish|properly|rest)
        (still|there) … (missing) … (do something|please)
        get … (check|checks) … (pass|green|right)
        make … (check|checks) … (pass|hold|green)
        (another|one more) (repair|round of repair|round)
        live up to
        match … (request|wish|order|what|words)
        you … owe
        honour … (wish|request|promise)
        (bring|get) … (in order|in line|up to)
    """),
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
        (lost|stuck|lose|confused|clueless|beginner|puzzled) 
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
