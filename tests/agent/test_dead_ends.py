"""Places in a conversation where people got stuck: after each answer it must be clear what happened and what can be done."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from double import PaperStudio, session_of, things

from pentimento.agent import graph
from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import Context
from pentimento.agent.grammar.understand import understand
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.session import Session
from pentimento.tools.wording import Wanted, Wish, parse_request

ALWAYS = set(range(1, 50))
CATS = Wanted(things=(Wish(noun="cat", colour="blue"), Wish(noun="cat")))
BALLOONS = Wanted(things=(Wish(noun="balloon", colour="red", count=2), Wish(noun="dog")))
DAY, NIGHT = (Wanted(things=(Wish(noun="car", colour="red"), Wish(noun="dog")), background=name) for name in ("meadow", "night"))
NAMED = Context(wanted=DAY, picture=True, number=4, pictures=4, before=3, scenes=(DAY, NIGHT, NIGHT, DAY), names=(("evening", 2), ("red balloon", 3)))


def number(session: Session) -> int | None:
    return graph.place(session.run).number


@pytest.mark.parametrize("words", ["go to 1", "go back to 1", "back to 1", "return to 1"])
def test_going_to_the_first_picture_merges_nothing(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a house", "add a dog", "add a tree")
    assert "Picture 1 is current again." in session.say(words).text and number(session) == 1


def test_keep_it_leaves_a_picture_that_was_accepted(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the dog black", studio=PaperStudio(broken_edits={1}))
    before = session.image
    assert "Picture 2 stays" in session.say("keep it").text and session.image == before
    assert "is picture 3 now" in session.say("keep the rejected attempt").text and session.image != before


def test_leaving_it_as_it_is_takes_no_failed_attempt(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the dog black", studio=PaperStudio(broken_edits=ALWAYS))
    before = session.image
    assert "stays as it is" in session.say("leave it as it is").text and session.image == before


def test_the_answer_to_a_failed_edit_can_be_typed(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", studio=PaperStudio(broken_edits=ALWAYS))
    before, turn = session.image, session.say("make the dog black")
    assert "still not so: the dog is black" in turn.text and "`keep the attempt`" in turn.text
    assert "picture 2 now" in session.say("keep the attempt").text and session.image != before


@pytest.mark.parametrize("words", ["never mind", "forget it", "that is wrong"])
def test_nothing_is_undone_where_nothing_was_done(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car", "make the car blue", "add a unicorn")
    assert "Nothing was changed by that" in session.say(words).text and things(session) == {"blue car"}
    session.say("undo")
    assert things(session) == {"red car"}
    assert "`redo` brings" in session.say("undo").text
    assert "`redo`" in session.say("undo").text, "and says so again where nothing is left to undo"


def test_a_forgotten_concept_is_not_asked_about(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    names = ["mia"]

    def forget(name: str) -> str:
        names.remove(name)
        return f"forgotten/{name}.json"

    session.studio.concepts = SimpleNamespace(forget=forget)  # type: ignore[assignment]
    session.crew = replace(session.crew, mind=OfflinePlanner(lambda: tuple(names)))
    text = session.say("forget mia").text
    assert "forgotten mia" in text and "do not know" not in text and names == []


def test_what_failed_is_told_after_the_failure_and_later(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the car green", studio=PaperStudio(broken_edits=ALWAYS))
    assert "Not there: the car is green" in session.say("what failed?").text
    why = session.say("why did it fail?").text
    assert 'You asked: "make the car green".' in why and "still not so: the car is green" in why
    assert "colour_car" not in why and "rolled back" not in why and "pentimento show" not in why


def test_known_words_are_not_called_unknown(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog")
    for words in ("can you make it nicer?", "do something else"):
        text = session.say(words).text
        assert "do not know" not in text and "Nothing was changed" in text and "`help`" in text
    assert 'I do not know "unicorn"' in session.say("add a unicorn").text


def test_what_is_not_there_is_said_with_its_article(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog")
    assert "to show an umbrella" in session.say("make the umbrella blue").text
    assert "cannot tell what" in session.say("remove the second dog").text


def test_an_edit_that_changed_something_else_is_tried_again_and_explained(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", studio=PaperStudio(careless_edits=ALWAYS))
    before, turn = session.image, session.say("move the dog to the left")
    assert turn.image == before and "something else changed with it" in turn.text and "None of" in turn.text
    again = session_of(tmp_path / "again", "a red car and a dog", studio=PaperStudio(careless_edits={1}))
    assert again.say("move the dog to the left").number == 2, "the second try was careful"


def test_things_that_become_alike_are_counted_together(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a blue cat and a yellow cat")
    turn = session.say("make the yellow cat blue")
    told = [words for _, words in turn.ledger]
    assert "exactly 2 cats" in told and len(told) == len(set(told))
    promise = graph.place(session.run).promise
    assert promise is not None and promise.wanted is not None
    assert [(t["noun"], t["colour"], t["count"]) for t in promise.wanted["things"]] == [("cat", "blue", 2)]


def shown(scene: Wanted, *, given: bool = False) -> Context:
    return Context(wanted=scene, picture=True, number=1, pictures=1, scenes=(scene,), given=given)


@pytest.mark.parametrize("colour", ["orange", "brown", "grey"])
def test_a_colour_that_nobody_knows_repeats_nothing(colour: str) -> None:
    assert meaning(understand(f"make the second one {colour}", shown(CATS))) == f"unknown({colour})"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "export") for words in ("save it please", "save the picture", "save this", "where is the file?", "where did you save it?")],
        *[(words, "help") for words in ("start over", "start from scratch", "let's start over", "I don't understand")],
        *[(words, "ledger") for words in ("is it good now?", "is that good?", "does it look good?")],
        *[(words, "thanks") for words in ("I'm done", "leave it like that. thanks", "leave it", "it is good now")],
        *[(words, "again") for words in ("can you try it another way?", "do it differently")],
        *[(words, "go(1)") for words in ("go to one", "back to one", "go back to one")],
        ("start over. A red car on the beach", "paint(red car | beach)"),
        ("start over, I want a house", "paint(house)"),
        ("make it cute", "unknown(make, it)"),
        ("save it as sunny", "name(sunny)"),
        ("compare 3 with 1", "compare(3, 1)"),
        ("compare 1 with 3", "compare(1, 3)"),
        ("go back to the night one", "go(3)"),
        ("compare evening and red balloon", "compare(2, 3)"),
        ("go back to the red balloon", "go(red balloon)"),
        ("add a red balloon", "add(red balloon)"),
    ],
)
def test_what_is_said_in_passing_is_understood(words: str, meant: str) -> None:
    assert meaning(understand(words, NAMED)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("use this as the background", "unknown(background)"),
        ("use this as my style", "unknown(style)"),
        ("learn this as one", "unknown(one)"),
        ("learn this as Mia", "learn(mia)"),
        ("this is my cat Mia", "learn(mia: cat)"),
    ],
)
def test_words_of_the_world_and_of_the_interface_are_no_names(words: str, meant: str) -> None:
    assert meaning(understand(words, shown(DAY, given=True))) == meant


@pytest.mark.parametrize("words", ["this is my dog", "learn this", "save these pictures"])
def test_a_lesson_without_a_name_asks_for_one(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car")
    before = session.image
    assert "What shall I call it?" in session.say(words, pictures=(b"dog",)).text and session.image == before


@pytest.mark.parametrize(
    "words",
    [
        "make one of the balloons green",
        "make the second one green",
        "make one balloon blue",
        "make one balloon bigger",
        "make the left balloon green",
        "move one balloon to the left",
        "replace the second balloon with a cat",
    ],
)
def test_one_of_several_alike_is_asked_for(words: str) -> None:
    assert meaning(understand(words, shown(BALLOONS))) == "which(balloon)"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("make the balloons green", "recolour(red balloon -> green)"),
        ("make both balloons green", "recolour(red balloon -> green)"),
        ("add one balloon on the left", "add(balloon | left)"),
        ("put one balloon on the left", "add(balloon | left)"),
        ("remove one balloon", "count(red balloon -> 1)"),
        ("remove the second one", "count(red balloon -> 1)"),
    ],
)
def test_all_of_several_alike_are_meant_or_another_one(words: str, meant: str) -> None:
    assert meaning(understand(words, shown(BALLOONS))) == meant


def test_one_of_them_goes() -> None:
    alone = Wanted(things=BALLOONS.things[:1])
    assert meaning(understand("remove one of them", shown(alone))) == "count(red balloon -> 1)"
    assert meaning(understand("remove one of them", replace(shown(BALLOONS), last=alone.things))) == "count(red balloon -> 1)"


WINTER = replace(NAMED, names=(("winter", 2), ("red balloon", 3)))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "go(winter)") for words in ("bring winter back", "load winter", "show me winter again", "go back to the winter picture")],
        *[(words, "background(snow)") for words in ("make it winter", "I want winter", "put it in winter")],
        ("bring the red balloon back", "go(red balloon)"),
        ("compare this with the first picture", "compare(1, 4)"),
        ("compare it to number 2", "compare(2, 4)"),
        ("compare it with winter", "compare(2, 4)"),
        ("a white cat in front of the car", "add(white cat | below red car)"),
        ("put the dog behind the car", "move(dog -> above red car)"),
        ("a white cat in front of the house", "missing(house)"),
        ("put a sunset behind them", "background(sunset)"),
        *[(words, "undo") for words in ("delete the last picture", "throw this picture away", "delete picture 4", "delete the picture")],
        *[(words, "delete") for words in ("delete picture 2", "throw picture 1 away", "delete all pictures", "delete the first picture")],
        ("delete the dog from the picture", "remove(dog)"),
    ],
)
def test_pictures_are_spoken_of_by_name_by_number_and_by_this(words: str, meant: str) -> None:
    assert meaning(understand(words, WINTER)) == meant


def test_things_stand_in_front_of_others_and_behind_them_in_a_new_picture() -> None:
    assert meaning(understand("a white dog in front of a house", Context())) == "paint(white dog, house | white dog below house)"
    assert meaning(understand("a white dog behind a house", Context())) == "paint(white dog, house | white dog above house)"


def test_no_picture_is_ever_deleted(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a house", "add a dog", "add a tree")
    before = session.image
    text = session.say("delete picture 1").text
    assert "Nothing is ever deleted" in text and "`undo`" in text and session.image == before
    session.say("throw this picture away")
    assert things(session) == {"house", "dog"}


TWO_SIDES = "balloon left of cake | balloon right of cake"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("let's do a cake with a balloon on either side", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake with balloons on both sides", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake flanked by two balloons", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake with two balloons, one on each side", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake between two balloons", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a tree on either side of the house", "paint(tree, house, tree | tree left of house | tree right of house)"),
        ("on each side of a house a tree", "paint(tree, house, tree | tree left of house | tree right of house)"),
    ],
)
def test_on_either_side_there_is_one_each(words: str, meant: str) -> None:
    assert meaning(understand(words, Context())) == meant


@pytest.mark.parametrize(
    "words",
    [
        "put a balloon on each side of the cake",
        "the cake needs a balloon on either side",
        "I'd like two balloons on either side of it",
        "the cake should be flanked by two balloons",
        "put the cake between two balloons",
    ],
)
def test_on_either_side_of_what_is_there_two_are_added(words: str) -> None:
    context = shown(Wanted(things=(Wish(noun="cake"),)))
    assert meaning(understand(words, context)) == "add(balloon | left of cake); add(balloon | right of cake)"


def test_two_that_are_alike_keep_their_places_and_are_spoken_of_together(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a cake", "put a balloon on each side of the cake")
    told = [words for _, words in session.turn().ledger]
    assert "exactly 2 balloons" in told and sum("left of" in w or "right of" in w for w in told) == 2
    session.say("make both pink")
    assert "pink balloons" in things(session) and "cake" in things(session)
    assert "exactly 1 balloon" in [words for _, words in session.say("remove one balloon").ledger]


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("a cake and a red balloon", "hmm only one balloon is pink, can both be pink please"),
        ("a cake and a red balloon", "one of the balloons is pink, make both pink"),
        ("a cake and two red balloons", "only one balloon is pink"),
        ("a cake and two red balloons", "can both be pink"),
        ("a cake and two red balloons", "make both pink"),
        ("a cake and two red balloons", "both of them in pink please"),
    ],
)
def test_both_are_the_two_that_are_spoken_of(scene: str, words: str) -> None:
    assert meaning(understand(words, shown(parse_request(scene)))) == "recolour(red balloon -> pink)"


@pytest.mark.parametrize("words", ["what changed?", "what's different now?", "what is different from before?", "what did you change?"])
def test_what_changed_compares_with_the_picture_before(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car", "add a dog", "remove the car")
    assert "Only in picture 2: red car. Only in picture 3: ." in session.say(words).text
    session.say("go to 1")
    assert "none before it" in session.say("what changed?").text


@pytest.mark.parametrize("words", ["make three versions of this", "give me three variations", "show me a few alternatives"])
def test_versions_are_painted_one_at_a_time(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a cake", "add a dog")
    turn = session.say(words)
    assert "One at a time" in turn.text and turn.number == 3 and things(session) == {"cake", "dog"}
    assert isinstance(session.studio, PaperStudio) and session.studio.calls[-1][0] == "generate"
    assert session.say("again").number == 4


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("which one did you like more, this or birthday?", 'picture 2 ("birthday") keeps more'),
        ("which is better, 1 or 2?", 'Picture 1 keeps 3 of 5 promises, picture 2 ("birthday") all 2 promises'),
        ("which one is best?", 'Picture 2 ("birthday") keeps most of what was promised (all 2 promises)'),
        ("what's your favourite?", "for you to say"),
    ],
)
def test_better_is_what_keeps_more_of_its_promises(tmp_path: Path, words: str, part: str) -> None:
    studio = PaperStudio(faults=["-dog"] * 99, broken_edits=ALWAYS)
    session = session_of(tmp_path, "a red car and a dog", "a cake", "call this birthday", "go to 1", studio=studio)
    assert part in session.say(words).text and number(session) == 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("go back to birthday and add a house behind the dog", "not made to show a dog; it shows a cake"),
        ("go to 1, then add a unicorn", 'do not know "unicorn"'),
        ("back to birthday and make the horse bigger", "not made to show a horse"),
    ],
)
def test_a_picture_is_gone_back_to_whatever_comes_of_the_rest(tmp_path: Path, words: str, part: str) -> None:
    session = session_of(tmp_path, "a cake", "call this birthday", "a dog")
    text = session.say(words).text
    assert "Picture 1 is current again." in text and "The rest is left out." in text and part in text and things(session) == {"cake"}


def test_the_rest_is_read_against_the_picture_gone_back_to(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a cake and a dog", "call this birthday", "a red car")
    session.say("go back to birthday and add a house behind the dog")
    assert things(session) == {"cake", "dog", "house"}


@pytest.mark.parametrize("words", ["how long did all of this take?", "how much did that cost?", "how many tries did you need?"])
def test_what_it_cost_is_told_from_the_log(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a cake", "add a dog", studio=PaperStudio(broken_edits={1}))
    text = session.say(words).text
    assert "2 pictures painted, 1 repair tried, 2 engine calls" in text and "3 pictures painted, 1 repair tried" in text
    assert "nothing" in session_of(tmp_path / "fresh").say(words).text


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *[(words, "colours I know are red, yellow") for words in ("the dog should be brown", "make the dog magenta", "I want a golden dog")],
        *[(words, "places I know are") for words in ("make the whole thing happen in a garden", "put it in a park", "a jungle background")],
        ("add a unicorn", "I can paint dog"),
    ],
)
def test_what_is_known_instead_is_of_the_same_kind(tmp_path: Path, words: str, part: str) -> None:
    text = session_of(tmp_path, "a dog").say(words).text
    assert part in text and "Did you mean" not in text


@pytest.mark.parametrize("words", ["the dog", "no the dog", "first one red"])
def test_what_is_known_is_never_called_unknown(tmp_path: Path, words: str) -> None:
    assert "do not know" not in session_of(tmp_path, "a dog and two white cakes").say(words).text


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "background(beach)") for words in ("I liked the earlier background better", "the old background", "the background from before")],
        ("go back to the original background", "background(meadow)"),
        ("the earlier colour of the car", "recolour(blue car -> green)"),
        ("give the car its original colour back", "recolour(blue car -> red)"),
        ("I preferred the old colour of the dog", "remark"),
        ("I liked the earlier version better", "undo"),
    ],
)
def test_one_property_is_as_it_was_before(words: str, meant: str) -> None:
    told = ("a red car and a dog in a meadow", "a green car and a dog on a beach", "a blue car and a dog in the snow")
    scenes = tuple(parse_request(text) for text in told)
    context = Context(wanted=scenes[2], picture=True, number=3, pictures=3, scenes=scenes, before=2, line=(2, 1))
    assert meaning(understand(words, context)) == meant


def test_a_background_that_never_changed_takes_nothing_back(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car", "add a dog")
    before = session.image
    assert "The background was plain all along." in session.say("i liked the earlier background better").text and session.image == before


@pytest.mark.parametrize("words", ["hi, i'd like a picture for my daughter's birthday", "can you paint something nice", "I need a birthday card"])
def test_who_has_not_said_what_is_invited_to(tmp_path: Path, words: str) -> None:
    text = session_of(tmp_path).say(words).text
    assert "Say what it should show" in text and "do not know" not in text and "I know these words" not in text


CROWD = replace(shown(parse_request("a dog, an elephant, two balloons and a tree at night")), last=(Wish(noun="balloon", count=2),))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "remark") for words in ("do not remove the dog", "don't move the dog", "please don't delete the tree", "leave the dog alone")],
        *[(words, "background(plain)") for words in ("don't make it night", "I don't want night", "it should not be night")],
        ("remove everything except the dog", "remove(elephant); remove(balloon); remove(tree)"),
        ("take all things away but the dog", "remove(elephant); remove(balloon); remove(tree)"),
        ("keep only the dog and the tree", "remove(elephant); remove(balloon)"),
        ("make everything blue but the tree", "recolour(dog -> blue); recolour(elephant -> blue); recolour(balloon -> blue)"),
        ("the balloons are hiding the elephant, make them smaller", "resize(balloon -> smaller)"),
        ("the dog wants a cake", "add(cake)"),
        ("the elephant would like an apple", "add(apple)"),
        ("put a red balloon in the sky", "add(red balloon | top)"),
        ("it would be lovely to have a cat left of the tree too", "add(cat | left of tree)"),
        ("add a few roses", "add(3 rose)"),
        ("add two or three apples", "add(3 apple)"),
        ("make the dog bigger then the tree", "resize(dog -> bigger)"),
        ("make it day", "background(plain)"),
    ],
)
def test_what_is_denied_or_excepted_is_not_done(words: str, meant: str) -> None:
    assert meaning(understand(words, CROWD)) == meant


@pytest.mark.parametrize("words", ["I don't want it yellow", "not yellow!", "the umbrella should not be yellow", "eww its yellow i dont want yellow"])
def test_a_colour_that_is_not_wanted_is_asked_for(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a dog and a yellow umbrella")
    assert "Which colour shall the umbrella have instead" in session.say(words).text and "yellow umbrella" in things(session)
    session.say("pink")
    assert "pink umbrella" in things(session)


@pytest.mark.parametrize("words", ["try again", "again", "nothing happened", "you changed nothing", "it's the same as before", "it didn't work"])
def test_an_edit_that_failed_is_what_is_tried_again(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the dog black", studio=PaperStudio(broken_edits=set(range(1, 7))))
    assert "black dog" not in things(session)
    session.say(words)
    assert things(session) == {"red car", "black dog"}


@pytest.mark.parametrize("answer", ["not the white one", "last one", "the last one"])
def test_which_one_is_answered_in_many_ways(answer: str) -> None:
    context = shown(Wanted(things=(Wish(noun="dog", colour="white"), Wish(noun="dog", colour="black"), Wish(noun="tree"))))
    assert context.wanted is not None
    asked = replace(context, asked="make the dog red", choices=context.wanted.things[:2])
    assert meaning(understand(answer, asked)) == "recolour(black dog -> red)"


@pytest.mark.parametrize("words", ["dog color", "kitty wants a friend", "make kitty fly", "cat"])
def test_what_is_there_is_no_reason_for_a_picture_without_the_rest(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a dog and a cat")
    before = session.image
    session.say(words)
    assert session.image == before
    assert "This is a new picture; to have it in the old one" in session.say("cake").text


def test_pictures_are_told_from_the_log(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car at sunset", "add a dog", "put them in the snow")
    assert 'Picture 2 is now called "base"' in session.say("call picture 2 base").text and number(session) == 3
    assert "Picture 1 and picture 2" in session.say("which picture has the sunset?").text
    assert "Picture 3 of 3 is current" in session.say("which picture is this?").text
    assert "made to show a red car and a dog at sunset" in session.say("go to base").text
    session.say("go to 3")
    session.say("use the background of base")
    assert things(session) == {"red car", "dog", "@sunset"}
    session.say("go to 3")
    session.say("2 back")
    assert number(session) == 1
