"""Wordings that are likely meant where no thing of the picture is named: they come before those of `doubtful.py`, in the same notation."""

LIKELY = (
    ("help", """
        (what|which) (kind|sort|type) (picture|pictures|image|images|scene|scenes|painting|paintings) (be|can|could|do|will|would) you …
        (what|which) (kind|sort|type) (drawing|drawings|art|artwork) (be|can|could|do|will|would) you …
        what be it (that)? (you|i|we) (be able|can|could|be capable) …
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
        ^ (you)? (nailed|aced|crushed|smashed|slayed) (it|that|this)? $
        (god)? bless (you|your) …
        ^ (awesome|cool|weak) (sauce|beans) $
        ^ you (rock|rule|slay) $
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
        what your (think|thinking|reasoning|idea|plan|logic|reason|intention|thought) be …
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
        (do|have|be) (every|all|any|single|each)? (test|tests|check|checks) … (pass|hold|succeed|fail)
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
        {pics} (of)? {all} {pics}
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
        (make|do|have|get|paint) (them|him|her|that|this|everything|things) (as|like|how|the way) i …
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
        (correct|fix|repair|mend|amend|sort) … (mistakes|errors|faults|flaws|mistake|error)
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
)
"""Wordings that are rather clear. The order matters: the first that fits wins."""
