#!/usr/bin/env python3
"""SCIP on the assignment model, started from first fit decreasing. SCIP uses one thread whatever it is given."""
import bayplan_peer

bayplan_peer.require("pyscipopt")
from pyscipopt import Model, quicksum

from assignment_model import AssignmentModel


def solve(search):
    model = AssignmentModel(search)
    program = Model()
    program.hideOutput()
    columns = [program.addVar(vtype="I", lb=lower, ub=upper, obj=cost)
               for lower, upper, cost in zip(model.lower, model.upper, model.cost)]
    for lower, upper, members, coefficients in model.rows:
        row = quicksum(coefficient * columns[column] for column, coefficient in zip(members, coefficients))
        if lower is not None and lower == upper:
            program.addCons(row == lower)
            continue
        if lower is not None:
            program.addCons(row >= lower)
        if upper is not None:
            program.addCons(row <= upper)
    if search.bins is not None:
        start = program.createSol()
        for column, value in zip(columns, model.start(search.bins)):
            if value:
                program.setSolVal(start, column, value)
        program.addSol(start)
    if search.remaining == 0:
        return
    program.setParam("timing/clocktype", 2)  # wall clock
    program.setParam("limits/time", search.remaining)
    program.setParam("randomization/randomseedshift", search.seed % (1 << 31))
    program.optimizeNogil()
    status = program.getStatus()
    if status == "infeasible":
        search.conclude_infeasible()
        return
    if status not in ("optimal", "timelimit"):
        raise RuntimeError(f"SCIP answers {status}")
    search.raise_bound(program.getDualbound())
    if program.getNSols():
        best = program.getBestSol()
        search.offer(model.packing([best[column] for column in columns]))
        if status == "optimal":
            search.conclude_optimal(program.getObjVal())


bayplan_peer.main("scip", {"PySCIPOpt": "pyscipopt"}, solve)
