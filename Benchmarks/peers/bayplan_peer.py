"""The process protocol between `bayplan bench` and a solver: an instance in, one JSON object out. See README.md.

An adapter is a function that gets a `Search`, offers it packings and raises its bound. Status and output follow.
"""
import argparse
import importlib.metadata
import importlib.util
import json
import math
import os
import shutil
import sys
import tempfile
import threading
import time

import packing_problem

VERSION = 1  # of all adapters; raise it when their answers may change


class Unsupported(Exception):
    """The solver cannot take this instance, and why."""


class TooLarge(Exception):
    """The solver gets no further with this instance, and why. What it knows so far is its answer."""


class Search:
    """What a run knows so far: the cheapest packing and the highest bound. Both may be given from any thread.

    The time limit is wall clock from when the instance has been read, so that the libraries' start is not charged.
    """

    def __init__(self, problem, name, engine, time_limit, seed, threads):
        self.problem, self.name, self.engine = problem, name, engine
        self.time_limit, self.seed, self.threads = time_limit, seed, threads
        self.started = time.monotonic()
        self.bins, self.objective, self.bound, self.infeasible = None, None, 0, False
        self.lock = threading.Lock()
        self.folder = None

    @property
    def remaining(self):
        """Seconds left, not negative."""
        return max(0.0, self.started + self.time_limit - time.monotonic())

    @property
    def is_solved(self):
        return self.infeasible or self.objective is not None and self.objective <= self.bound

    def temporary_folder(self):
        if self.folder is None:
            self.folder = tempfile.mkdtemp(prefix="bayplan-peer-")
        return self.folder

    def offer(self, bins):
        """Keeps a packing if it is one and cheaper; copies beyond the demand are left out. Whether it is a packing."""
        problem = self.problem
        left = [group.demand for group in problem.groups]
        opened = [0] * len(problem.types)
        packing = []
        for kind, copies, content in bins:
            while copies:
                taken, totals = {}, {}
                for (group, choice), count in content.items():
                    count = min(count, left[group] - totals.get(group, 0))
                    if count > 0:
                        taken[group, choice] = count
                        totals[group] = totals.get(group, 0) + count
                if not taken:
                    break
                load = [sum(count * problem.groups[group].choices[choice][dimension]
                            for (group, choice), count in taken.items()) for dimension in range(problem.dimensions)]
                if not packing_problem.fits(load, problem.types[kind].capacity):
                    return self._refuse("a bin holds more than its capacity")
                equal = min([copies] + [left[group] // count for group, count in totals.items()])
                packing.append((kind, equal, taken))
                opened[kind] += equal
                copies -= equal
                for group, count in totals.items():
                    left[group] -= equal * count
        if any(left):
            return self._refuse("an item is missing")
        if any(count > kind.copies for count, kind in zip(opened, problem.types)):
            return self._refuse("there are more bins of a type than its copies")
        cost = problem.cost(packing)
        with self.lock:
            if self.objective is None or cost < self.objective:
                self.bins, self.objective = packing, cost
        return True

    def _refuse(self, reason):
        print(f"{self.name}: an answer of the solver is no packing: {reason}", file=sys.stderr)
        return False

    def raise_bound(self, value):
        """A lower bound, rounded up to what costs can be. A float is believed up to the usual tolerance of a solver."""
        if not isinstance(value, int):
            if not math.isfinite(value) or value <= 0:
                return
            value = math.ceil(value - 1e-6 * max(1, value)) if isinstance(value, float) else math.ceil(value)
        step = self.problem.cost_step
        with self.lock:
            self.bound = max(self.bound, -(-value // step) * step)

    def conclude_optimal(self, value):
        """The solver says that its best, of so much cost, is the best there is."""
        if self.objective == round(value):
            self.raise_bound(self.objective)

    def conclude_infeasible(self):
        self.infeasible = True

    def answer(self):
        with self.lock:
            bins, objective, bound = self.bins, self.objective, self.bound
        if objective is not None and (self.infeasible or bound > objective):
            raise ArithmeticError(f"the solver claims a bound of {bound}{' or none' * self.infeasible}, "
                                  f"but there is a packing of {objective}")
        status = ("infeasible" if self.infeasible else "unknown" if objective is None
                  else "optimal" if objective == bound else "feasible")
        is_proved = status in ("infeasible", "optimal")
        return {
            "schema": "bayplan/pack/v1", "instance": self.problem.name, "status": status,
            "termination": "proof" if is_proved else "timeLimit" if self.remaining == 0 else "exhausted",
            "reproducible": is_proved, "objective": objective, "lowerBound": None if self.infeasible else bound,
            "gap": None if objective is None else (objective - bound) / max(1, objective),
            "strategy": self.name, "engine": self.engine,
            "solveSeconds": round(time.monotonic() - self.started, 6),
            "bins": [] if bins is None else self._in_rows(bins), "notices": [], "certificate": None,
            "problem": self.problem.document}

    def _in_rows(self, bins):
        """Groups and choices as the rows and incarnations of the instance; equal bins in a row are said once."""
        problem = self.problem
        members = [[list(member) for member in group.members] for group in problem.groups]
        runs = []
        for kind, copies, content in bins:
            while copies:
                totals = {}
                for (group, _), count in content.items():
                    totals[group] = totals.get(group, 0) + count
                # Equal as long as each group comes from one row.
                equal = min([copies] + [max(1, members[group][-1][1] // count) for group, count in totals.items()])
                runs.append((problem.types[kind].index, equal, self._take(content, equal, members)))
                copies -= equal
        if runs and problem.free:
            kind, copies, items = runs[0]
            runs[:1] = [(kind, 1, items + problem.free)] + [(kind, copies - 1, items)] * (copies > 1)
        document = []
        for kind, copies, items in runs:
            items = [[row, count] + [choice] * (len(problem.document["rows"][row]["incarnations"]) > 1)
                     for row, count, choice in sorted(items)]
            if document and (document[-1]["type"], document[-1]["items"]) == (kind, items):
                document[-1]["copies"] += copies
            else:
                document.append({"type": kind, "copies": copies, "items": items})
        return document

    def _take(self, content, copies, members):
        """What one of several equal bins holds, as (row, count, incarnation); all of it is taken from the members."""
        items = []
        for (group, choice), count in sorted(content.items()):
            while count:
                row = members[group][-1]
                taken = min(count, row[1])
                items.append((row[0], taken, self.problem.groups[group].incarnations[choice]))
                count -= taken
                row[1] -= taken * copies
                if not row[1]:
                    members[group].pop()
        return items


def require(*modules):
    """Continues under the environment that `make peers` made, unless this is another one that has the modules."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    is_chosen = sys.prefix != sys.base_prefix
    environment = os.path.join(os.path.dirname(os.path.abspath(__file__)), "venv")
    python = os.path.join(environment, "bin", "python")
    is_elsewhere = os.path.realpath(sys.prefix) != os.path.realpath(environment)
    if is_elsewhere and os.path.exists(python) and (missing or not is_chosen):
        os.execv(python, [python] + sys.argv)
    if missing:
        sys.exit(f"{missing[0]} is not installed: run 'make peers'")


def main(name, packages, solve):
    """Runs one adapter. `packages` are the distributions that answer, {display name: distribution}."""
    versions = [f"{title} {importlib.metadata.version(package)}" for title, package in packages.items()]
    parser = argparse.ArgumentParser(prog=name, allow_abbrev=False)
    parser.add_argument("instance", metavar="INSTANCE.json")
    parser.add_argument("--time-limit", type=float, default=10, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    parser.add_argument("--version", action="version", version=f"{name} {VERSION} ({', '.join(versions)})")
    options = parser.parse_args()
    if not 0 < options.time_limit < math.inf or options.threads < 1 or options.seed < 0:
        parser.error("the time limit must be positive, threads at least 1 and the seed not negative")
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        problem = packing_problem.read(options.instance)
    except packing_problem.InputError as error:
        sys.exit(f"{os.path.basename(options.instance)}: {error}")
    search = Search(problem, name, " + ".join(versions), options.time_limit, options.seed, options.threads)
    output = Output(search)
    try:
        output.watch()
        if not settle(search):
            solve(search)
        output.finish(search.answer)
    except TooLarge as reason:
        print(f"{name}: {reason}", file=sys.stderr)
        output.finish(search.answer)
    except Unsupported as reason:
        text = str(reason)
        output.finish(lambda: {"status": "unsupported", "reason": text})
    except Exception as error:  # whatever a solver's binding throws: one line that says it
        output.fail(error)


def settle(search):
    """Gives every solver the same start, first fit decreasing and two simple bounds; whether that decides all."""
    problem = search.problem
    volume = None if problem.misfits else problem.volume_bound()
    if volume is None:
        search.conclude_infeasible()
    elif problem.groups:
        search.raise_bound(volume)
        large = sum(problem.groups[group].demand for group in problem.large_groups())
        search.raise_bound(large * min(kind.cost for kind in problem.types))
        bins = problem.first_fit_decreasing()
        if bins is not None:
            search.offer(bins)
        return search.is_solved
    elif problem.free:
        cheapest = min(range(len(problem.types)), key=lambda kind: problem.types[kind].cost)
        search.bins, search.objective = [(cheapest, 1, {})], problem.types[cheapest].cost
        search.raise_bound(search.objective)
    else:
        search.offer([])
    return True


class Output:
    """Writes exactly one answer: the solver's thread at its end, or the watchdog if the solver overruns its limit."""

    def __init__(self, search):
        self.search, self.lock = search, threading.RLock()
        # Solvers may print; standard output is the answer's alone.
        self.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def watch(self):
        """A solver has a twentieth of its limit, and half a second, to come to its end."""
        timer = threading.Timer(1.05 * self.search.remaining + 0.5, self._overrun)
        timer.daemon = True
        timer.start()

    def _overrun(self):
        try:
            self.finish(self.search.answer)
        except Exception as error:
            self.fail(error)

    def finish(self, answer):
        self.lock.acquire()  # for good: the process ends here
        json.dump(answer(), self.stdout, ensure_ascii=False)
        self.stdout.write("\n")
        self._end(0)

    def fail(self, error):
        self.lock.acquire()
        print(f"{self.search.name}: {type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
        self._end(1)

    def _end(self, code):
        self.stdout.flush()
        sys.stderr.flush()
        if self.search.folder is not None:
            shutil.rmtree(self.search.folder, ignore_errors=True)
        os._exit(code)  # threads of a solver that overran are still running
