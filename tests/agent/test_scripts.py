"""A session becomes a script, and the script becomes the same pictures again."""

from contextlib import closing
from pathlib import Path

import pytest
import yaml
from double import CATALOGUE, PaperStudio, paper_session

from pentimento.agent.act import Hands
from pentimento.agent.errors import ScriptError
from pentimento.agent.replay import Replayed, replay
from pentimento.agent.run import Opened
from pentimento.agent.scripts import picture_file, read_script, script_of, write_script
from pentimento.agent.session import Session
from pentimento.agent.store import Log

OPENING = Opened(session="again", seed=5, profile="embedded", version="0")


def talked(folder: Path, studio: PaperStudio) -> Session:
    session = paper_session(folder, studio)
    session.say("a red car and a dog")
    session.say("replace the dog with a cat")
    session.say("go back to the first one")
    session.say("learn this as Mia", [b"toy"])
    session.say("mia in the snow")
    return session


def again(file: Path, home: Path, studio: PaperStudio) -> Replayed:
    with closing(Log(home / "log.sqlite")) as log:
        name = f"again{len(log.sessions())}"
        hands = Hands(studio, log.recall, None, CATALOGUE, studio.use)  # type: ignore[arg-type]
        opening = OPENING.model_copy(update={"session": name})
        return replay(read_script(file), opening, hands, lambda n, e: log.append(name, n, e))


def test_a_script_repeats_a_session(tmp_path: Path) -> None:
    session = talked(tmp_path / "one", PaperStudio(broken_edits={1}))  # the first edit does nothing and is done again
    file = session.export(tmp_path / "talk.yaml")
    text = file.read_text()
    assert "$s1.image" in text and "remedy" not in text and "go back" not in text
    studio = PaperStudio()
    first = again(file, tmp_path / "two", studio)
    assert first.identical and first.computed == len(first.run.steps) > 3
    assert first.pictures == {n: session.run.step(s).image for n, s in enumerate([1, 3, 5], 1)}
    calls = len(studio.calls)
    second = again(file, tmp_path / "two", studio)
    assert second.identical and second.computed == 0 and len(studio.calls) == calls, "known steps are not computed again"
    assert (tmp_path / "talk_pictures").is_dir() and len(list((tmp_path / "talk_pictures").iterdir())) == 1


def test_a_changed_step_changes_what_follows_and_is_named(tmp_path: Path) -> None:
    session = talked(tmp_path / "one", PaperStudio())
    file = session.export(tmp_path / "talk.yaml")
    script = yaml.safe_load(file.read_text())
    script["steps"][0]["args"]["seed"] = 99
    file.write_text(yaml.safe_dump(script))
    replayed = again(file, tmp_path / "two", PaperStudio())
    assert not replayed.identical and replayed.different == ("s1", "s2")


def test_only_what_led_to_a_picture_is_exported(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(broken_edits=set(range(1, 9))))
    session.say("a red car and a dog")
    session.say("make the car blue")
    assert len(script_of(session.run).steps) == 1
    assert len(script_of(session.run, everything=True).steps) == len(session.run.steps) > 2


BROKEN = {
    "not YAML": "steps: [",
    "not a script": "- 1\n- 2",
    "no steps": "pentimento: 1",
    "newer": "pentimento: 2\nsteps: []",
    "unknown field": "steps: []\nrun_this: rm",
    "aliases": "a: &a [x, x]\nsteps: [*a, *a]",
    "object tag": "steps: !!python/object/apply:os.system ['true']",
    "same ids": "steps: [{id: a, tool: look}, {id: a, tool: look}]",
    "bad id": "steps: [{id: '../a', tool: look}]",
    "deep": "steps: " + "[" * 3000 + "]" * 3000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_scripts_are_typed(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(BROKEN[kind])
    with pytest.raises(ScriptError) as caught:
        read_script(file)
    assert caught.value.hint and "s.yaml" in str(caught.value)


def test_a_script_that_fails_names_its_step(tmp_path: Path) -> None:
    for step, word in (("{id: a, tool: rm, args: {}}", "a"), ("{id: b, tool: edit, args: {image: $zz.image}}", "b"), ("{id: c, tool: undo}", "c")):
        file = tmp_path / "s.yaml"
        file.write_text(f"steps: [{step}]")
        with pytest.raises(ScriptError, match=f"step {word}"):
            again(file, tmp_path / word, PaperStudio())


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "a/../../b.png", "..", "", "a\\b.png", "a\0b", "link.png", "missing.png"])
def test_pictures_of_a_script_stay_in_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "s_pictures"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "secret.png").write_bytes(b"secret")
    file = tmp_path / "s.yaml"
    file.write_text("steps: []\npictures: [{handle: 'image:0000000000000000', file: x}]")
    picture = read_script(file).pictures[0].model_copy(update={"file": name})
    with pytest.raises(ScriptError):
        picture_file(file, picture)


def test_writing_and_reading_a_script_is_exact(tmp_path: Path) -> None:
    session = talked(tmp_path / "one", PaperStudio())
    script = script_of(session.run)
    write_script(script, tmp_path / "s.yaml", lambda handle: b"png")
    assert read_script(tmp_path / "s.yaml") == script
