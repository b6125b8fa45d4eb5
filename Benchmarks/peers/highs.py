#!/usr/bin/env python3
"""HiGHS as a modeller would use it for packing, in four steps until the proof or the time limit:

1. column generation on the pattern model of Gilmore and Gomory: its bound, and patterns;
2. a dive: patterns are fixed as the relaxation wants them, and generated anew for what is left;
3. the integer program over all these patterns, in half of the time that is left;
4. the assignment model, which is complete: small gaps and limited copies are decided there.
"""
import bayplan_peer

bayplan_peer.require("highspy")
import highs_solver
from assignment_model import AssignmentModel
from pattern_model import PatternModel


def solve(search):
    patterns = PatternModel(search)
    patterns.generate()
    for step in (patterns.dive, patterns.solve_integer):
        if not search.is_solved:
            step()
    if search.is_solved:
        return
    model = AssignmentModel(search)
    solver = highs_solver.solver(search)
    highs_solver.load(solver, model)
    highs_solver.solve_integer(solver, search, model.packing)


bayplan_peer.main("highs", {"HiGHS": "highspy"}, solve)
