"""Greetings, thanks, praise and polite frames: what stands around a request, or instead of one."""

from collections.abc import Sequence

from .clause import Clause, phrase_of
from .people import CALLS
from .spelling import Word
from .thesaurus import LIGHT, POLITE, PRAISE, forms

BEFORE = (
    "please,just out of curiosity,out of curiosity,just curious,young man,young lady,good sir,dear sir,my good man,kind sir,quick question,one question,question,thanks,thank you,hi,hello,hey,hi there,hello there,hey there,good morning,good evening,ok,okay,alright,well,so,now,and now,kindly,"
    "yes,yeah,great,perfect,nice,cool,fine,sorry,excuse me,oh,ah,hmm,um,maybe,perhaps,actually,right,listen,dear painter,painter,wait,also please,"
    "go ahead and,hello again,hi again,good night,good day,good afternoon,nice work,good work,great work,well done,nicely done,great job,nice job,"
    "i want you to,i would like you to,i need you to,i would love you to,i would like to,i want to,i need to,i wish to,let us,can you,could you,would you,"
    "will you,can we,could we,can i,could i,may i,might i,you can,you could,you should,you may,you might,we can,we could,we should,would you mind,do you mind,"
    "i think you should,i think we should,it would be nice to,it would be great to,why do you not,why do we not,why do not we,why do not you,why not,would it be possible to,would it be too much to ask for,is it too much to ask for,would it be too much to,is it too much to ask to,could i trouble you for,could i trouble you to,might you be able to,would you be able to,any way you could,is there any way you could,is there a way to,"
    "is it possible to,would it be ok to,feel free to,try to,do not forget to,remember to,time to,be so kind and,be so kind as to,would you be so kind as to,would you be so kind and,if you do not mind,if possible,if you can,"
    "could you please,can you please,would you please,will you please,could you kindly,would you kindly,can you kindly,thanks a lot,thank you very much,many thanks,good job,good,"
    "first,i reckon,i figure,i suppose,i guess,i think,i believe,i feel that,i feel,in my opinion,to my mind,to my eye,my suggestion is to,my suggestion,i suggest that we,i suggest you,i suggest,i propose that we,i propose,what if we,what if you,to be frank,to be fair,to be precise,to be clear,if i am honest,if you ask me,truth be told,quite frankly,speaking frankly,frankly speaking,may i ask you to,can i ask you to,could i ask you to,may i request that you,i am asking you to,do me a favour and,could you do me a favour and,be my guest and,if it pleases you,would you care to,care to,mind if we,how about you,how about we,why do you not just,all i want is,all i need is,all i ask is,the plan is to,the plan is,the plan,next step,next thing,change of plan,change of plans,new plan,new idea,here is an idea,here is a thought,here is the thing,i have an idea,i have got an idea,i had an idea,quick one,sorry to be a pain,sorry to bother you,sorry for the trouble,sorry to trouble you,sorry to interrupt,sorry to be picky,sorry to be a bother,pardon me,pardon,forgive me,my bad,my mistake,first things first,first of all,to start with,to begin with,for starters,before anything else,it is time to,time for us to,let me ask you to,let me have you,is there any way to,is there a way to,any way to,any chance you could,any chance you can,any chance of you,any chance we could,any chance to,is there any chance you could,is it possible that you,is it possible you could,is it possible you can,is it possible you,is it possible for you to,would it be possible for you to,would it be too much to ask to,would it be too much trouble to,can i trouble you to,could i trouble you to,may i trouble you to,might i trouble you to,can i get you to,could i get you to,can i have you,i would be happy to have you,i trust you to,you have my permission to,go right ahead and,could your brush,could your brushes,can your brush,can your brushes,let your brush,let your brushes,finally,in fact,to be honest,honestly,frankly,all things considered,on reflection,if it is not too much trouble,for the next step,as a next step,afterwards,then,she changed her mind,he changed his mind,they changed their minds,they changed their mind,we changed our minds,i am sorry,for now,trust me,believe me,arrange it so that,make it so that,make it so,have it so that,set it up so that,let us begin with something easy,let us begin with something simple,i have thought about it and,i thought about it and,thinking about it,come to think of it,would it kill you to,would it hurt to,would it be asking too much to,it would make my day if you,it would make my day if you could,that would make my day if you,it would make me happy if you,actually now,for comparison,it is my wish that,it is my wish to,my wish is that,my wish is to,be so good as to,do be so good as to,be good enough to,have the goodness to,be a dear and,be a darling and,be a sweetheart and,be a love and,be an angel and,i would appreciate it if you,i would appreciate it if you could,might we,she says,he says,they say,she said,he said,she thinks,he thinks,they said,they think,she says that,he says that,they say that,they want you to,she wants you to,he wants you to,kindly do the needful and,hang on,never mind that,i say,go on and,on second thoughts,hey you,hello dear,hi dear,dear,my dear,love,oh dear,oh my,my goodness,oh goodness,goodness,goodness me,good heavens,actually you know what,you know what,know what,lovely,wonderful,very nice,ok now,ok so,wow"
).split(",") + [
    f"{start} {feeling} if {who}{could}"
    for start in ("i would be", "i will be", "it would be", "that would be")
    for feeling in ("delighted", "glad", "happy", "grateful", "pleased", "nice", "great", "lovely", "good", "thrilled", "obliged")
    for who in ("you", "we")
    for could in ("", " could", " would", " can")
] + [
    f"{one} {thing}"
    for one in ("one", "one small", "just one", "a small", "tiny", "small", "quick", "a quick", "another", "one more", "just one more", "one last", "a last")
    for thing in ("thing", "request", "wish", "favour")
] + sorted(CALLS)  # fmt: skip
AFTER = (
    "please,first,thanks,thank you,for me,for us,now,then,ok,okay,would you,could you,will you,can you,if possible,if you can,if you could,if you like,"
    "if you please,if you want,if you do not mind,if that is possible,if that is ok,when you have time,when you can,asap,as soon as possible,right away,"
    "right now,thanks a lot,thank you very much,many thanks,cheers,at once,immediately,quickly,that would be great,that would be nice,"
    "that would be lovely,will you please,i think,i guess,maybe,perhaps,thanks in advance,and thanks,and thank you,or so,somehow,for a change,"
    "this time please,first please,please do,my friend,painter,dear,i beg you,today,real quick,really quick,quick,if i may,if i might,if i may be so bold,if you would,if you would be so kind,if it pleases you,for good,forever,forever and ever,never to be seen again,without delay,for good measure,love,mate,partner,old chap,old boy,old friend,old bean,darling,honey,sweetheart,my dear,my love,will you,would you mate,shall we,eh,yeah,innit,and fast,and quickly,and soon,and pronto,pronto,chop chop,stat,if that is all right,if that is alright,if it is possible,if you do not object,if that works,if that works for you,trust me,believe me,no kidding,no joke,i swear,deal,for everything,fast,asap please,and fast please,no rush,big time,no cap,if you ask me,if it is no trouble,if it is not a problem,go for it,what do you say,what do you think,do you not think,do not you think,would you say,could you not,could not you,could not they,could they not,could not it,can not it,can not they,would not you,is not it,are not they,i suppose,i reckon,i believe,i figure,i would say,i feel,if anything,buddy,pal,sir,boss,chief,hun,babe,once you are ready,pretty please,why not"
).split(",") + [
    f"if {it} is not too much {trouble}" for it in ("it", "that", "this") for trouble in ("trouble", "bother", "work", "effort", "hassle", "to ask")
]
"""Courtesies that may stand before or after a request."""
COURTESIES_BEFORE, COURTESIES_AFTER = (
    tuple(sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True)) for phrases in (BEFORE, AFTER)
)
LOOKING = frozenset("see find spot tell describe detect recognise count look".split())  # "can you see a dog?" asks about the picture
BUSY = ("remove", "replace", "add", "put", "move", "colour", "grow", "shrink", "segment", "double", "forget", "swap", "vanish")
STRONG_PRAISE = PRAISE - {"ok", "okay", "fine", "like", "likes", "pretty", "best", "well", "good", "nice", "great"}


