#!/usr/bin/env python3
"""OR-Tools CP-SAT on the assignment model, started from first fit decreasing."""
import bayplan_peer

bayplan_peer.require("ortools")
from ortools.sat.python import cp_model

from assignment_model import AssignmentModel


class Progress(cp_model.CpSolverSolutionCallback):
    def __init__(self, search, model, columns):
        super().__init__()
        self.search, self.model, self.columns = search, model, columns

    def on_solution_callback(self):
        self.search.offer(self.model.packing(list(map(self.value, self.columns))))


def solve(search):
    model = AssignmentModel(search)
    program = cp_model.CpModel()
    columns = [program.new_int_var(lower, upper, "") for lower, upper in zip(model.lower, model.upper)]
    for lower, upper, members, coefficients in model.rows:
        program.add_linear_constraint(
            cp_model.LinearExpr.weighted_sum([columns[column] for column in members], coefficients),
            cp_model.INT_MIN if lower is None else lower, cp_model.INT_MAX if upper is None else upper)
    program.minimize(cp_model.LinearExpr.weighted_sum(columns, model.cost))
    if search.bins is not None:
        for column, value in zip(columns, model.start(search.bins)):
            program.add_hint(column, value)
    error = program.validate()
    if error:
        raise bayplan_peer.Unsupported(error)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = search.remaining
    solver.parameters.num_workers = search.threads
    solver.parameters.random_seed = search.seed % (1 << 31)
    solver.best_bound_callback = search.raise_bound
    status = solver.solve(program, Progress(search, model, columns))
    if status == cp_model.INFEASIBLE:
        search.conclude_infeasible()
    elif status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        search.raise_bound(solver.best_objective_bound)
        if status == cp_model.OPTIMAL:
            search.conclude_optimal(solver.objective_value)
    else:
        raise RuntimeError(f"CP-SAT answers {solver.status_name(status)}")


bayplan_peer.main("ortools-cp-sat", {"OR-Tools": "ortools"}, solve)
