"""Words of requests by what they do: verbs in classes, marks that tell the parts of a sentence apart, words that say nothing.

Verbs stand in their base form; other forms are made by rule. An underscore stands for a particle, which may come later: "take it away".
"""

from functools import lru_cache

from .people import BEING, CALLS

VERBS: dict[str, str] = {
    "replace": "recast replace substitute supplant swap_out change_out sub_out trade_in swap_in exchange trade swap switch flick sub",
    "swap": "swap exchange switch trade interchange flip reverse invert transpose",
    "change": "change turn transform convert morph alter modify",
    "make": "make render let have keep resize ensure",
    "remove": "burst pop_off remove delete erase drop wipe hide ditch eliminate lose clear discard scrap banish purge strip axe kill scratch dispose kick_out cut_away empty strike get_out "
    "get_rid take_away put_away nix take_out clean_up clean_out clean_away tidy_away take_off throw_out throw_away wipe_out wipe_away rub_out leave_out do_away cross_out clear_away clear_out "
    "chuck_out toss_out edit_out crop_out lift_out paint_out take_down blank_out white_out black_out "
    "yeet nuke zap evict expel oust omit expunge obliterate annihilate vaporise vaporize bin trash rm del jettison eject scrub dump quit maroon exclude "
    "subtract despawn demolish uproot withdraw clone_out boot_out shoo_away chase_away chop_down lose_out write_out make_away",
    "vanish": "go leave disappear vanish come_down drift_away float_away fly_away walk_away run_away sail_away fade evaporate",
    "add": "add insert include append introduce throw_in squeeze_in pop_in bring_in stick_in fit_in sneak_in slip_in squeeze plant accompany join balance paint_in draw_in sketch_in complete decorate enrich extend "
    "strew invite welcome squish_in wedge_in fold_in toss_in chuck_in drop_in whack_in bung_in mix_in work_in slot_in tuck_in slap_in spawn summon conjure_up garnish adorn embellish bring_on",
    "put": "put place set position stick stand lay situate locate hang pop park seat sit rest fit mount arrange drop grow slap whack bung chuck plonk plop "
    "stuff cram plunk toss tuck nestle perch prop settle install serve spawn summon plate_up hoist deposit wedge erect build scatter throw",
    "move": "move shift drag push pull slide relocate nudge send bring transfer carry reposition take transport shove scoot put place set get "
    "steer swing haul teleport scooch budge inch lug heave yank tug warp whisk ferry wheel reframe rearrange recompose",
    "raise": "raise lift elevate hoist rise",
    "lower": "lower sink descend",
    "paint": "paint inpaint repaint redraw draw create generate sketch depict illustrate produce show design compose imagine picture visualise visualize render "
    "portray craft conceive capture whip conjure doodle rustle_up ink put_together roll_out conjure conjure_up whip_up knock_up cook_up mock_up serve_up spawn build reshoot retell restage",
    "give": "give get make have do wear carry hold",
    "colour": "stain splash bathe drench smear daub respray spray recolour colour dye tint repaint tinge paint",
    "grow": "bump_up pump_up puff_up plump_up enlarge grow inflate expand magnify blow_up scale_up size_up bulk_up increase upsize widen embiggen beef_up boost augment broaden lengthen swell",
    "shrink": "tone_down dial_down shrivel shrink reduce scale_down size_down decrease downsize minimise minimize miniaturise miniaturize cut_down deflate halve diminish lessen compress scale_back slim_down trim_down shrink_down",
    "double": "duplicate double clone copy triple quadruple",
    "want": "search seek deserve want need prefer fancy wish love require miss see like get have give adore desire require crave demand",
    "be": "be become look appear stay remain turn",
    "suit": "suit fit match",
    "segment": "segment outline mask highlight mark select extract isolate cut_out delineate detect pick_out point_out crop locate trace separate",
    "forget": "forget unlearn",
    "fill": "fill",
}
"""Class -> verbs. A verb of several classes is told by the company it keeps."""

