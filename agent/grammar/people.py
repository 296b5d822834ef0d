"""Words for people and occasions that a picture is meant for, and other words that only stand around a request.

In the right place they say nothing ("for my daughter", "the client wants …"); anywhere else they are things that the world cannot paint.
"""

PEOPLE = frozenset(
    "lady ladies gentleman gentlemen guest guests visitor visitors grandparents kiddo kid kids child children son daughter wife husband mum mom "
    "mummy mommy dad daddy grandma grandpa granny grandmother grandfather grandson "
    "granddaughter grandchild grandchildren grandkids client clients boss customer customers patient patients pupil pupils student students class "
    "teacher team friend friends colleague colleagues neighbour neighbours neighbor niece nephew aunt uncle brother sister cousin partner "
    "girlfriend boyfriend parents audience readers editor publisher manager director family mother father toddler toddlers everyone people "
    "someone kindergarten nursery "
    # family and the young
    "baby babies tot tots toddler twin twins girl girls boy boys lad lass teen teens teenager infant gran nan nana nanny granddad grandad gramps "
    "papa pops hubby missus spouse fiance fiancee bride groom godson goddaughter stepson stepdaughter siblings relatives folks sis bro infants "
    "cousins aunts uncles sisters brothers daughters sons wives husbands nieces nephews neighbours neighbors mates bestie buddies "
    # people at work, at school, in clubs
    "coworker coworkers roommate flatmate landlord landlady tenant supervisor designer illustrator author authors reviewer reviewers doctor nurse "
    "therapist coach tutor professor lecturer principal headmaster headmistress teachers priest pastor vicar rabbi imam secretary assistant "
    "accountant lawyer chef waiter barber hairdresser florist postman mailman plumber trainer sponsor sponsors investor investors employer "
    "employee employees staff crew squad committee council parish congregation choir scouts scout troop club members member residents "
    "classmate classmates schoolmates pensioners seniors learners graders preschoolers kindergartners kindergarteners "
    # who watches, and who plays
    "viewers viewer followers follower subscribers subscriber subs chat mods mod streamer gamer gamers fans players listeners crowd voters users "
    "shoppers buyers tourists passengers attendees participants "
    "laws princess prince queen king man woman men women person fellow fellows chap bloke dude everybody nobody".split()
)
PURPOSES = frozenset(
    "hero palette tweak cost costs price "
    "experiment comparison reference moodboard presentation slide slides poster billboard card calendar wall party birthday lesson school book "
    "website blog project ad advert campaign portfolio test office ward album cover logo banner newsletter homework story game present gift "
    "wedding class christmas easter anniversary invitation invite flyer brochure magazine article report fridge bedroom contrast fun luck record "
    "records magic exercise sake benefit purpose purposes halloween thanksgiving valentine holiday holidays noon tomorrow tonight monday tuesday "
    "wednesday thursday friday saturday sunday weekend lunch deadline "
    # print and screen
    "page pages leader headline column title spread print prints screen desktop profile avatar sticker stickers post tweet feed zine comic "
    "storyboard collage scrapbook journal diary blurb leaflet pamphlet booklet postcard postcards bookmark catalogue catalog menu label labels "
    "oops whoops button finger thumb keyboard brief thumbnail channel stream overlay emote emotes video podcast trailer intro app game website "
    "talk speech seminar panel splash chapter episode episodes strip opener finale "
    "site homepage header footer handout worksheet "
    "worksheets deck pitch prototype mockup mock demo assignment essay thesis dissertation study research survey "
    # school
    "exam quiz curriculum syllabus term semester alphabet letter sum sums maths math spelling grammar vocabulary phonics reading lessons lecture "
    "workshop course classroom noticeboard board whiteboard blackboard "
    # feasts and gatherings
    "funeral christening baptism graduation retirement fair fete raffle auction picnic barbecue bbq parade festival carnival concert contest "
    "competition exhibition sale reunion shower gala dinner breakfast brunch supper ceremony celebration feast poll vote bet dare challenge "
    "passover hanukkah diwali eid easter advent thanksgiving mothers fathers bake jumble church library museum gallery "
    # things that a picture is put on
    "cushion quilt pillow blanket curtain mug tote shirt tshirt jumper tattoo embroidery mantelpiece mantel frame hallway kitchen door shelf "
    "desk locker window café cafe bakery shop store restaurant "
    # times
    "year years month months week weeks day days hour minute minutes spring summer autumn january february march april june july august "
    "september october november december childhood youth eternity meantime "
    # kinds of picture, and what they shall have
    "still life portrait moodboards motif theme mood vibe vibes symmetry balance effect atmosphere feeling feel look style "
    "drip swag sparkle pizzazz oomph flair bling flex bang boom deal romance drama fun action energy power punch spice zest charm colour "
    "company companionship shade protection warmth decoration emphasis clarity safety variety novelty completeness".split()
)
OPINIONS = frozenset(
    (
        "boring dull ugly lame bland drab dreary gloomy lonely sad hideous awful terrible horrible horrid dreadful ghastly weird strange odd funny "
        "silly stupid ridiculous absurd annoying distracting disturbing irritating confusing crowded cluttered busy messy chaotic bare barren sparse "
        "tacky cheesy childish useless pointless needless unnecessary unsightly unattractive unappealing unpleasant clumsy awkward crooked lopsided "
        "unbalanced unconvincing creepy scary spooky depressing disappointing underwhelming overwhelming excessive overdone tiresome cheerful cheery "
        "joyful festive lively vibrant dramatic romantic cosy elegant stylish classy tasteful harmonious interesting exciting intriguing charming "
        "enchanting striking eye catching attractive appealing impressive adequate acceptable mediocre average decent okayish so-so meh iffy cramped "
        "lost forlorn abandoned shy misplaced redundant overrated outdated predictable cold warm hot freezing empty hungry thirsty sleepy exhausted "
        "thrilled scared frightened afraid worried nervous proud jealous angry upset furious cross shaky convinced satisfied sold keen amused "
        "weak flat blocking covering obstructing hiding overlapping foolish dumb daft idiotic hasty rash "
        "persuaded political crap crappy rubbish garbage trash sucky stinky gross disgusting nasty yucky ew bad worse worst poor lousy joke mess "
        "dominant prominent overpowering clunky intrusive obtrusive loud garish gaudy flashy shabby tatty scruffy "
        "disaster eyesore nuisance shame pity blind tired bored sick"
    ).split()
)
"""What people say of a picture before they say what they want."""
GLAD = frozenset(
    "cheerful cheery joyful festive lively vibrant dramatic romantic cosy elegant stylish classy tasteful harmonious interesting exciting intriguing "
    "charming enchanting striking attractive appealing impressive funny spooky sick dope lit rad epic".split()
)
"""What people say of what they would like."""
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
    (
        "umm uhm hmmm errr yo dude bruh bro sis lmao lol rofl haha hehe omg tbh ngl imo imho fyi btw srsly seriously lowkey highkey legit literally "
        "basically honestly ugh sigh alas argh meh whoa woah gosh gee golly jeez geez crikey strewth blimey yikes howdy ahoy yay woohoo yippee "
        "hurray folks bloody damn darn freaking frigging brr brrr eww ew yuck ooh aww aw omfg whew phew hooray bah hmph pfft psst erm ahem voila "
        "tada cripes oi eh aye matey sweetheart sweetie darling lovey wow"
    ).split()
)
"""What people call out, or call each other."""
PAST = frozenset(
    (
        "messed dreamt dreamed won ate bit fell spoke came went ran slept broke woke felt left bought sold caught fought grew flew swam rode wrote "
        "read heard held kept led lost met paid sent sang sank shook stole stuck swore taught tore threw understood wore knew drew drove began "
        "became chose froze hid hurt owned bred hit spilled"
    ).split()
)
"""Pasts that end like nothing else: they tell of something, and are no misspelling."""
