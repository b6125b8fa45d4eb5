"""What the two adapters that use HiGHS share."""
import highspy
import numpy


def solver(search):
    """HiGHS with the limits of a run: silent, exact up to its tolerances."""
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", search.threads), ("random_seed", search.seed % (1 << 31)),
                          ("parallel", "off" if search.threads == 1 else "choose"), ("mip_rel_gap", 0.0)):
        check(highs.setOptionValue(option, value))
    return highs


def check(status):
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refuses a call")


def load(highs, model):
    """Passes integer rows and columns, such as an `AssignmentModel`."""
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.cost), len(model.rows)
    program.col_cost_ = numpy.array(model.cost, dtype=float)
    program.col_lower_ = numpy.array(model.lower, dtype=float)
    program.col_upper_ = numpy.array(model.upper, dtype=float)
    lower = [-highspy.kHighsInf if row[0] is None else row[0] for row in model.rows]
    upper = [highspy.kHighsInf if row[1] is None else row[1] for row in model.rows]
    program.row_lower_, program.row_upper_ = numpy.array(lower, dtype=float), numpy.array(upper, dtype=float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = numpy.cumsum([0] + [len(row[2]) for row in model.rows])
    program.a_matrix_.index_ = numpy.array([column for row in model.rows for column in row[2]], dtype=numpy.int32)
    program.a_matrix_.value_ = numpy.array([value for row in model.rows for value in row[3]], dtype=float)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(model.cost)
    check(highs.passModel(program))


def solve_integer(highs, search, packing, is_whole=True, seconds=None):
    """Runs a loaded integer program and gives the search what comes of it.

    `packing` turns values into bins. Where the program `is_whole`, what HiGHS proves of it holds of the instance.
    """
    limit = search.remaining if seconds is None else min(seconds, search.remaining)
    if limit == 0:
        return
    check(highs.setOptionValue("time_limit", limit))
    check(highs.setOptionValue("objective_target", float(search.bound)))  # nothing is better than the bound
    check(highs.run())
    status = highs.getModelStatus()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        if is_whole:
            search.conclude_infeasible()
        return
    if status not in (kinds.kOptimal, kinds.kTimeLimit, kinds.kObjectiveTarget):
        raise RuntimeError(f"HiGHS answers: {highs.modelStatusToString(status)}")
    info = highs.getInfo()
    if is_whole:
        search.raise_bound(info.mip_dual_bound)
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        search.offer(packing(highs.getSolution().col_value))
        if is_whole and status == kinds.kOptimal:
            search.conclude_optimal(info.objective_function_value)