TALK = (
    "manage order request belong try fix repair mend correct compare contrast merge combine join unite fuse blend name call label tag title dub christen bookmark save store "
    "export dump write download upscale undo redo revert reverse list explain justify tell describe help return jump open load restore repeat "
    "retry rerender iterate retouch judge continue start begin check verify cancel think know mean ask promise say understand happen work find answer hear learn remember "
    "memorise memorize teach study recognise recognize train meet fill hand point sort settle amend patch rectify resolve solve improve accept "
    "approve reject refuse print sharpen log record display review recap count pick choose select wait stop hope guess believe suppose wonder "
    "mind thank hold belong lie use follow respect base guide fail pass fulfil step type roll walk throw dismiss decline override ignore edit "
    "regenerate redraw reroll shuffle surprise differ lead decide plan intend finish satisfy express feel appreciate enjoy float swim sail drive "
    "run fly play apply rework owe deal match bloom wear attach provide upload supply trace mark wrong visit switch skip head bring rename identify resume reload reopen revisit replay rerun fetch remind "
    "mess botch bungle hover reserve intend roam wander stroll graze surround encircle feature involve flutter dangle loom soar glide lean chill relax lounge live fall"
).split()

IRREGULAR = {
    "be": "is are was were am been being",
    "do": "did does done doing",
    "have": "has had having",
    "go": "goes went gone going",
    "take": "took taken taking",
    "get": "got gotten getting",
    "make": "made making",
    "give": "gave given giving",
    "put": "putting",
    "set": "setting",
    "let": "letting",
    "cut": "cutting",
    "draw": "drew drawn",
    "throw": "threw thrown",
    "bring": "brought",
    "shrink": "shrank shrunk",
    "grow": "grew grown",
    "lose": "lost losing",
    "swap": "swapped swapping",
    "drop": "dropped dropping",
    "drag": "dragged dragging",
    "strip": "stripped stripping",
    "stick": "stuck",
    "stand": "stood",
    "lay": "laid",
    "sit": "sat",
    "hang": "hung",
    "hide": "hid hidden",
    "become": "became",
    "send": "sent",
    "say": "said",
    "see": "saw seen",
    "tell": "told",
    "teach": "taught",
    "learn": "learnt",
    "forget": "forgot forgotten forgetting",
    "know": "knew known",
    "think": "thought",
    "find": "found",
    "fit": "fitted",
    "run": "ran",
    "begin": "began begun beginning",
    "undo": "undid undone undoes",
    "redo": "redid redone redoes",
    "write": "wrote written",
    "mean": "meant",
    "meet": "met",
    "plan": "planned planning",
    "choose": "chose chosen",
    "hold": "held",
    "keep": "kept",
    "hear": "heard",
    "feel": "felt",
    "understand": "understood",
    "sink": "sank sunk",
    "dye": "dyed dyeing",
    "step": "stepped stepping",
    "stop": "stopped stopping",
    "scrap": "scrapped scrapping",
    "crop": "cropped cropping",
    "show": "shown",
    "fulfil": "fulfill fulfilled fulfills",
    "lead": "led",
    "fly": "flew flown",
    "lie": "lying",
    "wear": "wore worn",
    "repaint": "repainted",
    "flip": "flipped flipping",
    "transfer": "transferred transferring",
    "recolour": "recolor",
    "skip": "skipped skipping",
    "swing": "swung",
    "spawn": "spawned",
    "rm": "rm",
    "del": "del",
    "omit": "omitted omitting",
    "bin": "binned binning",
    "slap": "slapped slapping",
    "plop": "plopped plopping",
    "tug": "tugged tugging",
    "quit": "quitting",
    "expel": "expelled expelling",
    "withdraw": "withdrew withdrawn",
    "build": "built",
    "drive": "drove driven",
    "sub": "subbed subbing",
}
RARE = frozenset(
    (
        "adore nix sneak ink flick sub invert transpose yeet nuke zap evict expel oust omit expunge obliterate annihilate vaporise vaporize bin trash rm del jettison eject scrub dump quit maroon "
        "exclude subtract despawn demolish uproot withdraw chop shoo chase drift fade evaporate slot spawn summon conjure garnish adorn embellish slap whack bung chuck plonk plop "
        "plunk tuck nestle perch prop settle install serve deposit wedge erect build scatter steer swing haul teleport scooch budge inch lug heave yank tug warp whisk ferry wheel "
        "reframe rearrange descend portray craft conceive whip knock cook mock reshoot retell restage recompose embiggen boost augment broaden lengthen swell diminish lessen "
        "compress slim trim strew invite welcome squish fold stuff cram stain splash bathe drench smear daub respray spray bump pump puff plump triple quadruple tone dial shrivel burst roam wander stroll graze surround encircle feature involve rustle doodle capture desire crave require demand ensure hover flutter dangle loom soar glide lean chill relax lounge live fall remind reserve intend"
    ).split()
)
"""Verbs that no misspelling is taken for: they are too seldom, and too many other words are near them."""
NOT_VERBS = frozenset({"left", "lay", "colour", "setting", "like", "likes"})  # other words far more often

