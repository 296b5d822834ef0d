"""Words of requests beside the world's own: synonyms, ways to say where, and words that carry nothing."""

# Other words for the same thing; each use is told in `readings`.
SYNONYMS = {
    **dict.fromkeys(("kitten", "kitty", "pussycat", "moggy", "tomcat", "kitteh"), "cat"),
    **dict.fromkeys(("puppy", "doggy", "doggie", "hound", "pup", "pooch", "doggo", "mutt"), "dog"),
    **dict.fromkeys(("automobile", "auto", "motorcar"), "car"),
    **dict.fromkeys(("ship", "sailboat", "sailing-boat", "yacht"), "boat"),
    **dict.fromkeys(("pony", "foal", "horsey", "horsie"), "horse"),
    **dict.fromkeys(("brolly", "parasol"), "umbrella"),
    **dict.fromkeys(("armchair",), "chair"),
    **dict.fromkeys(("lorry",), "truck"),
    **dict.fromkeys(("home", "cottage", "hut"), "house"),
    **dict.fromkeys(("tortoise",), "turtle"),
    **dict.fromkeys(("spectacles", "eyeglasses", "specs"), "glasses"),
    **dict.fromkeys(("ocean", "water", "waves", "seas", "waters"), "sea"),
    **dict.fromkeys(("woods", "wood", "woodland"), "forest"),
    **dict.fromkeys(("shore", "seaside", "coast", "seashore"), "beach"),
    **dict.fromkeys(("field", "grassland", "lawn", "grass", "pasture"), "meadow"),
    **dict.fromkeys(("town", "street", "downtown"), "city"),
    **dict.fromkeys(("nighttime", "midnight", "nightfall"), "night"),
    **dict.fromkeys(("dusk", "sundown", "twilight"), "sunset"),
    **dict.fromkeys(("snowy", "winter", "wintry", "snowfall", "snowing"), "snow"),
    **dict.fromkeys(("dunes", "dune"), "desert"),
    **dict.fromkeys(("indoors",), "room"),
    **dict.fromkeys(("little", "tiny"), "small"),
    **dict.fromkeys(("large", "huge", "giant"), "big"),
    **dict.fromkeys(("violet",), "purple"),
    **dict.fromkeys(("kittens", "kitties", "moggies"), "cats"),
    **dict.fromkeys(("puppies", "doggies", "pups", "doggos", "hounds"), "dogs"),
    **dict.fromkeys(("automobiles", "autos"), "cars"),
    **dict.fromkeys(("ships", "sailboats", "yachts"), "boats"),
    **dict.fromkeys(("ponies", "horseys", "horsies"), "horses"),
    **dict.fromkeys(("brollies", "parasols"), "umbrellas"),
    **dict.fromkeys(("armchairs",), "chairs"),
    **dict.fromkeys(("lorries",), "trucks"),
    **dict.fromkeys(("homes", "cottages"), "houses"),
    **dict.fromkeys(("tortoises",), "turtles"),
}

# Colours that an object without colour words has anyway: "green tree" is a tree.
DRAWN_AS = {"tree": "green", "sunflower": "yellow", "lemon": "yellow", "turtle": "green", "crown": "yellow"}

BETWEEN = {
    "to the left of": "left of",
    "on the left of": "left of",
    "on the left side of": "left of",
    "left of": "left of",
    "to the right of": "right of",
    "on the right of": "right of",
    "on the right side of": "right of",
    "right of": "right of",
    "on top of": "above",
    "above": "above",
    "over": "above",
    "below": "below",
    "under": "below",
    "underneath": "below",
    "beneath": "below",
    "next to": "",
    "beside": "",
    "near": "",
    "close to": "",
    "together with": "",
    "along with": "",
}
PLACES = {"left": "left", "right": "right", "top": "top", "bottom": "bottom", "middle": "middle", "centre": "middle", "center": "middle"}
PLACE = (
    r"(?:on|at|to|in) the (left|right|top|bottom|middle|centre|center)(?: hand)?(?: side| edge| half| part)?"
    r"(?: of (?:the|this) (?:picture|image|scene))?"
)

WITHOUT = frozenset({"without", "no", "not"})
JOINS = frozenset({"and", "with", "plus", ",", "&", "also"})
ARTICLES = frozenset({"a", "an", "the", "one", "another", "some", "any", "single", "this", "that", "these", "those", "my", "your", "our", "its"})
FILLERS = frozenset(
    (
        "of is are be was were there here it its them they he she i you we me us what which where how many much who whats does do did "
        "can could would will should may like want wants need please thanks thank kindly just now maybe then so to for from as by in on at "
        "into onto inside picture image photo photograph painting drawing scene paint draw make create generate render show see have has "
        "give let lets put add get color colour coloured colored colours background backdrop side standing sitting lying parked "
        "nice pretty beautiful lovely good hello hi hey ok okay well also too only more very really bit i'd i'm let's it's there's "
        "d ll m s re ve t empty nothing but something somewhere"
    ).split()
)
