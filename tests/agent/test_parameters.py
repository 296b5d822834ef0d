"""Scripts with parameters and loops: what `${name}` becomes, what is refused, and that a change costs only what depends on it."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from double import CATALOGUE, PaperStudio

from pentimento.agent.__main__ import main
from pentimento.agent.act import Hands
from pentimento.agent.answers import history
from pentimento.agent.errors import ScriptError
from pentimento.agent.parameters import MOST_REPETITIONS, kept_literal, put
from pentimento.agent.replay import Replayed, Source, repeat
from pentimento.agent.run import Asked
from pentimento.agent.scripts import Script, read_script, write_script
from pentimento.agent.store import Log

DOCS = Path(__file__).parent.parent.parent / "docs" / "scripts.md"
TWO = """
session: two
parameters:
  background: {type: text, default: meadow}
  seed: 4
steps:
  - {id: car, tool: generate, args: {prompt: a red car, seed: 7}, picture: 1}
  - {id: blue, tool: edit, args: {image: $car.image, instruction: make the car blue}, picture: 2}
  - {id: dog, tool: generate, args: {prompt: "a dog, ${background}", seed: "${seed}"}, picture: 3}
  - {id: cat, tool: edit, args: {image: $dog.image, instruction: replace the dog with a cat}, picture: 4}