LIGHT = frozenset(
    (
        "please kindly just now maybe perhaps then so ok okay well hey hi hello there here oh ah hmm um uh er yes yeah yep sure fine cool "
        "can could will would may might shall should must ought to you i we me us my your our he she they their his it's that this these those "
        "a an the of for as by in on at from with into onto inside within upon about and or but if whether when while because since "
        "again also very really quite pretty much bit slightly somewhat actually simply even certainly definitely properly rather far "
        "possible possibly able way kind sort type exactly perfectly nicely better best nice good great lovely beautiful pleasing fun cute sweet "
        "time times moment ever always still already yet soon later today finally first next last "
        "what who how why which some any all each every either both one ones thing things object objects item items stuff something anything "
        "somebody someone everything whatever whole entire entirely completely totally fully altogether overall itself own other else instead "
        "picture pictures image images photo photos photograph painting drawing scene canvas frame composition artwork illustration shot view "
        "version versions result colour colours coloured size sized hue shade part place spot position somewhere anywhere space room area "
        "not enough only too than where dear friend mate buddy pal mister sir madam computer "
        "happy glad pleased sorry thanks cheers awesome perfect excellent wonderful grateful welcome nope nah hm morning evening "
        "idea wish request order change changes version job favour task difference thought "
        "up down out off away over back along around across through upwards downwards alone together present visible simple "
        "real normal ordinary usual new old young fresh yourself myself em them it its s d ll m re ve t "
        "might've suddenly immediately quickly gently carefully kindly little lot lots tad touch bunch behalf "
        "such however though although anyway right-hand hand side edge half corner middle end top head standing anymore longer anyhow "
        "feels seems look looks looking seem region regions masked marked selection selected drawn zone outline outlines cutout silhouette stencil segmentation "
        "brief summery springlike simpler calmer tidier cleaner quieter neater plainer "
        "pixels pixel shape shapes contour contours 's edges lines depth scribble sketch doodle map section want wants like likes need needs matter point more less most nothing nicer prettier fancier worse further farther number amount quantity above below under over beneath underneath beside near lots different natural total clean hole circled surrounds surrounding fill count current another asap variation variations vary alternative alternatives trouble afraid fact suggestion suggest propose anyone anybody favourite quick hereby henceforth forthwith thus herewith yonder reckon reflection considered opinion hurry worry happier otherwise come came comes brush remain remains season weather attempt attempts variant whom contain contains plenty before after until stuff alright ahead allright deserve deserves contents content explanation nicely "
        "easy fast quick urgent everywhere whatsoever till til sunny breezy calm idyllic picturesque scenic unsure certain least rule rules pleases delights smile smiles nope rq fr ong frfr ngl lgtm na nah no-cap deffo defo obvs totes pretty-please afaik iirc idc jk lmk pieces piece spring summer autumn circle oval scribbled doodled highlighted shaded portion brushed gap blank rectangle square box shaded hatched coloured painted drawn "
        "free neat ideal fab fantastic amazing superb brilliant terrific stunning gorgeous funnier cooler handy lonesome birthday motor round aboard knowledge smidge smidgen silent quiet peaceful serene needful thou hath "
        + " ".join((*CALLS, *BEING))
    ).split()
)

PRAISE = frozenset(
    (
        "great good nice perfect thanks thank cheers wow lovely wonderful beautiful awesome excellent amazing hello hi hey morning evening "
        "afternoon bye goodbye cool brilliant fantastic superb love bravo sweet neat super well greetings gorgeous stunning splendid marvellous "
        "impressive fabulous terrific magnificent pretty liked loved happy pleased appreciate appreciated kudos yay hooray ok okay fine like likes hiya "
        "impressed loves adore adores adored cute nicely many congratulations congrats goodnight delightful charming adorable grateful thx ta farewell outstanding best ideal "
        "merci gracias grazie arigato obrigado beautifully wonderfully gorgeously brilliantly perfectly superbly splendidly nicely spectacular phenomenal breathtaking incredible magical majestic exquisite sublime charming sick lit fire slaps dope rad ace ripper bonza gg ggs wp delighted obliged charmed legend smashing brill epic stellar flawless immaculate swell grand chuffed yippee woohoo delighted thrilled poggers pog super smile smiling pleases enchanted marvelous tremendous sensational stupendous ecstatic overjoyed"
    ).split()
)
"""Words of praise and greeting: alone, or among words that say nothing, they ask for nothing."""
POLITE = frozenset(
    "how that's all it for very much so a an the you i we me my your this that really is was are be look looks looking to oh and of have has had "
    "lot lots too also one picture result painting they it's everybody everyone friend mate buddy painter no more need nothing else turned out enough "
    "came exactly wanted absolutely simply as indeed am not bad bit already with mister robot machine computer bot artist talented today meet "
    "kind ever god bless blessings "
    "thousand million patience help effort efforts service support genius hero lifesaver going fan result haha lol heh hehe everyone "
    "at all stuff so will do done one i'm job work done doing by far just really truly quite there though though must say don't do think feel find of us made paint painted in much partner acquaintance she he they kids chap make your sir love pal folks lads guys dude bro darling sweetheart made makes pleases me us smile him her children fellow young man woman lady gentleman old chap lass lad helpful generous thoughtful kind".split()
)
"""Words that may stand beside praise."""


