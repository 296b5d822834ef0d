"""Does what was decided: one call in, one event out.

Arguments that name earlier results are filled in, a seed is drawn from the session's seed and the step's number, and a call that was
made before (same tool, arguments and weights) is not computed again: tools are functions of their arguments, and artifacts are named
by their content.
"""

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..tools import CATALOGUE, Studio, Tool
from ..tools.errors import ToolError
from ..tools.tool import call as call_tool
from . import pairs, verbs
from .errors import AgentError, MissingResult
from .graph import place
from .run import IMPORT, Acted, Call, Event, Failed, Moved, Run, Value, handles

REFERENCE = re.compile(r"^\$([\w-]+)\.([\w.]+)$")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hands:
    """What acting needs.

    Attributes:
        studio: the tools' services.
        recall: finds an earlier step by its key.
        export: writes the session's script and the current picture, and says where.
        catalogue: the tools by name.
        use: makes a checked call: (name, arguments, studio) to result.
    """

    studio: Studio
    recall: Callable[[str], Acted | None] = lambda key: None
    export: Callable[[Run], verbs.Exported] | None = None
    catalogue: Mapping[str, Tool[Any, Any]] = field(default_factory=lambda: CATALOGUE)
    use: Callable[[str, Any, Studio], Any] = call_tool

    def act(self, call: Call, run: Run) -> Event:
        """Makes one call.

        Returns:
            `Acted` or `Moved` when it worked, `Failed` when it did not; never an exception for a fault of the call.
        """
        try:
            return self.do(call, run)
        except ToolError as error:
            return Failed(call=call, code=error.code, message=error.message, hint=error.hint, answer=error.kind)
        except AgentError as error:
            return Failed(call=call, code=error.code, message=str(error), hint=error.hint, answer=error.answer)
        except Exception as error:  # a fault of ours must not end the user's session; the log says where it is
            log.exception("the tool %s broke", call.tool)
            kind = type(error).__name__
            return Failed(call=call, code="internal", message=f"{call.tool} broke ({kind}: {error})", hint="please report this")

    def do(self, call: Call, run: Run) -> Acted | Moved:
        """Makes one call, for callers that take faults as exceptions.

        Raises:
            ToolError: the tool could not do it.
            AgentError: it does not fit the session.
        """
        if call.tool in verbs.VERBS:
            return verbs.perform(call, run, self.export, lambda name: self.studio.concepts.forget(name))
        step = len(run.steps) + 1
        args = pairs.filled(call.tool, fill(call.args, run), run)
        if call.tool == IMPORT:
            return self._taken(args, call, step, run)
        args = self.seeded(call.tool, args, run.opened.seed, step)
        fingerprint = self.studio.fingerprint_for(call.tool, args) if call.tool in self.catalogue else ""
        key = key_of(call.tool, args, fingerprint)
        made = Call(id=call.id, tool=call.tool, args=args)
        earlier = self.recall(key)
        if earlier is not None and self._still_there(earlier):
            reused = earlier.step
            return earlier.model_copy(update={"step": step, "call": made, "parent": place(run).head, "reused": reused})
        before = self.studio.engine_calls
        began = time.perf_counter()
        result = self.use(call.tool, args, self.studio)
        data = result.model_dump(mode="json")
        return Acted(
            step=step,
            call=made,
            key=key,
            parent=place(run).head,
            inputs=handles(args),
            outputs=tuple(h for h in handles(data) if h not in handles(args)) or handles(data),
            result=data,
            said=result.sentence,
            fingerprint=fingerprint,
            engine_calls=self.studio.engine_calls - before,
            seconds=round(time.perf_counter() - began, 3),
        )

    def seeded(self, tool: str, args: Any, seed: int, step: int) -> Any:
        """The arguments with a seed, where the tool takes one and none is given: from the session's seed and the step's number."""
        known = self.catalogue.get(tool)
        if known is None or "seed" not in known.args_model.model_fields or not isinstance(args, dict) or args.get("seed") is not None:
            return args
        return {**args, "seed": seed_for(seed, step)}

    def _taken(self, args: Any, call: Call, step: int, run: Run) -> Acted:
        """A picture of the user's, already in the store, as a step that edits can start from; perhaps with a mask drawn for it."""
        given = {name: str(args[name]) for name in ("image", "mask") if isinstance(args, dict) and args.get(name)}
        self.studio.artifacts.get_image(given.get("image", ""))  # raises where it is not there
        if "mask" in given:
            self.studio.artifacts.get_mask(given["mask"])
        made = Call(id=call.id, tool=IMPORT, args=given)
        said = "a picture of the user's" + (" and a mask drawn for it" if "mask" in given else "")
        both = tuple(given.values())
        return Acted(step=step, call=made, key="", parent=place(run).head, inputs=both, outputs=both, result=given, said=said)

    def _still_there(self, earlier: Acted) -> bool:
        return all(self.studio.artifacts.has(handle) for handle in earlier.outputs)


def fill(args: Any, run: Run) -> Any:
    """Puts results of this turn's calls where "$id.path" names them.

    Raises:
        MissingResult: a call of that id did not succeed, or its result has no such part.
    """
    return filled(args, {e.call.id: e.result for e in run.turn if isinstance(e, Acted)})


def filled(args: Any, results: Mapping[str, dict[str, Any]]) -> Any:
    """Puts parts of results where "$id.path" names them.

    Raises:
        MissingResult: there is no result of that id, or it has no such part.
    """

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: walk(value) for name, value in part.items()}
        if isinstance(part, list | tuple):
            return [walk(value) for value in part]
        match = REFERENCE.match(part) if isinstance(part, str) else None
        if match is None:
            return part
        # Ids of repairs have a dot themselves ("r1.1"): the longest one that fits is meant.
        name = max((known for known in results if part.startswith(f"${known}.")), key=len, default=match[1])
        return pick(results, name, part[len(name) + 2 :])

    return walk(args)


def pick(results: Mapping[str, dict[str, Any]], name: str, path: str) -> Any:
    """Reads a part of a named result, such as "found.0.mask".

    Raises:
        MissingResult: there is no such result or part.
    """
    if name not in results:
        raise MissingResult(f"the step {name!r} gave no result")
    value: Any = results[name]
    for key in path.split("."):
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError):
            raise MissingResult(f"the result of step {name!r} has no {path!r}") from None
    return value


def seed_for(session_seed: int, step: int) -> int:
    """The seed of a step: fixed by the session's seed and the step's number, so that a run repeats."""
    digest = hashlib.sha256(f"{session_seed}/{step}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % (2**31)


def key_of(tool: str, args: Any, fingerprint: str) -> str:
    """Names a computation: equal keys have equal results."""
    said = json.dumps([tool, args, fingerprint], sort_keys=True, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        return value.model_dump(mode="json")
    return str(value)
