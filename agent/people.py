"""Words for people and occasions that a picture is meant for, and other words that only stand around a request.

In the right place they say nothing ("for my daughter", "the client wants …"); anywhere else they are things that the world cannot paint.
"""

PEOPLE = frozenset(
    "kid kids child children son daughter wife husband mum mom mummy mommy dad daddy grandma grandpa granny grandmother grandfather grandson "
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
WANTING = frozenset(
    "want wants wanted need needs needed would like likes loves love hate hates dislikes prefer prefers say says said think thinks thought ask "
    "asks asked request requests requested insist insists wish wishes suggests suggest told tells demands desires adore adores enjoy enjoys "
    "fancies fancy will does did is wonders".split()
)
"""What people do who wish."""
CALLS = frozenset(
    "yo dude bruh bro sis lmao lol rofl haha hehe omg tbh ngl imo imho fyi btw srsly seriously lowkey highkey legit literally basically honestly "
    "ugh sigh alas argh meh whoa woah gosh gee golly jeez geez crikey strewth blimey yikes howdy ahoy yay woohoo yippee hurray folks bloody damn "
    "darn freaking frigging oi eh aye matey sweetheart sweetie darling lovey wow".split()
)
"""What people call out, or call each other."""
