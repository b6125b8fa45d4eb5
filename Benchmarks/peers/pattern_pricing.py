"""The pricing problem of the pattern model: the content of one bin that is worth most at given prices."""
import highspy
import numpy

import highs_solver

GREEDY_PATTERNS = 10  # per type and round


def greedy_patterns(problem, demands, prices, kind, entries):
    """Good patterns of (group, choice) entries: each begins with another and goes on by price per size."""
    capacity = problem.types[kind].capacity

    def density(entry):
        group, choice = entry
        weights = problem.groups[group].choices[choice]
        return prices[group] / sum(weight / room for weight, room in zip(weights, capacity) if weight)

    useful = [entry for entry in entries if prices[entry[0]] > 0 and demands[entry[0]]]
    order = sorted(useful, key=density, reverse=True)
    found = []
    for first in order:
        room, left, content, worth = capacity, {}, {}, 0.0
        for group, choice in [first] + order:
            weights = problem.groups[group].choices[choice]
            count = left.get(group, demands[group]) if content else 1
            for weight, space in zip(weights, room):
                if weight and count * weight > space:
                    count = space // weight
            if count:
                left[group] = left.get(group, demands[group]) - count
                content[group, choice] = content.get((group, choice), 0) + count
                room = [space - count * weight for weight, space in zip(weights, room)]
                worth += count * prices[group]
        found.append((worth, content))
    found.sort(key=lambda entry: entry[0], reverse=True)
    return [content for _, content in found[:GREEDY_PATTERNS]]


class KnapsackTable:
    """One dimension: dynamic programming over the capacity, one table for all bin types. Exact up to rounding."""

    def __init__(self, problem):
        self.problem = problem
        self.room = max(kind.capacity[0] for kind in problem.types)
        self.restrict([group.demand for group in problem.groups])

    def restrict(self, demands):
        """From now on a pattern holds at most so many copies of each group."""
        self.demands, self.prices = demands, None
        self.pieces = []  # (group, choice, copies, weight): demands in powers of two
        for group, (entry, demand) in enumerate(zip(self.problem.groups, demands)):
            choice = min(range(len(entry.choices)), key=lambda choice: entry.choices[choice])
            weight = entry.choices[choice][0]
            left, copies = min(demand, self.room // weight), 1
            while left:
                copies = min(copies, left)
                self.pieces.append((group, choice, copies, weight * copies))
                left -= copies
                copies *= 2

    @property
    def is_small(self):
        return (self.room + 1) * len(self.pieces) <= 50_000_000

    @property
    def is_quick(self):
        return (self.room + 1) * len(self.pieces) <= 2_000_000

    def quick(self, prices, kind):
        """Good patterns: the best where the table is small."""
        if self.is_quick:
            return [self.best(prices, kind, None)[1]]
        room = self.problem.types[kind].capacity[0]
        entries = {(group, choice) for group, choice, _, _ in self.pieces
                   if self.problem.groups[group].choices[choice][0] <= room}
        return greedy_patterns(self.problem, self.demands, prices, kind, sorted(entries))

    def best(self, prices, kind, seconds):
        """The worth of the best pattern of a type, and the pattern. A table needs no limit in seconds."""
        if self.prices is None or not numpy.array_equal(prices, self.prices):
            self.prices = prices
            self.worth = numpy.zeros(self.room + 1)
            self.taken = []
            for group, choice, copies, weight in self.pieces:
                if prices[group] <= 0:
                    continue
                candidates = self.worth[:-weight] + prices[group] * copies
                better = candidates > self.worth[weight:]
                numpy.maximum(self.worth[weight:], candidates, out=self.worth[weight:])
                self.taken.append((group, choice, copies, weight, better))
        room, content = self.problem.types[kind].capacity[0], {}
        worth = float(self.worth[room])
        for group, choice, copies, weight, better in reversed(self.taken):
            if room >= weight and better[room - weight]:
                content[group, choice] = content.get((group, choice), 0) + copies
                room -= weight
        return worth, content


class KnapsackProgram:
    """Several dimensions: greedy patterns as long as they are good enough, else an integer program for HiGHS.

    What HiGHS proves of the worth counts, if the time runs out.
    """

    is_quick = False  # the best pattern is far dearer than good ones

    def __init__(self, search):
        self.search = search
        problem = search.problem
        self.demands = [group.demand for group in problem.groups]
        self.columns = [[(group, choice) for group, entry in enumerate(problem.groups)
                         for choice in range(len(entry.choices)) if problem.most_in_bin(group, choice, kind)]
                        for kind in range(len(problem.types))]
        self.programs = [self._program(problem, kind, columns) for kind, columns in enumerate(self.columns)]

    def restrict(self, demands):
        """From now on a pattern holds at most so many copies of each group in one incarnation."""
        self.demands = demands
        for kind, (highs, columns) in enumerate(zip(self.programs, self.columns)):
            limits = [min(demands[group], self.search.problem.most_in_bin(group, choice, kind))
                      for group, choice in columns]
            highs_solver.check(highs.changeColsBounds(
                len(columns), numpy.arange(len(columns), dtype=numpy.int32), numpy.zeros(len(columns)),
                numpy.array(limits, dtype=float)))

    def _program(self, problem, kind, columns):
        class Rows:
            lower, cost = [0] * len(columns), [0] * len(columns)
            upper = [problem.most_in_bin(group, choice, kind) for group, choice in columns]
            rows = []

        for dimension, room in enumerate(problem.types[kind].capacity):
            weights = [(column, problem.groups[group].choices[choice][dimension])
                       for column, (group, choice) in enumerate(columns)]
            weights = [(column, weight) for column, weight in weights if weight]
            Rows.rows.append((None, room, [column for column, _ in weights], [weight for _, weight in weights]))
        for group, entry in enumerate(problem.groups):
            members = [column for column, (owner, _) in enumerate(columns) if owner == group]
            if len(members) > 1:
                Rows.rows.append((None, entry.demand, members, [1] * len(members)))
        highs = highs_solver.solver(self.search)
        highs_solver.load(highs, Rows)
        highs_solver.check(highs.changeObjectiveSense(highspy.ObjSense.kMaximize))
        return highs

    def quick(self, prices, kind):
        return greedy_patterns(self.search.problem, self.demands, prices, kind, self.columns[kind])

    def best(self, prices, kind, seconds):
        """An upper limit of the worth of the patterns of a type, and the best pattern found."""
        highs, columns = self.programs[kind], self.columns[kind]
        if not columns:
            return 0.0, {}
        costs = numpy.array([prices[group] for group, _ in columns])
        highs_solver.check(highs.changeColsCost(len(columns), numpy.arange(len(columns), dtype=numpy.int32), costs))
        highs_solver.check(highs.setOptionValue("time_limit", max(0.001, seconds)))
        highs_solver.check(highs.run())
        info = highs.getInfo()
        content = {}
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            values = map(round, highs.getSolution().col_value)
            content = {entry: value for entry, value in zip(columns, values) if value}
        return float(info.mip_dual_bound), content
