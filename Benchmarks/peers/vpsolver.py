#!/usr/bin/env python3
"""VPSolver: its compressed arc-flow graph as an integer program, solved by HiGHS.

No start is given: a packing has no canonical path in the compressed graph.
Source: Brandão and Pedroso, Bin packing and related problems: general arc-flow formulation with graph compression,
2016.
"""
import ast
import os
import subprocess
import sys

import bayplan_peer

bayplan_peer.require("highspy", "pyvpsolver", "six")
import highs_solver

LARGEST = (1 << 31) - 1  # VPSolver reads C integers


def solve(search):
    folder = search.temporary_folder()
    instance, graph, program, solution = (os.path.join(folder, name)
                                          for name in ("instance.mvp", "graph.afg", "program.mps", "flow.sol"))
    write(search.problem, instance)
    try:
        run("vbp2afg", [instance, graph], search)
        run("afg2mps", [graph, program], search)
    except subprocess.TimeoutExpired:
        return
    solver = highs_solver.solver(search)
    highs_solver.check(solver.readModel(program))
    names = solver.getLp().col_names_

    def packing(values):
        with open(solution, "w", encoding="ascii") as file:
            file.writelines(f"{name} {round(value)}\n" for name, value in zip(names, values) if round(value))
        text = run("vbpsol", [graph, solution, "0", "1"], None)
        _, kinds = ast.literal_eval(text.partition("PYSOL=")[2].partition("\n")[0])
        return [(kind, copies, {entry: items.count(entry) for entry in set(items)})
                for kind, bins in enumerate(kinds) for copies, items in bins]

    highs_solver.solve_integer(solver, search, packing)


def write(problem, path):
    """The instance in VPSolver's format for several bin types and incarnations."""
    lines = [[problem.dimensions], [len(problem.types)]]
    lines += [[*kind.capacity, kind.cost, kind.copies if kind.copies < problem.items else -1] for kind in problem.types]
    lines.append([len(problem.groups)])
    for group in problem.groups:
        lines += [[len(group.choices), group.demand], *group.choices]
    if max(map(max, lines)) > LARGEST:
        raise bayplan_peer.Unsupported("VPSolver takes numbers up to 2^31 - 1")
    with open(path, "w", encoding="ascii") as file:
        file.writelines(" ".join(map(str, line)) + "\n" for line in lines)


def run(tool, arguments, search):
    """Runs a tool of VPSolver, installed beside the interpreter, within what is left of the time; its output."""
    command = [sys.executable, os.path.join(os.path.dirname(sys.executable), tool), *arguments]
    result = subprocess.run(command, timeout=None if search is None else max(0.01, search.remaining), text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if result.returncode:
        lines = result.stdout.strip().splitlines() or [f"exit code {result.returncode}"]
        raise RuntimeError(f"{tool}: {lines[-1]}")
    return result.stdout


bayplan_peer.main("vpsolver", {"VPSolver": "pyvpsolver", "HiGHS": "highspy"}, solve)