"""


def ran(folder: Path, text: str, studio: PaperStudio, **settings: Any) -> Replayed:
    file = folder / "s.yaml"
    file.write_text(text)
    with closing(Log(folder / "log.sqlite")) as log:
        hands = Hands(studio, log.recall, None, CATALOGUE, studio.use)  # type: ignore[arg-type]
        return repeat(Source.read(file), hands, log, settings=settings)


def test_a_changed_parameter_costs_only_what_depends_on_it(tmp_path: Path) -> None:
    studio = PaperStudio()
    first = ran(tmp_path, TWO, studio)
    assert first.computed == 4 and ("@meadow" in studio.pictures[first.pictures[4]])
    assert ran(tmp_path, TWO, studio).computed == 0
    studio.calls.clear()
    snow = ran(tmp_path, TWO, studio, background="snow")
    assert snow.computed == 2 and [name for name, _ in studio.calls] == ["generate", "edit"]
    assert studio.pictures[snow.pictures[4]] == {"cat", "@snow"}
    assert [first.pictures[n] == snow.pictures[n] for n in (1, 2, 3, 4)] == [True, True, False, False]
    assert ran(tmp_path, TWO, studio, seed="9").computed == 2, "words of a command line become what the parameter is"
    assert studio.calls[-2][1]["seed"] == 9
    assert ran(tmp_path, TWO, studio, background="snow").computed == 0


LOOPS = {
    "lists": ("{colour: [red, blue], seed: [1, 2]}", ["red 1", "red 2", "blue 1", "blue 2"]),
    "rows": ("[{colour: red, seed: 1}, {colour: blue, seed: 2}]", ["red 1", "blue 2"]),
    "prompts": ("{colour: [red, pink]}", ["red", "pink"]),
    "equal": ("{colour: [red, red]}", ["red", "red (2)"]),
}


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_gives_a_named_picture_for_each_value(tmp_path: Path, kind: str) -> None:
    repeat_for, names = LOOPS[kind]
    seed = "${seed}" if "seed" in repeat_for else "3"
    steps = f'steps: [{{id: car, tool: generate, args: {{prompt: "a ${{colour}} car", seed: "{seed}"}}, picture: 1}}]'
    studio = PaperStudio()
    done = ran(tmp_path, f"for: {repeat_for}\n{steps}".replace('seed: "3"', "seed: 3"), studio)
    assert list(done.names.values()) == names and sorted(done.pictures) == list(range(1, len(names) + 1))
    for number, name in done.names.items():
        assert studio.pictures[done.pictures[number]] == {f"{name.split()[0]} car"}
        assert f'{number} "{name}"' in history(done.run)
    assert [e.text for e in done.run.events if isinstance(e, Asked)] == [f"script script: {name}" for name in names]


def test_what_a_loop_does_not_touch_is_computed_once(tmp_path: Path) -> None:
    text = """
    for: {colour: [blue, green, pink]}
    steps:
      - {id: car, tool: generate, args: {prompt: a red car}, picture: 1}
      - {id: other, tool: edit, args: {image: $car.image, instruction: "make the car ${colour}"}, picture: 2}
    """
    studio = PaperStudio()
    done = ran(tmp_path, text, studio)
    assert done.computed == 4 and len(done.run.steps) == 6
    assert list(done.names.values()) == ["blue 1", "blue 2", "green 1", "green 2", "pink 1", "pink 2"]
    assert studio.pictures[done.pictures[6]] == {"pink car"} and done.pictures[1] == done.pictures[3]
    more = ran(tmp_path, text.replace("pink]", "pink, yellow]"), studio)
    assert more.computed == 1, "one value more is one step more"


WRONG = {
    "unknown name": ("steps: [{id: a, tool: generate, args: {prompt: 'a ${colour} car'}}]", {}, r"\$\{colour\} is no parameter"),
    "in a list": ("steps: [{id: a, tool: segment, args: {phrases: ['${x}']}}]", {}, "x"),
    "no name": ("steps: [{id: a, tool: generate, args: {prompt: 'a ${} car'}}]", {}, "without a name"),
    "an expression": ("steps: [{id: a, tool: generate, args: {prompt: '${1 + 1}'}}]", {}, "without a name"),
    "set what is not there": ("steps: []", {"seed": "4"}, "no parameter 'seed'"),
    "no number": ("parameters: {seed: 4}\nsteps: []", {"seed": "four"}, "'four' is no value for seed, which is of type integer"),
    "not finite": ("parameters: {strength: 0.5}\nsteps: []", {"strength": "nan"}, "no value"),
    "no flag": ("parameters: {bright: true}\nsteps: []", {"bright": "maybe"}, "no value"),
    "wrong default": ("parameters: {seed: {type: integer, default: x}}\nsteps: []", {}, "parameters.seed.*no integer"),
    "unknown type": ("parameters: {seed: {type: code, default: x}}\nsteps: []", {}, "parameters.seed.type"),
    "bad name": ("parameters: {'a b': 1}\nsteps: []", {}, "parameters"),
    "loop and parameter": ("parameters: {c: red}\nfor: {c: [red]}\nsteps: []", {}, "also"),
    "loop is set": ("for: {c: [red]}\nsteps: []", {"c": "blue"}, "no parameter 'c'"),
    "empty loop": ("for: {c: []}\nsteps: []", {}, "for"),
    "loop of lists": ("for: {c: [[1]]}\nsteps: []", {}, "for"),
    "endless": (f"for: {{{', '.join(f'{c}: [1, 2, 3, 4, 5, 6, 7, 8]' for c in 'abcdefghijklmnop')}}}\nsteps: []", {}, str(MOST_REPETITIONS)),
    "points at a step": ("parameters: {p: x}\nsteps: [{id: a, tool: look, args: {image: '${p}'}}]", {"p": "$a.image"}, "would point"),
    "points in part": ("parameters: {p: x}\nsteps: [{id: a, tool: look, args: {image: '${p}.image'}}]", {"p": "$a"}, "would point"),
    "a date": ("steps: [{id: a, tool: look, args: {image: 2024-01-01}}]", {}, "steps.0.args"),
    "no date": ("steps: [{id: a, tool: look, args: {image: 2024-77-01}}]", {}, "not valid YAML"),
    "a huge number": (f"parameters: {{seed: {'9' * 5000}}}\nsteps: []", {}, "not valid YAML"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_values_are_typed_and_nothing_is_done(tmp_path: Path, kind: str) -> None:
    text, settings, words = WRONG[kind]
    studio = PaperStudio()
    with pytest.raises(ScriptError, match=words) as caught:
        ran(tmp_path, text, studio, **settings)
    assert caught.value.hint and studio.calls == []


def test_places_and_literals() -> None:
    values = {"seed": 4, "half": 0.5, "on": True, "who": "a ${seed} dog"}
    assert put({"a": "${seed}", "b": ["${half}", "${on}", "n${seed}${on}"], "c": {"d": "${who}"}, "e": 3, "f": None}, values) == {
        "a": 4,
        "b": [0.5, True, "n4true"],
        "c": {"d": "a ${seed} dog"},
        "e": 3,
        "f": None,
    }
    for words in ("cost $5", "$s1.image", "${x}", "$${x}", "$$${", "a ${ b", "$", "${seed}"):
        assert put(kept_literal(words), values) == words


def test_parameters_and_loops_are_written_and_read(tmp_path: Path) -> None:
    data = {"parameters": {"a": "x", "n": 1.5}, "for": {"c": ["red", 2]}, "steps": [{"id": "a", "tool": "look", "args": {"q": "${a}"}}]}
    script = Script.model_validate(data)
    write_script(script, tmp_path / "s.yaml", lambda handle: b"")
    assert read_script(tmp_path / "s.yaml") == script
    assert "for:" in (tmp_path / "s.yaml").read_text()


def test_the_command_line_sets_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, file = ["--home", str(tmp_path / "home")], tmp_path / "s.yaml"
    file.write_text("parameters: {thing: dog}\nfor: {n: [1, 2]}\nsteps: [{id: a, tool: plan_layout, args: {prompt: 'a ${thing} left of a car'}}]")
    assert main(["run", *home, str(file)]) == 0 and "2 steps, 1 computed; the script has no recording" in capsys.readouterr().out
    assert main(["run", *home, str(file), "--set", "thing=cat"]) == 0 and "2 steps, 1 computed" in capsys.readouterr().out
    assert main(["run", *home, str(file), "--set", "thing=dog"]) == 0 and "2 steps, 0 computed" in capsys.readouterr().out
    assert main(["run", *home, str(file), "--set", "thing"]) == 2 and "--set background=snow" in capsys.readouterr().err
    assert main(["run", *home, str(file), "--set", "colour=red"]) == 2 and "its parameters: thing" in capsys.readouterr().err


def test_the_scripts_in_the_documentation_run(tmp_path: Path) -> None:
    blocks = [block.split("```")[0] for block in DOCS.read_text().split("```yaml\n")[1:]]
    assert len(blocks) >= 3
    for number, block in enumerate(blocks):
        assert yaml.safe_load(block)["steps"]
        (tmp_path / str(number)).mkdir()
        assert ran(tmp_path / str(number), block, PaperStudio()).pictures
