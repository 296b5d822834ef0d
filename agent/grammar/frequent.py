"""Words that requests are mostly made of, beside the world's own: what a misspelling may be mended to."""

COMMONEST = frozenset(
    "make the and add remove move put paint draw want place change turn replace swap with take give that this there have show same but back more like from into "
    "picture background bigger smaller left right above below undo redo what which where then please would should not without instead again fix call open".split()
)
FREQUENT = frozenset(
    (
        # verbs
        "make makes making made put puts putting place placed placing paint paints painting painted draw draws drawing drew drawn create show shows showing "
        "shown give gives giving want wants wanted need needs needed would like should could have having get gets getting got let take takes taking "
        "took bring brings bringing move moves moving moved shift shifting push pull slide drag send relocate remove removes removing removed delete "
        "deleting deleted erase erasing erased take away drop wipe hide ditch lose clear disappear vanish replace replaces replacing replaced swap "
        "swaps swapping swapped switch exchange substitute trade turn turns turning turned change changes changing changed transform convert become "
        "becomes add adds adding added insert include includes recolour colour colours coloured repaint shrink shrinking enlarge enlarging grow "
        "increase reduce double duplicate copy undo undoing undone redo revert reverse restore cancel repeat retry try tries trying tried again fix "
        "fixing fixed repair repairing repaired mend correct compare comparing contrast merge merging combine join unite blend name named naming call "
        "called calling label tag save saving store keep keeps keeping kept remember learn learned learning memorise teach taught forget forgets "
        "forgetting forgotten unlearn export exporting upscale upscaling segment outline mask highlight select mark cut fill filled use using used "
        "follow following look looks looking see seeing tell describe explain list help know think open load return jump go going went gone come came "
        "back start continue finish write download print accept reject rejected failed fails fail pass passed checks check checked wrong missing work "
        "works worked happened done doing does did "
        # nouns of talk
        "picture pictures image images photo photos version versions background backgrounds scene scenes canvas drawing sketch scribble edges edge lines "
        "contours depth region area selection concept concepts script session history step steps edit edits attempt attempts promise promises ledger "
        "result results reason mistake error errors resolution pixels quality size side middle centre corner top bottom thing things everything nothing "
        "something anything position positions places number version library memory file files difference request wish wishes seed "
        # small words
        "the and with without this that these those them they there their from into onto instead rather than then what which where when how why who many "
        "much more less most some same other another both each every only just also too very please thanks thank hello left right above below under over "
        "underneath beneath beside next near between behind first second third fourth fifth last latest previous current original once twice three four "
        "one two now not never still yet anyway again better best nice nicer great good perfect lovely wonderful bigger smaller larger huge tiny large "
        "little small big bit can will may might must maybe here about after before until because yes for are was were has had but all any out off away "
        "wait verdict verdicts down been being your you mine our its been sure exactly really high higher lower sharper different new old good morning evening "
        "could's let's don't visible shown really actually somewhere anything instead"
    ).split()
)