def uncourteous(words: Sequence[Word], *, bare: bool = False) -> tuple[Word, ...]:
    """Words without the courtesies before and after them; unless `bare`, something is left."""
    first, last, least = 0, len(words), 0 if bare else 1
    changed = True
    while changed:
        changed = False
        for phrase in COURTESIES_BEFORE:
            after = words[first + len(phrase)].said if first + len(phrase) < last else ""
            if phrase == ("first",) and after not in ("back", "just", "please", ",") and after not in forms():
                continue  # "the first picture"
            loving = phrase == ("love",) and after != ","  # "love it so far"
            if (phrase[-1] == "you" and after in LOOKING) or after == "use" or loving:
                continue
            if last - first >= len(phrase) + least and tuple(w.said for w in words[first : first + len(phrase)]) == phrase:
                first, changed = first + len(phrase), True
        for phrase in COURTESIES_AFTER:
            if phrase == ("first",) and last - first > 1 and (words[last - 2].said in ("the", "very", "my", "our", "to", "and", "come", "at", "go") or last - first < 4):
                continue  # "go back to the first"
            if phrase == ("now",) and last - first > 1 and words[last - 2].said in ("until", "by", "to", "from", "up"):
                continue  # "everything until now"
            if phrase == ("why", "not") and any(w.said in ("not", "no") for w in words[first : last - 2]):
                continue  # "the dog is not red, why not?"
            if last - first >= len(phrase) + least and tuple(w.said for w in words[last - len(phrase) : last]) == phrase:
                last, changed = last - len(phrase), True
        while last - first > least and words[first].said in (",", ".", "?"):
            first, changed = first + 1, True
        while last - first > least and words[last - 1].said in (",", ".", "?"):
            last, changed = last - 1, True
    return tuple(words[first:last])


