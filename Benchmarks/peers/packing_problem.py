"""Bin packing instances as the adapters see them: read, reduced to what needs a solver, and packed greedily."""
import json
import math
import os
from fractions import Fraction
from typing import NamedTuple


class InputError(Exception):
    """What is wrong with an instance, in one line."""


class BinType(NamedTuple):
    index: int  # in the instance
    capacity: tuple
    cost: int
    copies: int  # at most the number of items


class Group(NamedTuple):
    """Equal rows. `choices` are the incarnations that fit a bin, `incarnations` their numbers in the instance."""
    demand: int
    choices: tuple
    incarnations: tuple
    members: tuple  # (row, demand)


class Problem:
    """An instance reduced: equal rows are one group, sizes are divided by their common divisor, and what needs no
    decision is set aside: rows without demand, rows without weight (`free`), bin types without copies.

    A packing is a list of bins (position in `types`, copies, {(group, choice): count}).
    """

    def __init__(self, document):
        self.document = document
        self.name = document["name"]
        rows = [(index, row["demand"], row["incarnations"])
                for index, row in enumerate(document["rows"]) if row["demand"]]
        total = sum(demand for _, demand, _ in rows)
        types = [BinType(index, tuple(kind["capacity"]), kind["cost"],
                         total if kind["copies"] is None else min(total, kind["copies"]))
                 for index, kind in enumerate(document["binTypes"]) if kind["copies"] != 0]
        self.free = [(row, demand, next(i for i, weights in enumerate(choices) if not any(weights)))
                     for row, demand, choices in rows if not all(map(any, choices))]
        groups = {}
        for row, demand, choices in rows:
            if all(map(any, choices)):
                groups.setdefault(tuple(map(tuple, choices)), []).append((row, demand))
        divisors = [max(1, math.gcd(*column)) for column in zip(*(w for choices in groups for w in choices))]
        self.types = [kind._replace(capacity=tuple(room // divisor for room, divisor in zip(kind.capacity, divisors)))
                      for kind in types] if groups else types
        self.groups = []
        self.misfits = []  # rows of which no incarnation fits any bin
        for choices, members in groups.items():
            scaled = [tuple(w // divisor for w, divisor in zip(weights, divisors)) for weights in choices]
            fitting = [i for i, weights in enumerate(scaled)
                       if any(fits(weights, kind.capacity) for kind in self.types)]
            if not fitting:
                self.misfits += [row for row, _ in members]
            self.groups.append(Group(sum(demand for _, demand in members), tuple(scaled[i] for i in fitting),
                                     tuple(fitting), tuple(members)))
        if self.free and not self.types:
            self.misfits += [row for row, _, _ in self.free]
        self.dimensions = document["dimensions"]
        self.items = sum(group.demand for group in self.groups)
        self.cost_step = max(1, math.gcd(*(kind.cost for kind in self.types)))

    def most_in_bin(self, group, choice, kind):
        """Copies of a group in an incarnation that fit a bin of a type."""
        return min([self.groups[group].demand] + [room // weight for room, weight in zip(
            self.types[kind].capacity, self.groups[group].choices[choice]) if weight])

    def volume_bound(self):
        """The cost of all weight poured like a liquid, in the worst dimension; None if there is too little room."""
        worst = Fraction(0)
        for dimension in range(self.dimensions):
            left = sum(group.demand * min(weights[dimension] for weights in group.choices) for group in self.groups)
            cost = Fraction(0)
            sizes = [kind for kind in self.types if kind.capacity[dimension]]
            for kind in sorted(sizes, key=lambda kind: Fraction(kind.cost, kind.capacity[dimension])):
                poured = min(left, kind.copies * kind.capacity[dimension])
                cost += Fraction(kind.cost * poured, kind.capacity[dimension])
                left -= poured
            if left:
                return None
            worst = max(worst, cost)
        return worst

    def large_groups(self):
        """Groups of which no two copies share a bin, as they exceed half of the largest in one and the same dimension.

        Of the dimension with the most copies. Groups with several incarnations are left out.
        """
        best = []
        for dimension in range(self.dimensions):
            room = max(kind.capacity[dimension] for kind in self.types)
            large = [index for index, group in enumerate(self.groups)
                     if len(group.choices) == 1 and 2 * group.choices[0][dimension] > room]
            best = max(best, large, key=lambda groups: sum(self.groups[index].demand for index in groups))
        return best

    def first_fit_decreasing(self):
        """A packing by first fit decreasing, the cheaper of two ways to choose what to open; None if copies run out."""
        largest = [max(kind.capacity[d] for kind in self.types) or 1 for d in range(self.dimensions)]

        def size(weights):
            return sum(weight / most for weight, most in zip(weights, largest))

        order = sorted(range(len(self.groups)), key=lambda g: -min(map(size, self.groups[g].choices)))
        keys = [lambda kind: self.types[kind].cost / (size(self.types[kind].capacity) or 1),
                lambda kind: self.types[kind].cost]
        packings = [self._first_fit(order, sorted(range(len(self.types)), key=key)) for key in keys[:len(self.types)]]
        return min((bins for bins in packings if bins is not None), key=self.cost, default=None)

    def _first_fit(self, order, preference):
        """First fit over runs of equal bins, so that the effort does not grow with the demand."""
        runs, opened = [], [0] * len(self.types)  # runs: (kind, copies, content, room)
        for group in order:
            choices, left, kept = self.groups[group].choices, self.groups[group].demand, []
            for run in runs:
                parts, left = self._fill(run, group, left) if left else ([run], 0)
                kept += parts
            runs = kept
            while left:
                kind = next((kind for kind in preference if opened[kind] < self.types[kind].copies
                             and any(fits(w, self.types[kind].capacity) for w in choices)), None)
                if kind is None:
                    return None
                free = self.types[kind].copies - opened[kind]
                parts, left = self._fill((kind, free, {}, self.types[kind].capacity), group, left)
                runs += [part for part in parts if part[2]]
                opened[kind] += sum(copies for _, copies, content, _ in parts if content)
        return [(kind, copies, content) for kind, copies, content, _ in runs]

    def _fill(self, run, group, left):
        """The run after taking what fits of so many copies of a group, as up to three runs; and the copies left."""
        kind, copies, content, room = run

        def filled(limit):
            inside, space = dict(content), list(room)
            for choice, weights in enumerate(self.groups[group].choices):
                count = min([limit] + [r // w for r, w in zip(space, weights) if w])
                if count:
                    inside[group, choice] = count
                    limit -= count
                    space = [r - count * w for r, w in zip(space, weights)]
            return inside, space, limit

        inside, space, rest = filled(left)
        each = left - rest
        if not each:
            return [run], left
        whole = min(copies, left // each)
        parts, left = [(kind, whole, inside, space)], left - whole * each
        if left and whole < copies:
            inside, space, left = filled(left)
            parts.append((kind, 1, inside, space))
            whole += 1
        if whole < copies:
            parts.append((kind, copies - whole, content, room))
        return parts, left

    def cost(self, bins):
        return sum(self.types[kind].cost * copies for kind, copies, _ in bins)


def fits(weights, capacity):
    return all(weight <= room for weight, room in zip(weights, capacity))


def read(path):
    """An instance: JSON, or the text of BPPLIB (`.txt`, …) and of VPSolver (`.vbp`)."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}") from None
    name = os.path.splitext(os.path.basename(path))[0]
    if text.lstrip()[:1] in ("{", "["):
        try:
            document = json.loads(text)
        except ValueError as error:
            raise InputError(f"is no JSON: {error}") from None
        return Problem(checked(document, name))
    try:
        lines = [list(map(int, line.split())) for line in text.splitlines() if line.strip()]
        return Problem(checked(from_text(lines, path.endswith(".vbp")), name))
    except (ValueError, IndexError):
        raise InputError("is neither a bayplan/packing-problem/v1 nor BPPLIB or .vbp text") from None


def from_text(lines, is_vbp):
    numbers = [number for line in lines for number in line]
    if is_vbp:
        size = numbers[0]
        capacity, count, rest = numbers[1:1 + size], numbers[1 + size], numbers[2 + size:]
    else:
        size, capacity, count, rest = 1, [numbers[1]], numbers[0], numbers[2:]
        if len(lines[2]) == 1:  # one line per item, without a demand
            rest = [number for weight in rest for number in (weight, 1)]
    if len(rest) != count * (size + 1):
        raise ValueError
    rows = [rest[i:i + size + 1] for i in range(0, len(rest), size + 1)]
    return {"binTypes": [{"capacity": capacity}], "rows": [{"demand": row[-1], "weights": row[:-1]} for row in rows]}


def checked(document, name):
    """The document with everything said that may be left out."""
    def need(condition, place, what):
        if not condition:
            raise InputError(f"{place}: {what}")

    def integer(value, place):
        need(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1 << 40, place,
             "expected an integer from 0 to 2^40")
        return value

    def vector(value, place):
        need(isinstance(value, list) and len(value) == dimensions, place, f"expected a list of {dimensions} integer(s)")
        return [integer(entry, place) for entry in value]

    def objects(value, place):
        need(isinstance(value, list) and all(isinstance(entry, dict) for entry in value), place,
             "expected a list of objects")
        return value

    need(isinstance(document, dict), "document", "expected an object")
    need(document.get("schema", "bayplan/packing-problem/v1") == "bayplan/packing-problem/v1", "schema",
         "expected bayplan/packing-problem/v1")
    types, rows = objects(document.get("binTypes"), "binTypes"), objects(document.get("rows"), "rows")
    need(types, "binTypes", "there is no bin type")
    first = types[0].get("capacity")
    dimensions = document.get("dimensions", len(first) if isinstance(first, list) else 1)
    need(isinstance(dimensions, int) and 1 <= dimensions <= 1000, "dimensions", "there may be 1 to 1000 dimensions")
    result = {"name": str(document.get("name", name)), "dimensions": dimensions, "binTypes": [], "rows": []}
    for index, kind in enumerate(types):
        place = f"binTypes[{index}]"
        cost, copies = kind.get("cost"), kind.get("copies")
        result["binTypes"].append({
            "capacity": vector(kind.get("capacity"), f"{place}.capacity"),
            "cost": 1 if cost is None else integer(cost, f"{place}.cost"),
            "copies": None if copies is None else integer(copies, f"{place}.copies")})
    for index, row in enumerate(rows):
        place = f"rows[{index}]"
        demand = row.get("demand")
        choices = row["incarnations"] if "incarnations" in row else [row.get("weights")]
        need(isinstance(choices, list) and choices, f"{place}.incarnations", "expected a list of weights")
        result["rows"].append({
            "demand": 1 if demand is None else integer(demand, f"{place}.demand"),
            "incarnations": [vector(weights, f"{place}.weights") for weights in choices]})
    return result
