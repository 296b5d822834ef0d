"""Where cells look: the loss falls when they look at their own boxes, and a few steps on remembered features bring them there."""

import numpy as np
import pytest
import torch

from pentimento.engine.training.frozen import FOLDER
from pentimento.engine.training.gligen import GligenStage, GroundedScenes
from pentimento.engine.training.looking import MOST, SLOTS, Led, Remembered, found, inside, looking_loss

BOXES = torch.tensor([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0], *[[0.0] * 4] * (MOST - 2)]])
COUNTS = torch.tensor([[1.0, 1.0, *[0.0] * (MOST - 2)]])


def shares(side: int, own: float, other: float) -> torch.Tensor:
    where = inside(BOXES, COUNTS, side).float()
    given = where * own + (1 - where) * other * COUNTS[:, None]
    return torch.nn.functional.pad(given, (0, SLOTS - MOST))


def test_cells_lie_in_the_boxes_that_hold_their_centres() -> None:
    where = inside(BOXES, COUNTS, 4)[0]
    assert where[:, 0].nonzero().flatten().tolist() == [0, 1, 4, 5]
    assert where[:, 1].nonzero().flatten().tolist() == [10, 11, 14, 15]
    assert not where[:, 2:].any()


def test_looking_at_the_own_box_is_better_than_looking_elsewhere_or_nowhere() -> None:
    own, elsewhere, nowhere = (looking_loss([shares(8, *given)], BOXES, COUNTS) for given in ((0.9, 0.0), (0.0, 0.45), (0.0, 0.0)))
    assert own < nowhere < elsewhere
    assert found([shares(8, 0.9, 0.0)], BOXES, COUNTS) == pytest.approx(0.9)


@pytest.mark.skipif(not (FOLDER / "model_index.json").is_file(), reason="the painter is not trained yet")
def test_a_few_steps_on_remembered_features_teach_cells_their_boxes() -> None:
    stage = GligenStage()
    gates = stage.build()
    held = Remembered(gates)  # type: ignore[arg-type]
    (batch,) = GroundedScenes(stage.painter, np.random.default_rng(3)).fixed(1, 8)
    torch.manual_seed(0)
    drawn = stage.painter.noised(batch[0])
    held.add(stage.held(drawn, stage.painter.read(batch[1]), gates), *batch[2:5])  # type: ignore[arg-type]
    seen = stage.seen[id(gates)]
    optimiser, losses = torch.optim.AdamW(gates.parameters(), lr=2e-3), []
    for _ in range(12):
        loss = held.loss(gates, seen, 8)  # type: ignore[arg-type]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]
    boxes, counts = held.look(gates, seen, range(8))  # type: ignore[arg-type]
    assert found(seen, boxes, counts) > 0.02


def test_led_attention_is_plain_attention_that_tells_where_it_looks() -> None:
    from diffusers.models.attention_processor import Attention, AttnProcessor2_0

    torch.manual_seed(0)
    attention = Attention(query_dim=32, heads=2, dim_head=16)
    tokens = torch.randn(2, 16 + SLOTS, 32)
    attention.set_processor(AttnProcessor2_0())
    plain = attention(tokens)
    seen: list[torch.Tensor] = []
    attention.set_processor(Led(seen))
    assert torch.allclose(attention(tokens), plain, atol=1e-5)
    assert seen[0].shape == (2, 16, SLOTS) and float(seen[0].detach().sum(-1).max()) < 1
    assert SLOTS == 30  # what diffusers' pipeline pads to
