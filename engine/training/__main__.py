"""Runs one stage, or all in order: `python -m pentimento.engine.training [STAGE] --minutes M`."""

import argparse
import json

from .queue import STAGES, TRIALS, load
from .stage import train

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train one embedded model, going on from its last checkpoint.")
    parser.add_argument("stage", nargs="?", choices=sorted(STAGES | TRIALS))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    for name in [given.stage] if given.stage else STAGES:
        done = train(load(name), minutes=given.minutes, worker=given.worker, workers=given.workers, threads=given.threads)
        print(json.dumps({"stage": name, **vars(done)}))
