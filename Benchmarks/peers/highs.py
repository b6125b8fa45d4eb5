#!/usr/bin/env python3
import bayplan_peer

bayplan_peer.require("highspy")
import highs_solver
from assignment_model import AssignmentModel, OutOfTime


def solve(search):
    try:
        model = AssignmentModel(search)
    except OutOfTime:
        return
    solver = highs_solver.solver(search)
    highs_solver.load(solver, model)
    highs_solver.solve_integer(solver, search, model.packing)


bayplan_peer.main("highs", {"HiGHS": "highspy"}, solve)
