"""You will see a script run without any planner, twice: the second time nothing is computed. It writes out/scripted_edit.png."""

from pathlib import Path

from pentimento.agent import run_script
from pentimento.tools import Studio

OUT = Path("out")
OUT.mkdir(exist_ok=True)
SCRIPT = """
pentimento: 1
session: scripted-edit
steps:
  - id: first
    tool: generate
    args: {prompt: a red car in a meadow, seed: 11}
    picture: 1
  - id: found
    tool: segment
    args: {image: $first.image, boxes: [[0.2, 0.3, 0.8, 0.9]]}
  - id: filled
    tool: inpaint
    args: {image: $first.image, region: $found.found.0.mask, prompt: a dog in a meadow, seed: 12}
    picture: 2
"""
file = OUT / "scripted_edit.yaml"
file.write_text(SCRIPT)

for attempt in ("first", "second"):
    replayed = run_script(file, OUT / "scripted_edit")
    print(f"{attempt} time: {replayed.computed} of {len(replayed.run.steps)} steps computed")

studio = Studio(OUT / "scripted_edit")
pictures = [studio.view(handle) for handle in replayed.pictures.values()]
both = pictures[0].resize((512, 256))
for place, picture in enumerate(pictures):
    both.paste(picture, (256 * place, 0))
both.save(OUT / "scripted_edit.png")
print(f"written: {OUT / 'scripted_edit.png'}")
