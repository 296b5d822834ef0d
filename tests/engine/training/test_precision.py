import pytest
import torch

from pentimento.engine.training import precision


@pytest.fixture(autouse=True)
def measured_anew():
    precision.fast_bfloat16.cache_clear()
    yield
    precision.fast_bfloat16.cache_clear()


@pytest.mark.parametrize(("half", "full", "chosen"), [(1.0, 2.0, torch.bfloat16), (2.0, 1.0, torch.float32)])
def test_products_run_in_what_the_machine_is_faster_with(monkeypatch: pytest.MonkeyPatch, half: float, full: float, chosen: torch.dtype) -> None:
    monkeypatch.setattr(precision, "_seconds", lambda kind: half if kind == torch.bfloat16 else full)
    with precision.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == chosen
    with precision.autocast(wanted=False):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_a_product_takes_time() -> None:
    assert precision._seconds(torch.float32) > 0
