"""Where the pictures of an edit graph stand on a sheet: an edit to the right of what it was made from, each further branch in a row below."""

from collections.abc import Sequence


def cells(sources: Sequence[Sequence[int]], columns: int) -> list[tuple[int, int]]:
    """A place for each picture.

    Args:
        sources: for each picture the places in this list of those it was made of; the first of them counts.
        columns: how many stand side by side; a longer line goes on in the next row.

    Returns:
        (row, column) of each picture; no two have the same.
    """
    children: dict[int, list[int]] = {}
    for index, before in enumerate(sources):
        if before:
            children.setdefault(before[0], []).append(index)
    placed: list[tuple[int, int]] = [(0, 0)] * len(sources)
    row = column = height = 0  # of the shelf that is being filled with trees, and how high it is
    for root in (index for index, before in enumerate(sources) if not before):
        tree = _tree(root, children, columns)
        wide, high = (1 + max(place[side] for place in tree.values()) for side in (1, 0))
        if column + wide > columns:
            row, column, height = row + height, 0, 0
        for index, (down, right) in tree.items():
            placed[index] = row + down, column + right
        column, height = column + wide, max(height, high)
    return placed


def _tree(root: int, children: dict[int, list[int]], columns: int) -> dict[int, tuple[int, int]]:
    """Places of one picture and all that was made from it: the first edit goes on in the row, each other one begins a row of its own."""
    placed: dict[int, tuple[int, int]] = {}
    rows = 0
    waiting = [(root, 0, 0, False)]
    while waiting:
        index, row, column, branch = waiting.pop()
        if branch or column == columns:
            row, column, rows = rows, column % columns, rows + 1
        rows = max(rows, row + 1)
        placed[index] = row, column
        further = children.get(index, [])
        waiting += [(child, row, column + 1, child != further[0]) for child in reversed(further)]
    return placed
