"""The assignment model of bin packing as plain integer rows and columns, for whichever solver.

A column per bin says whether it is used, one per group, incarnation and bin how many copies go there:

    minimize    sum of costs of used bins
    such that   each group's copies are packed, and a bin's load is at most its capacity if it is used, else 0

How many bins of a type there are follows from its copies and from the cost of first fit decreasing. Symmetry is broken:
bins of a type are used in order; where there is only one type they are numbered by the first item they hold, so that
item j (copies counted through) goes to one of the bins 0...j, and the largest set of items of which no two share a bin
comes first, each in its own bin.
Source: Martello and Toth, Knapsack Problems, 1990, chapter 8; the numbering as in Mehrotra and Trick, 1996, for colors.
"""
from bayplan_peer import TooLarge


LARGEST = 2_000_000  # columns: about a gigabyte before a solver has seen them


class AssignmentModel:
    """Columns `lower`, `upper`, `cost`; rows (lower, upper, columns, coefficients), None for no limit. All integers."""

    def __init__(self, search):
        problem = self.problem = search.problem
        self.lower, self.upper, self.cost, self.rows = [], [], [], []
        limits = [self._limit(kind, search.objective) for kind in problem.types]
        size = sum(limits) * sum(len(group.choices) for group in problem.groups)
        if size > LARGEST:
            raise TooLarge(f"the assignment model would have {size} columns")
        self.kinds = [kind for kind, limit in enumerate(limits) for _ in range(limit)]
        clique = problem.large_groups() if len(problem.types) == 1 else []
        self.order = clique + [group for group in range(len(problem.groups)) if group not in set(clique)]
        for kind in self.kinds:
            self._column(1, problem.types[kind].cost)
        self.columns = {}  # (group, choice, bin) -> column
        contents = [[] for _ in self.kinds]
        before = 0
        for position, group in enumerate(self.order):
            if search.remaining == 0:
                raise TooLarge("there is no time to build the assignment model")
            demand = problem.groups[group].demand
            isolated = position < len(clique)
            bins = range(before if isolated else 0, min(len(self.kinds), before + demand)
                         if len(problem.types) == 1 else len(self.kinds))
            before += demand
            columns = []
            for choice in range(len(problem.groups[group].choices)):
                most = [problem.most_in_bin(group, choice, kind) for kind in range(len(problem.types))]
                for position in bins:
                    if most[self.kinds[position]]:
                        column = self._column(most[self.kinds[position]], 0)
                        self.columns[group, choice, position] = column
                        contents[position].append((group, choice, column))
                        columns.append(column)
                        if isolated:
                            self.lower[position] = self.lower[column] = self.upper[column] = 1
            self.rows.append((demand, demand, columns, [1] * len(columns)))
        for position, content in enumerate(contents):
            if search.remaining == 0:
                raise TooLarge("there is no time to build the assignment model")
            for dimension, room in enumerate(problem.types[self.kinds[position]].capacity):
                load = [(column, problem.groups[group].choices[choice][dimension]) for group, choice, column in content]
                load = [(column, weight) for column, weight in load if weight]
                if load:
                    self.rows.append((None, 0, [position] + [column for column, _ in load],
                                      [-room] + [weight for _, weight in load]))
            if position and self.kinds[position - 1] == self.kinds[position]:
                self.rows.append((0, None, [position - 1, position], [1, -1]))
        used = [position for position in range(len(self.kinds)) if self.cost[position]]
        if used:
            self.rows.append((search.bound, search.objective, used, [self.cost[position] for position in used]))

    def _column(self, upper, cost):
        self.lower.append(0)
        self.upper.append(upper)
        self.cost.append(cost)
        return len(self.cost) - 1

    def _limit(self, kind, objective):
        """Bins of a type that a packing no worse than the best known may use."""
        items = sum(group.demand for group in self.problem.groups
                    if any(all(w <= room for w, room in zip(weights, kind.capacity)) for weights in group.choices))
        limit = min(kind.copies, items)
        return limit if objective is None or not kind.cost else min(limit, objective // kind.cost)

    def start(self, bins):
        """A packing as values of all columns, its bins in the order that the model wants."""
        place = {group: position for position, group in enumerate(self.order)}
        first = {kind: self.kinds.index(kind) for kind in set(self.kinds)}
        values = [0] * len(self.cost)
        for kind, copies, content in sorted(bins, key=lambda entry: min(place[group] for group, _ in entry[2])):
            for _ in range(copies):
                values[first[kind]] = 1
                for (group, choice), count in content.items():
                    values[self.columns[group, choice, first[kind]]] = count
                first[kind] += 1
        return values

    def packing(self, values):
        """The bins that hold something. Rounded: a solver's integers are so up to its tolerance."""
        contents = [{} for _ in self.kinds]
        for (group, choice, position), column in self.columns.items():
            count = round(values[column])
            if count:
                contents[position][group, choice] = count
        return [(kind, 1, content) for kind, content in zip(self.kinds, contents) if content]
