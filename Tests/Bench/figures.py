"""The table of what was measured: beside the machine's limit, and whether what is promised holds."""

import json

HOLDS = {"<=": lambda a, b: a <= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
# What differs by less from run to run has not changed.
NOISE = 1.1


def number(value):
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def bound_text(bound):
    return f"{bound[0]} {number(bound[1])}" if bound else ""


class Figures:
    """Rows in the order in which they were measured."""

    def __init__(self, say):
        self.say = say
        self.rows = []

    def add(self, name, value, unit, bound=None, limit=None, ratio_bound=None, ratio=None):
        """`bound` is ("<=", 1.4) and the like, `ratio_bound` the same for the ratio to `limit`, the machine's own value.

        Where several rounds were made, the ratio is the median of theirs.
        """
        if limit and ratio is None:
            ratio = value / limit
        verdicts = []
        if bound:
            verdicts.append(HOLDS[bound[0]](value, bound[1]))
        if ratio_bound and ratio is not None:
            verdicts.append(HOLDS[ratio_bound[0]](ratio, ratio_bound[1]))
        row = dict(figure=name, value=value, unit=unit, bound=bound, limit=limit, ratio=ratio, ratio_bound=ratio_bound,
                   holds=all(verdicts) if verdicts else None)
        self.rows.append(row)
        self.say("    " + "  ".join(cell for cell in self.cells(row) if cell))

    def failed(self, name):
        """A part of the table could not be measured."""
        self.rows.append(dict(figure=f"{name} (failed)", value=None, unit="", bound=None, limit=None, ratio=None,
                              ratio_bound=None, holds=False))

    def cells(self, row):
        verdict = {None: "", True: "holds", False: "MISSED"}[row["holds"]]
        return (row["figure"], number(row["value"]), row["unit"], bound_text(row["bound"]), number(row["limit"]),
                number(row["ratio"]), bound_text(row["ratio_bound"]), verdict)

    def text(self):
        lines = [("FIGURE", "MEASURED", "UNIT", "BOUND", "LIMIT", "RATIO", "BOUND", "")]
        lines += [self.cells(row) for row in self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        right = (1, 4, 5)
        text = ""
        for line in lines:
            cells = (cell.rjust(width) if column in right else cell.ljust(width)
                     for column, (cell, width) in enumerate(zip(line, widths)))
            text += "  ".join(cells).rstrip() + "\n"
        return text

    def json(self, **more):
        return json.dumps({**more, "figures": self.rows}, indent=2) + "\n"

    def compared(self, before):
        """What has become of the figures since a run whose JSON this is."""
        then = {row["figure"]: row for row in before["figures"]}
        better, worse = [], []
        for row in self.rows:
            old = then.get(row["figure"])
            if not old or not old["value"] or not row["value"]:
                continue
            # The ratio to the limit says more than the value, which goes with the machine's moods.
            key = "ratio" if old["ratio"] and row["ratio"] else "value"
            change = row[key] / old[key]
            is_better_if_more = row["unit"].endswith("/s") or (row["bound"] or row["ratio_bound"] or "<")[0][0] == ">"
            worsening = 1 / change if is_better_if_more else change
            words = f"{row['figure']} ({row['unit']}): {number(old[key])} -> {number(row[key])}, {change:.2f} times"
            if worsening > NOISE:
                worse.append(words)
            elif worsening < 1 / NOISE:
                better.append(words)
        lines = [f"better: {words}" for words in better] + [f"WORSE:  {words}" for words in worse]
        return "\n".join(lines or ["nothing has changed by more than a tenth"]) + "\n"

    @property
    def is_met(self):
        return all(row["holds"] is not False for row in self.rows)
