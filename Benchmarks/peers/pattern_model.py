"""The pattern model of bin packing by column generation in HiGHS.

Source: Gilmore and Gomory, A linear programming approach to the cutting-stock problem, 1961; the bound of unfinished
column generation: Farley, A note on bounding a class of linear programming problems, 1990, and with limited copies the
Lagrangian relaxation of the demands.
"""
import highspy
import numpy

import highs_solver
from pattern_pricing import KnapsackProgram, KnapsackTable

TOLERANCE = 1e-7  # reduced costs within it are not worth a column
ROUNDS_PER_DIVE_STEP = 50  # a dive wants good patterns soon, not the optimum of what is left


class PatternModel:
    """Master problem: a column (type, {(group, choice): count}) per known pattern, a row per group and limited type."""

    def __init__(self, search):
        self.search, self.problem = search, search.problem
        problem = self.problem
        table = KnapsackTable(problem) if problem.dimensions == 1 else None
        self.pricing = table if table and table.is_small else KnapsackProgram(search)
        self.limited = [kind for kind, entry in enumerate(problem.types) if entry.copies < problem.items]
        self.highs = highs_solver.solver(search)
        # A copy that no pattern covers costs more than any bin: with limited copies there may be no other way yet.
        missing = 1 + max(kind.cost for kind in problem.types)
        for row, group in enumerate(problem.groups):
            highs_solver.check(self.highs.addRow(group.demand, highspy.kHighsInf, 0, [], []))
            highs_solver.check(self.highs.addCol(missing, 0, group.demand, 1, [row], [1.0]))
        for kind in self.limited:
            highs_solver.check(self.highs.addRow(-highspy.kHighsInf, problem.types[kind].copies, 0, [], []))
        self.patterns, self.known = [], {}
        for kind, _, content in search.bins or []:
            self.add(kind, content)
        for group, entry in enumerate(problem.groups):
            for choice in range(len(entry.choices)):
                for kind in range(len(problem.types)):
                    count = problem.most_in_bin(group, choice, kind)
                    if count:
                        self.add(kind, {(group, choice): count})

    def add(self, kind, content):
        """Whether the pattern is new."""
        key = kind, tuple(sorted(content.items()))
        if key in self.known:
            return False
        self.known[key] = len(self.patterns)
        self.patterns.append((kind, content))
        counts = {}
        for (group, _), count in content.items():
            counts[group] = counts.get(group, 0) + count
        if kind in self.limited:
            counts[len(self.problem.groups) + self.limited.index(kind)] = 1
        highs_solver.check(self.highs.addCol(self.problem.types[kind].cost, 0, highspy.kHighsInf, len(counts),
                                             list(counts), list(map(float, counts.values()))))
        return True

    def generate(self):
        """Prices patterns in until none improves, the bound is tight, or half of the time is over."""
        search, kinds = self.search, range(len(self.problem.types))
        end = search.remaining / 2
        while not search.is_solved and self._solve_relaxation(search.remaining - end):
            prices = self._prices()
            if not self.pricing.is_quick and self._improve_quickly(prices):
                continue
            priced = [self.pricing.best(prices, kind, search.remaining - end) for kind in kinds]
            self._raise_bound(prices, [worth for worth, _ in priced])
            if search.bound >= self.highs.getInfo().objective_function_value - TOLERANCE:
                return
            if not self._improve([(kind, content) for kind, (_, content) in enumerate(priced)]):
                return

    def dive(self):
        """One packing: fixes patterns as often as the relaxation takes them whole, else the likeliest one once."""
        problem, search = self.problem, self.search
        demands, copies = [group.demand for group in problem.groups], [kind.copies for kind in problem.types]
        bins = []
        while any(demands):
            for _ in range(ROUNDS_PER_DIVE_STEP):
                if not self._solve_relaxation(search.remaining) or not self._improve_quickly(self._prices()):
                    break
            if not self._solve_relaxation(search.remaining):
                break
            values = self.highs.getSolution().col_value[len(problem.groups):]
            # The relaxation may want free bins that add nothing; a dive has to come to an end.
            useful = {pattern: value for pattern, value in enumerate(values) if value > TOLERANCE
                      and any(demands[group] for group, _ in self.patterns[pattern][1])}
            if not useful:
                break  # only uncovered copies are left: the limited types are used up
            whole = [(pattern, int(value + TOLERANCE)) for pattern, value in useful.items() if value >= 1 - TOLERANCE]
            for pattern, count in whole or [(max(useful, key=useful.get), 1)]:
                kind, content = self.patterns[pattern]
                bins.append((kind, count, content))
                copies[kind] -= count
                for (group, _), each in content.items():
                    demands[group] = max(0, demands[group] - each * count)
            self._restrict(demands, copies)
        else:
            search.offer(bins)
        self._restrict([group.demand for group in problem.groups], [kind.copies for kind in problem.types])

    def _restrict(self, demands, copies):
        for row, demand in enumerate(demands):
            highs_solver.check(self.highs.changeRowBounds(row, demand, highspy.kHighsInf))
        for row, kind in enumerate(self.limited, len(demands)):
            highs_solver.check(self.highs.changeRowBounds(row, -highspy.kHighsInf, max(0, copies[kind])))
        self.pricing.restrict(demands)

    def _solve_relaxation(self, seconds):
        """Whether its optimum is known."""
        if seconds <= 0:
            return False
        highs_solver.check(self.highs.setOptionValue("time_limit", seconds))
        highs_solver.check(self.highs.run())
        return self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def _prices(self):
        """The groups' dual prices."""
        return numpy.maximum(self.highs.getSolution().row_dual[:len(self.problem.groups)], 0)

    def _improve_quickly(self, prices):
        return self._improve([(kind, content) for kind in range(len(self.problem.types))
                              for content in self.pricing.quick(prices, kind)])

    def _improve(self, patterns):
        """Adds those patterns that are worth more than their bin; whether there is a new one."""
        duals = self.highs.getSolution().row_dual
        improving = []
        for kind, content in patterns:
            rent = duals[len(self.problem.groups) + self.limited.index(kind)] if kind in self.limited else 0
            worth = sum(max(duals[group], 0) * count for (group, _), count in content.items())
            if worth > (self.problem.types[kind].cost - rent) * (1 + TOLERANCE) + TOLERANCE:
                improving.append((kind, content))
        return any([self.add(kind, content) for kind, content in improving])

    def _raise_bound(self, prices, worths):
        """Raises the bound to what any prices prove with the worth of the best pattern of each type at these prices."""
        problem = self.problem
        scale = min([1.0] + [kind.cost / worth for index, (kind, worth) in enumerate(zip(problem.types, worths))
                             if index not in self.limited and worth > 0])
        demand = sum(group.demand * price for group, price in zip(problem.groups, prices))
        excess = sum(problem.types[kind].copies * max(0.0, scale * worths[kind] - problem.types[kind].cost)
                     for kind in self.limited)
        self.search.raise_bound(float(scale * demand - excess))

    def solve_integer(self):
        """Packings from the known patterns. They may not suffice, so nothing is proved here.

        No start is given: presolve of HiGHS 1.16 drops dominated columns from it without their cost and then claims
        an objective below the optimum.
        """
        problem, search = self.problem, self.search
        for kind, _, content in search.bins or []:
            self.add(kind, content)  # copies that the dive packed twice are gone
        slacks = len(problem.groups)
        columns = slacks + len(self.patterns)
        indices = numpy.arange(columns, dtype=numpy.int32)
        limits = numpy.full(columns, float(problem.items))
        limits[:slacks] = 0
        highs_solver.check(self.highs.changeColsBounds(columns, indices, numpy.zeros(columns), limits))
        for column in range(columns):
            highs_solver.check(self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger))

        def packing(values):
            return [(kind, round(value), content)
                    for value, (kind, content) in zip(values[slacks:], self.patterns) if round(value)]

        highs_solver.solve_integer(self.highs, search, packing, is_whole=False, seconds=search.remaining / 2)
