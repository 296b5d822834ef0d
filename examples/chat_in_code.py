"""You will see a conversation in code: a picture, a change, a step back and a branch, and out/chat_in_code.png with all of them."""

from pathlib import Path

from pentimento.agent import Budget, Session, sheet_of

OUT = Path("out")
OUT.mkdir(exist_ok=True)

with Session.open(OUT / "chat_in_code", seed=3, budget=Budget(rounds=1)) as session:
    for words in ("a yellow balloon and a house", "change the background to night", "go back to the first one", "make the balloon red"):
        turn = session.say(words)
        print(f"> {words}\n{turn.text}")
        for status, promise in turn.ledger:
            print(f"    {status:8} {promise}")
    print(session.history)
    sheet_of(session, "chat in code").save(OUT / "chat_in_code.png")
    print(f"written: {OUT / 'chat_in_code.png'}")