COUPLES = {"couple": 2, "pair": 2, "trio": 3}
TIMES = {"once": 1, "twice": 2, "thrice": 3}
ORDINALS = {
    **dict.fromkeys(("first", "1st", "original", "initial", "earliest", "oldest"), 1),
    **dict.fromkeys(("second", "2nd"), 2),
    **dict.fromkeys(("third", "3rd"), 3),
    **dict.fromkeys(("fourth", "4th"), 4),
    **dict.fromkeys(("fifth", "5th"), 5),
    **dict.fromkeys(("sixth", "6th"), 6),
    **dict.fromkeys(("seventh", "7th"), 7),
    **dict.fromkeys(("eighth", "8th"), 8),
    **dict.fromkeys(("ninth", "9th"), 9),
    **dict.fromkeys(("tenth", "10th"), 10),
    **dict.fromkeys(("last", "latest", "newest", "final"), -1),
}
NUMBERS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}

# Spellings and short forms that stand for other words.
SHORT = {
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not", "wasnt": "was not", "werent": "were not",
    "cant": "can not", "cannot": "can not", "can't": "can not", "couldnt": "could not", "wont": "will not", "won't": "will not",
    "wouldnt": "would not", "shouldnt": "should not", "havent": "have not", "hasnt": "has not", "shan't": "shall not", "ain't": "is not",
    "im": "i am", "ive": "i have", "id": "i would", "lets": "let us", "let's": "let us", "whats": "what is", "thats": "that is",
    "theres": "there is", "wheres": "where is", "hows": "how is", "whos": "who is", "wanna": "want to", "gonna": "going to", "gimme": "give me",
    "lemme": "let me", "gotta": "have to", "pls": "please", "plz": "please", "u": "you", "ur": "your", "thx": "thanks", "tnx": "thanks",
    "ty": "thanks", "pic": "picture", "pics": "pictures", "img": "image", "bg": "background", "vs": "versus", "w/o": "without", "te": "the", "th": "the", "hte": "the", "tte": "the", "tje": "the", "tha": "the", "yu": "you", "yuo": "you", "yoou": "you",
    "cn": "can", "wth": "with", "wit": "with", "abt": "about", "wat": "what", "wht": "what", "hw": "how", "bt": "but", "pt": "put", "nd": "and",
    "ad": "add", "ct": "cat", "dg": "dog", "ot": "to", "fo": "for", "lte": "let", "wy": "why", "alot": "a lot", "keap": "keep", "wyh": "why", "plase": "please", "pleas": "please", "plese": "please", "pleese": "please", "lets's": "let us", "gt": "get", "ned": "need", "si": "is", "iis": "is",
    "o'clock": "time", "y'all": "you", "&": "and", "hi-res": "hires", "high-res": "hires", "highres": "hires", "re-do": "redo", "un-undo": "redo", "re-paint": "repaint",
    "re-roll": "reroll", "re-try": "retry", "re-colour": "recolour", "re-color": "recolour", "no.": "number", "nr": "number", "um": "", "uh": "",
    "r": "are", "n": "and", "w": "with", "da": "the", "de": "the", "dis": "this", "dat": "that", "dem": "them", "lil": "little", "smol": "small", "ya": "you", "ye": "you",
    "yer": "your", "yr": "your", "ol": "old", "og": "old", "oughta": "ought to", "hafta": "have to", "outta": "out of", "lotta": "lot of", "kinda": "", "sorta": "",
    "cuz": "because", "coz": "because", "cos": "because", "rn": "right now", "hav": "have", "lern": "learn", "luv": "love", "wot": "what", "wich": "which", "wher": "where",
    "whi": "why", "rite": "right", "tho": "though", "thru": "through", "abit": "a bit", "aswell": "as well", "tysm": "thanks", "cud": "could", "shud": "should", "wud": "would",
    "nite": "night", "pix": "pictures", "imma": "i will", "ima": "i will", "tryna": "trying to", "dunno": "do not know", "fav": "favourite", "fave": "favourite",
    "nvm": "never mind", "wdym": "what do you mean", "idk": "i do not know", "tryin": "trying", "fil": "fill", "compair": "compare", "how'd": "how did", "why'd": "why did", "what'd": "what did", "where'd": "where did", "g'day": "hello", "thnx": "thanks", "k": "ok", "kk": "ok",
    "re-run": "rerun", "mv": "move", "watever": "whatever", "wotever": "whatever", "whatevs": "whatever", "colorize": "recolour", "colourize": "recolour", "colorise": "recolour", "colourise": "recolour", "ls": "list", "sory": "sorry", "sry": "sorry", "srry": "sorry", "drow": "draw", "darw": "draw", "drwa": "draw", "wana": "want to", "re-render": "rerender", "re-generate": "regenerate", "re-shoot": "reshoot", "shrinked": "shrunk", "sposed": "supposed", "wanta": "want to", "needta": "need to",
    "bday": "birthday", "seperate": "separate", "diffrent": "different", "difrent": "different", "motor-car": "car",
    "sth": "something", "smth": "something", "sumthing": "something", "somethin": "something", "shes": "she is", "hes": "he is", "theyre": "they are", "youre": "you are", "weve": "we have",
    "youve": "you have", "theyve": "they have", "itll": "it will", "thatll": "that will", "theyll": "they will", "youll": "you will", "itd": "it would", "thatd": "that would", "couldve": "could have",
    "shouldve": "should have", "wouldve": "would have", "gr8": "great", "l8r": "later", "swop": "swap", "swopped": "swapped", "swops": "swaps", "swopping": "swapping", "b4": "before", "2day": "today", "tmrw": "tomorrow",
    "tmr": "tomorrow", "bc": "because", "bcuz": "because", "becuz": "because", "tks": "thanks", "whatcha": "what do you", "whaddya": "what do you", "dya": "do you", "d'you": "do you", "c'mon": "come on", "cmon": "come on",
    "betcha": "i bet you", "shoulda": "should have", "coulda": "could have", "woulda": "would have", "musta": "must have", "don": "do not", "peeps": "people", "infront": "in front", "ontop": "on top", "un-happen": "undo",
    "unhappen": "undo", "ti": "it", "whatevers": "whatever is", "til": "until", "till": "until", "un-do": "undo", "undoing": "undo", "descr": "description", "info": "information",
}  # fmt: skip
SPELT = {
    "color": "colour", "colors": "colours", "colored": "coloured", "coloring": "colouring", "recolor": "recolour", "recolored": "recoloured",
    "gray": "grey", "center": "centre", "central": "centre", "favor": "favour", "favorite": "favourite", "photos": "pictures",
    "outlines": "outline", "fulfilled": "fulfil", "comparision": "comparison", "comparsion": "comparison", "comparisson": "comparison",
}  # fmt: skip


