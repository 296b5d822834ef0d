"""Learning a concept from a few pictures: a word of its own, and with LoRA a change of the U-Net that belongs to it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch.func import functional_call
from torch.nn import functional as F

from .backbones.model import Model
from .concept_pictures import TEMPLATES, Examples, examples
from .errors import BadInput, Cancelled, ModelCannot
from .schedule import Schedule
from .shapes import Latents
from .technique import Technique
from .techniques.concepts.lora import LoRA
from .techniques.concepts.textual_inversion import TextualInversion, noun_rows
from .weights import Pair, layers_of, token_rows

Method = Literal["lora", "textual_inversion"]

RANK = 16
BATCH = 4  # pictures of the concept in a step
PRIOR = 2  # pictures of its class in a step (LoRA)
CLASS_PICTURES = 8
STEPS: dict[Method, int] = {"lora": 100, "textual_inversion": 200}
ROW_RATE = 5e-3  # textual inversion, official configuration
LORA_RATE = 1e-3


@dataclass(frozen=True, eq=False)
class ConceptWeights:
    """What was learned.

    Attributes:
        token: the word to use in prompts.
        noun: the kind of thing it is.
        method: lora or textual_inversion.
        rows: one (1, width) embedding for each text encoder.
        layers: LoRA pairs by layer; empty for textual inversion.
        fingerprint: of the model it was learned on.
        losses: mean training loss of each tenth of the steps.
    """

    token: str
    noun: str
    method: Method
    rows: tuple[torch.Tensor, ...]
    layers: dict[str, Pair] = field(default_factory=dict)
    fingerprint: str = ""
    losses: tuple[float, ...] = ()

    def techniques(self, strength: float = 1.0) -> tuple[Technique, ...]:
        """What to give to `sample`."""
        word = TextualInversion(self.token, self.rows, self.noun, strength=strength)
        return (word, LoRA(self.layers, strength=strength)) if self.layers else (word,)

    def tensors(self) -> dict[str, torch.Tensor]:
        """`token.<encoder>` (1, width), and for each LoRA pair `<layer>.lora_A.weight` and `<layer>.lora_B.weight` as in diffusers."""
        tensors = {f"token.{i}": row.contiguous() for i, row in enumerate(self.rows)}
        for name, (down, up) in self.layers.items():
            tensors |= {f"{name}.lora_A.weight": down.contiguous(), f"{name}.lora_B.weight": up.contiguous()}
        return tensors

    def save(self, folder: Path) -> Path:
        """Writes concept.json and concept.safetensors; the LoRA keys are those of diffusers."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        save_file(self.tensors(), folder / "concept.safetensors")
        known = {key: getattr(self, key) for key in ("token", "noun", "method", "fingerprint", "losses")}
        (folder / "concept.json").write_text(json.dumps(known, indent=2) + "\n")
        return folder

    @classmethod
    def load(cls, folder: Path) -> "ConceptWeights":
        """Reads what `save` wrote.

        Raises:
            BadInput: the folder does not hold a concept.
        """
        from safetensors.torch import load_file

        try:
            known = json.loads((folder / "concept.json").read_text())
            tensors = load_file(folder / "concept.safetensors")
            rows = tuple(tensors.pop(f"token.{i}") for i in range(sum(key.startswith("token.") for key in tensors)))
            layers = layers_of(tensors) if tensors else {}
            return cls(known["token"], known["noun"], known["method"], rows, layers, known["fingerprint"], tuple(known["losses"]))
        except (OSError, ValueError, KeyError) as error:
            raise BadInput(f"{folder} does not hold a concept: {error}") from error


