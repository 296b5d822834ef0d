"""Requests are read as they were meant: the bench's open half, and the wordings that were written while the grammar was built."""

import json
from pathlib import Path

import pytest

from pentimento.agent.benches.routing.command import main, rows, score
from pentimento.agent.benches.routing.contexts import CONCEPTS, context
from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.spelling import mended, regular
from pentimento.agent.offline import OfflinePlanner

PRACTICE = [line.split("\t") for line in (Path(__file__).parent / "practice.tsv").read_text().splitlines()]
# What people may want that the world does not know: never silently something else.
STRANGE = (
    "coat mouse goat bow trunk bench clown star bat dessert palace moon volcano pirate wizard knight penguin giraffe pizza violin lighthouse "
    "mountain river bridge tower dragon unicorn robot rocket guitar king queen soldier orange brown golden camel comet storm swamp wave witch"
).split()


def read(name: str, text: str) -> str:
    return meaning(OfflinePlanner(lambda: CONCEPTS[name]).intents(context(name, text)))


def test_the_open_half_is_understood_and_every_call_fits() -> None:
    found = rows("open")
    assert [r.text for r in found if not r.right] == []
    assert [fault for r in found for fault in r.faults] == []


def test_the_held_half_is_not_forgotten() -> None:
    told = score(rows("held"))
    assert told["right"]["value"] > 0.83 and told["valid"] == 1.0


@pytest.mark.parametrize("name", CONCEPTS)
def test_practice(name: str) -> None:
    wrong = [(text, read(name, text), meant) for where, text, meant in PRACTICE if where == name and read(name, text) != meant]
    assert wrong == []


def test_the_bench_gives_one_object_and_shows_no_held_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["open"]["right"]["count"] + told["held"]["right"]["count"] >= 400 and "kinds" not in told["held"]
    main(["--show"])
    said = capsys.readouterr().out
    assert not any(row.text in said for row in rows("held") if len(row.text) > 12)


@pytest.mark.parametrize("word", STRANGE)
def test_strange_words_stay_strange(word: str) -> None:
    assert mended(word) == word
    assert read("TWO", f"add a {word}") == f"unknown({word})" or word in ("orange", "brown", "golden")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mkae teh dgo BIGGER!", "make the dog bigger ."),
        ("don't", "do not"),
        ("the dog's colour", "the dog 's colour"),
        ("what's #2?", "what is number 2 ?"),
        ('call it "Winter Sun"', "call it winter sun"),
        ("right-hand side; please", "right hand side , please"),
        ("50% bigger", "bigger"),
    ],
)
def test_words_are_made_regular(typed: str, said: str) -> None:
    assert " ".join(word.said for word in regular(typed)) == said
