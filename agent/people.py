"""Words for people and occasions that a picture is meant for, and other words that only stand around a request.

In the right place they say nothing ("for my daughter", "the client wants …"); anywhere else they are things that the world cannot paint.
"""

PEOPLE = frozenset(
    "lady ladies gentleman gentlemen guest guests visitor visitors grandparents kiddo kid kids child children son daughter wife husband mum mom "
    "mummy mommy dad daddy grandma grandpa granny grandmother grandfather grandson "
    "granddaughter grandchild grandchildren grandkids client clients boss customer customers patient patients pupil pupils student students class "
    "teacher team friend friends colleague colleagues neighbour neighbours neighbor niece nephew aunt uncle brother sister cousin partner "
    "girlfriend boyfriend parents audience readers editor publisher manager director family mother father toddler toddlers everyone people "
    "someone kindergarten nursery".split()
)
PURPOSES = frozenset(
    "experiment comparison reference moodboard presentation slide slides poster billboard card calendar wall party birthday lesson school book "
    "website blog project ad advert campaign portfolio test office ward album cover logo banner newsletter homework story game present gift "
    "wedding class christmas easter anniversary invitation invite flyer brochure magazine article report fridge bedroom contrast fun luck record "
    "records magic exercise sake benefit purpose purposes halloween thanksgiving valentine holiday holidays noon tomorrow tonight monday tuesday "
    "wednesday thursday friday saturday sunday weekend lunch deadline".split()
)
OPINIONS = frozenset(
    "boring dull ugly lame bland drab dreary gloomy lonely sad hideous awful terrible horrible horrid dreadful ghastly weird strange odd funny "
    "silly stupid ridiculous absurd "
    "annoying distracting disturbing irritating confusing crowded cluttered busy messy chaotic bare barren sparse tacky cheesy childish useless "
    "pointless needless unnecessary "
    "unsightly unattractive unappealing unpleasant clumsy awkward crooked lopsided unbalanced unconvincing creepy scary spooky depressing "
    "disappointing underwhelming "
    "overwhelming excessive overdone tiresome cheerful cheery joyful festive lively vibrant dramatic romantic cosy elegant stylish classy "
    "tasteful harmonious interesting "
    "exciting intriguing charming enchanting striking eye catching attractive appealing impressive adequate acceptable mediocre average decent "
    "okayish so-so meh iffy "
    "cramped lost forlorn abandoned shy misplaced redundant overrated outdated predictable cold warm hot freezing empty crap crappy rubbish "
    "garbage trash sucky stinky gross "
    "disgusting nasty yucky ew bad worse worst poor lousy joke mess disaster eyesore nuisance shame pity blind tired bored sick".split()
)
"""What people say of a picture before they say what they want."""
WANTING = frozenset(
    "want wants wanted need needs needed would like likes loves love hate hates dislikes prefer prefers say says said think thinks thought ask "
    "asks asked request requests requested insist insists wish wishes suggests suggest told tells demands desires adore adores enjoy enjoys "
    "fancies fancy will does did is wonders".split()
)
"""What people do who wish."""
BEING = frozenset(
    "bobbing drifting galloping trotting prancing romping frolicking sauntering marching crawling hiking paddling cruising towering lingering "
    "loitering "
    "overlooking crossing exploring admiring approaching facing framed framing flanked flanking featuring featured starring involving depicting "
    "captured "
    "bathing basking roaming wandering strolling grazing surrounded encircled nestled nestling leaning dozing napping idling standin strutting "
    "trudging "
    "wading anchored moored docked tethered perching overhead towered looming gazing staring minding travelling traveling moving rolling "
    "begging begs begged pleading pleads craving longing dwelling residing situated positioned placed located alighted descending ascending "
    "passing waiting hidden peeking peeping blooming blossoming".split()
)
"""How a thing is somewhere: said of what a picture shows, it says no more than that it is there."""
CALLS = frozenset(
    "yo dude bruh bro sis lmao lol rofl haha hehe omg tbh ngl imo imho fyi btw srsly seriously lowkey highkey legit literally basically honestly "
    "ugh sigh alas argh meh whoa woah gosh gee golly jeez geez crikey strewth blimey yikes howdy ahoy yay woohoo yippee hurray folks bloody damn "
    "darn freaking frigging brr brrr eww ew yuck ooh aww aw omfg whew phew hooray bah hmph pfft psst erm ahem voila tada cripes crikey oi eh aye "
    "matey sweetheart sweetie darling lovey wow".split()
)
"""What people call out, or call each other."""