def learn_concept(
    model: Model,
    images: Sequence[Image.Image],
    noun: str,
    token: str = "<c0>",
    method: Method = "lora",
    steps: int | None = None,
    *,
    masks: Sequence[np.ndarray] | None = None,
    seed: int = 0,
    progress: Callable[[int, int, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ConceptWeights:
    """Learns a word for what some pictures show; the model is left as it was.

    Source: textual inversion, Gal et al. 2022, arXiv:2208.01618; DreamBooth with prior preservation, Ruiz et al. 2023,
    arXiv:2208.12242, equation 2; LoRA, Hu et al. 2021, arXiv:2106.09685.
    Differs: LoRA and the word's row are learned together, since a small vocabulary has no rare word; the class pictures are
    painted by the model itself; the row's norm may not exceed twice the median norm; see `examples` for what masks do.

    Args:
        model: of family "sd".
        images: of the thing; three to eight are usual. Resized to the model's size, and mirrored.
        masks: (height, width) bool for each picture, True = the thing; keeps the word from learning what stands beside it.
        noun: the kind of thing, a word the model knows.
        token: the word that will stand for it, one of the tokenizer's free words or a new one.
        method: "textual_inversion" learns the word alone, which holds what the model can already paint.
        steps: 100 for LoRA, 200 for textual inversion by default: about a minute on one core with the embedded painter.
        seed: of everything that is drawn by chance.
        progress: called with (steps done, steps, loss).
        cancelled: asked before every step.

    Raises:
        BadInput: no pictures, masks that do not fit them, or a noun the model does not know.
        ModelCannot: the model is not of family "sd", or takes extra channels.
        Cancelled: `cancelled` said so.
    """
    steps = STEPS[method] if steps is None else steps
    if not images or steps < 1:
        raise BadInput(f"{len(images)} pictures and {steps} steps: at least one of each is needed")
    if masks is not None and len(masks) != len(images):
        raise BadInput(f"{len(images)} pictures and {len(masks)} masks; one mask for each picture")
    if model.family != "sd" or "text-to-image" not in model.can:
        raise ModelCannot("concepts are learned on Stable Diffusion 1.x and 2.x; load a LoRA that was learned elsewhere instead")
    start = noun_rows(model, noun)
    generator = torch.Generator().manual_seed(seed)
    shown = examples(model, images, masks, np.random.default_rng(seed))
    prior = _class_pictures(model, noun, seed, cancelled) if method == "lora" else None
    with model.lock, token_rows(model, {token: tuple(row[None] for row in start)}):
        learner = _Learner(model, token, noun, method, generator)
        losses = []
        for done in range(steps):
            if cancelled is not None and cancelled():
                raise Cancelled(f"stopped after {done} of {steps} steps; nothing was kept")
            losses.append(learner.step(shown, prior, done / steps))
            if progress is not None:
                progress(done + 1, steps, losses[-1])
        parts = [losses[i * steps // 10 : (i + 1) * steps // 10] for i in range(10)]
        means = tuple(sum(part) / len(part) for part in parts if part)
        layers = {name: (down.detach().clone(), up.detach().clone()) for name, (down, up) in learner.layers.items()}
        return ConceptWeights(token, noun, method, (learner.row.detach().clone(),), layers, model.fingerprint, means)


def _class_pictures(model: Model, noun: str, seed: int, cancelled: Callable[[], bool] | None) -> Latents:
    """Pictures of the class as the model paints them now, so that it goes on doing so."""
    from .sampling import sample
    from .techniques.guidance.classifier_free import ClassifierFree

    prompts = [TEMPLATES[i % len(TEMPLATES)].format(noun) for i in range(CLASS_PICTURES)]
    seeds = [seed + i for i in range(CLASS_PICTURES)]
    return sample(model, prompts, techniques=[ClassifierFree(3.0)], schedule=Schedule(12), seed=seeds, cancelled=cancelled).latents


class _Learner:
    """Row and LoRA pairs with their optimiser; the networks themselves are never written to."""

    def __init__(self, model: Model, token: str, noun: str, method: Method, generator: torch.Generator) -> None:
        self.model, self.token, self.noun, self.generator = model, token, noun, generator
        self.encoder, self.tokenizer = model.text_encoders[0], model.tokenizers[0]
        embedding = self.encoder.get_input_embeddings()
        self.table = embedding.weight.detach().float()
        self.name = next(f"{name}.weight" for name, module in self.encoder.named_modules() if module is embedding)
        self.id = self.tokenizer.convert_tokens_to_ids(token)
        self.row = self.table[self.id : self.id + 1].clone().requires_grad_()  # (1, width)
        self.longest = 2 * float(self.table.norm(dim=1).median())
        self.layers = self._pairs() if method == "lora" else {}
        self.base = {name: model.unet.get_submodule(name.removeprefix("unet.")).weight.detach() for name in self.layers}
        pairs = [tensor for pair in self.layers.values() for tensor in pair]
        self.rates = [ROW_RATE, LORA_RATE] if pairs else [ROW_RATE]
        groups = [{"params": tensors, "lr": rate} for tensors, rate in zip(([self.row], pairs), self.rates, strict=False)]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.0)

    def _pairs(self) -> dict[str, Pair]:
        """Zero changes for every linear layer of the transformer blocks: attention and feed-forward."""
        pairs = {}
        for name, module in self.model.unet.named_modules():
            if isinstance(module, torch.nn.Linear) and ".transformer_blocks." in name:
                down = torch.randn(RANK, module.in_features, generator=self.generator) / RANK
                pairs[f"unet.{name}"] = (
                    down.to(module.weight.device).requires_grad_(),
                    torch.zeros(module.out_features, RANK, device=module.weight.device, requires_grad=True),
                )
        return pairs

    @torch.enable_grad()
    def step(self, shown: Examples, prior: Latents | None, share: float) -> float:
        """One step of gradient descent; gives back the loss."""
        rows = torch.randint(len(shown.latents), (BATCH,), generator=self.generator)
        x0, weights = shown.latents[rows], shown.weights[rows]
        prompts = [shown.captions[row].format(self.token) for row in rows.tolist()]
        if prior is not None:
            rows = torch.randint(len(prior), (PRIOR,), generator=self.generator)
            x0, weights = torch.cat([x0, prior[rows]]), torch.cat([weights, torch.ones_like(weights[:PRIOR])])
            prompts += [TEMPLATES[row % len(TEMPLATES)].format(self.noun) for row in rows.tolist()]
        error = self._error(x0, weights, prompts)
        loss = error[:BATCH].mean() + (error[BATCH:].mean() if prior is not None else 0.0)
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * min(1.0, 2 * (1 - share))  # constant, then falling to zero over the second half
        self.optimiser.step()
        with torch.no_grad():
            norm = self.row.norm()
            if norm > self.longest:
                self.row.mul_(self.longest / norm)
        return float(error.detach()[:BATCH].mean())

    def _error(self, x0: Latents, weights: torch.Tensor, prompts: list[str]) -> torch.Tensor:
        """Weighted mean squared error of what the network predicts, one for each picture."""
        model = self.model
        noise = torch.randn(x0.shape, generator=self.generator).to(x0)
        times = torch.randint(len(model.levels.alphas), (len(x0),), generator=self.generator)
        alpha = torch.tensor(model.levels.alphas[times.numpy()], dtype=torch.float32, device=x0.device)[:, None, None, None]
        x = alpha.sqrt() * x0 + (1 - alpha).sqrt() * noise
        wanted = {"epsilon": noise, "v_prediction": alpha.sqrt() * noise - (1 - alpha).sqrt() * x0, "sample": x0}[model.prediction_type]
        read = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
        longest = min(self.tokenizer.model_max_length, self.encoder.config.max_position_embeddings)
        ids = self.tokenizer(prompts, max_length=longest, **read).input_ids.to(x0.device)
        table = self.table.index_copy(0, torch.tensor([self.id], device=x0.device), self.row).to(model.dtype)
        context = functional_call(self.encoder, {self.name: table}, (ids,))[0]
        changed = {
            f"{name.removeprefix('unet.')}.weight": self.base[name] + (up @ down).to(self.base[name]) for name, (down, up) in self.layers.items()
        }
        given = (x.to(model.dtype), times.to(x0.device), context)
        output = functional_call(model.unet, changed, given, {"return_dict": False})[0]
        return (weights * F.mse_loss(output.float(), wanted, reduction="none")).mean((1, 2, 3))
