"""The judge: a second set of eyes that only benchmarks look through.

It shares nothing with the critic's eyes but the world: another architecture, other seeds, other pictures, other distortions. What the
agent repairs by is never what it is graded by, so nothing but `proofs`, `training` and this folder may import it; a test holds that.
"""

from .judge import Found, Judge, JudgeDetector, Look
from .network import JudgeNet

__all__ = ["Found", "Judge", "JudgeDetector", "JudgeNet", "Look"]