def praise(words: Sequence[Word], clause: Clause) -> bool:
    """Whether words only greet, thank or praise."""
    everything = {w.said for w in words}
    if ("not" in everything and "bad" not in everything) or {"would", "like", "to"} <= everything:
        return False
    said = [w.said for w in uncourteous(words, bare=True) if w.said not in (",", ".", "?")]
    content = [t for t in clause.of("colour", "side", "relation", "number", "size") if t.value not in ("right", "top", "1")]
    if content or any(phrase_of(t).noun for t in clause.things) or (said and clause.of("ground")):
        return False
    if said and said[0] in ("what", "how", "who") and {"are", "is", "do", "can", "did"} & set(said) and said != ["how", "are", "you"]:
        return False
    opening = said[0] if len(said) > 2 and said[1] in ("it", "this", "that", "they", "these", "them") else ""
    if opening in ("is", "are", "does", "make"):
        return False  # "is it good now?", "make it cute": a question, a wish
    if not said:
        return bool(PRAISE & everything)
    polite = all(w in PRAISE or w in POLITE or forms().get(w) in ("like", "love", "look", "be", "appreciate") for w in said)
    return polite and bool(PRAISE & everything)


def chatter(words: Sequence[Word], clause: Clause) -> bool:
    """Whether words say nothing that could be done, and some of them praise."""
    said = [w.said for w in words if w.said not in (",", ".", "?")]
    told = all(phrase_of(t).definite for t in clause.things) and not clause.marked(
        "not", "no", "without", "but", "instead of", "same", "again", "gone"
    )
    told = told and not (said and said[0] in ("make", "turn"))
    empty = told and not clause.of("colour", "ground", "side", "relation", "size", "number", "unknown", "ordinal") and not clause.does(*BUSY)
    if clause.things and clause.things[0].phrase is not None and clause.things[0].phrase.noun:
        return empty and clause.only({"thing"}) and bool(PRAISE & set(said)) or (empty and bool({"like", "love"} & set(said)) and len(said) <= 5)
    return empty and all(w in LIGHT or w in PRAISE or w in POLITE for w in said) and bool(STRONG_PRAISE & set(said))
