"""You will see one prompt and one seed, plain and with techniques added one by one to the sampling loop: out/technique_on_the_loop.png."""

from pathlib import Path

from PIL import Image

import pentimento.engine
from pentimento.engine import Schedule, load_model, sample
from pentimento.engine.techniques import AttendAndExcite, ClassifierFree, LayoutGuidance
from pentimento.engine.upscaling import upscale

OUT = Path("out")
OUT.mkdir(exist_ok=True)
PROMPT, SEED = "a red car and a dog", 4
painter = load_model(Path(pentimento.engine.__file__).parent / "embedded" / "painter")
boxes = (("red car", (0.05, 0.4, 0.5, 0.9)), ("dog", (0.55, 0.4, 0.95, 0.9)))
guided = ClassifierFree(3.0)
LISTS = {
    "plain": [],
    "classifier-free guidance": [guided],
    "+ attend-and-excite": [guided, AttendAndExcite(("car", "dog"))],
    "+ layout guidance": [guided, LayoutGuidance(boxes)],
}
row = Image.new("RGB", (256 * len(LISTS), 256))
for place, (name, techniques) in enumerate(LISTS.items()):
    painted = sample(painter, PROMPT, techniques=techniques, schedule=Schedule(25), seed=SEED)
    row.paste(upscale(painted.images[0]), (256 * place, 0))
    print(f"{name}: {painted.cost.rows} rows through the U-Net")
row.save(OUT / "technique_on_the_loop.png")
print(f"written: {OUT / 'technique_on_the_loop.png'}")