@lru_cache(maxsize=1)
def forms() -> dict[str, str]:
    """Every form of every verb -> its base."""
    found: dict[str, str] = {}
    bases = {phrase.split("_")[0] for verbs in VERBS.values() for phrase in verbs.split()} | {*TALK, *IRREGULAR}
    for base in sorted(bases):
        for form in _regular(base):
            found.setdefault(form, base)
    for base, others in IRREGULAR.items():
        found |= dict.fromkeys(others.split(), base)
    return {form: base for form, base in (found | {base: base for base in bases}).items() if form not in NOT_VERBS}


def _regular(base: str) -> tuple[str, ...]:
    stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
    if base.endswith("y") and base[-2] not in "aeou":
        return base, f"{base[:-1]}ies", f"{base[:-1]}ied", f"{base}ing"
    doubled = base + base[-1] if len(base) <= 4 and base[-1] not in "aeiouwxyhkl" and base[-2] in "aiou" and base[-3:-2] not in "aeiou" else stem
    return base, f"{base}es" if base.endswith(("s", "sh", "ch", "x", "z")) else f"{base}s", f"{doubled}ed", f"{doubled}ing"


@lru_cache(maxsize=1)
def classes() -> dict[str, tuple[tuple[str, str], ...]]:
    """Base of a verb -> (particle, class) for each class it is in; the particle is empty where it needs none."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, verbs in VERBS.items():
        for phrase in verbs.split():
            base, _, particle = phrase.partition("_")
            found.setdefault(base, []).append((particle, name))
    return {base: tuple(those) for base, those in found.items()}
