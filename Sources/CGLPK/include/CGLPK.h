#pragma once

// A guard around GLPK: every function returns a status where GLPK itself would call abort().
//
// The header names no GLPK type and is the same whether or not GLPK is compiled in; without BAYPLAN_GLPK the target
// defines none of these functions and no caller may be compiled either. Rows and columns are counted from 0 here.
//
// Contract. GLPK keeps one environment per thread, and a problem lives and dies with the environment it was made in:
//  - a handle remembers its thread; a call from any other thread is refused (CGLPK_FOREIGN_THREAD);
//  - GLPK's only recovery from an internal error is to free the environment, and with it every problem of that
//    thread; each such event opens a new epoch, and handles of an older epoch are refused (CGLPK_LOST);
//  - the guard is not re-entrant: a call made from inside a callback is refused (CGLPK_BUSY).
// Errors leave GLPK by longjmp. The jump starts in GLPK and ends in this target, so it only ever unwinds C frames of
// these two: a callback into another language has always returned before GLPK can fail.

#include <stdint.h>

typedef struct cglpk_problem cglpk_problem;

// Statuses of the guard. Values above zero are GLPK's own return codes.
enum {
  CGLPK_OK = 0,
  CGLPK_FAILED = -1,          // GLPK reported an error: the environment is freed, all handles of the thread are lost.
  CGLPK_FOREIGN_THREAD = -2,  // The handle belongs to another thread; nothing was done.
  CGLPK_LOST = -3,            // The handle's environment has been freed; nothing was done.
  CGLPK_BUSY = -4,            // Called from inside a callback; nothing was done.
  CGLPK_INVALID = -5,         // An index, bound or number was refused; nothing was done.
  CGLPK_NO_MEMORY = -6,       // No memory for the guard's own buffers; nothing was done.
};

// GLPK's return codes as far as callers tell them apart.
enum {
  CGLPK_BAD_BASIS = 1,
  CGLPK_SINGULAR = 2,
  CGLPK_ILL_CONDITIONED = 3,
  CGLPK_CROSSED_BOUNDS = 4,
  CGLPK_SOLVER_FAILED = 5,
  CGLPK_ITERATION_LIMIT = 8,
  CGLPK_TIME_LIMIT = 9,
  CGLPK_NO_ROOT = 12,
  CGLPK_STOPPED = 13,
  CGLPK_GAP_REACHED = 14,
};

// GLPK's solution statuses.
enum {
  CGLPK_UNDEFINED = 1,
  CGLPK_FEASIBLE = 2,
  CGLPK_INFEASIBLE = 3,
  CGLPK_NO_FEASIBLE = 4,
  CGLPK_OPTIMAL = 5,
  CGLPK_UNBOUNDED = 6,
};

// MARK: Environment

const char *cglpk_version(void);
// What GLPK or the guard said about the last call of this thread that was not CGLPK_OK. Valid until the next call.
const char *cglpk_message(void);
// Frees this thread's environment; all its handles are lost. Also happens when the thread ends.
int cglpk_free_environment(void);

// MARK: Model

int cglpk_create(int maximize, cglpk_problem **out);
// Frees the handle, and the problem unless it is lost or foreign (then the end of its own thread frees it).
void cglpk_destroy(cglpk_problem *problem);
// Sends GLPK's terminal output, line pieces as they come, to `log`; NULL silences it.
int cglpk_set_log(cglpk_problem *problem, void (*log)(void *context, const char *text), void *context);

// Bounds are infinite where they are -INFINITY and INFINITY. Repeated indices are summed, zeros dropped.
int cglpk_add_row(
    cglpk_problem *problem, double lower, double upper, int count, const int32_t *columns, const double *coefficients);
// `integrality` is how far a bound of an integer column may lie beyond an integer and still be rounded back to it.
int cglpk_add_column(
    cglpk_problem *problem, double cost, double lower, double upper, int is_integer, double integrality, int count,
    const int32_t *rows, const double *coefficients);
int cglpk_set_cost(cglpk_problem *problem, int column, double cost);
int cglpk_set_row_bounds(cglpk_problem *problem, int row, double lower, double upper);
int cglpk_set_column_bounds(cglpk_problem *problem, int column, double lower, double upper, double integrality);
// Both keep the basis valid by pivoting first, as long as that takes few pivots; see cglpk_refresh otherwise.
int cglpk_delete_rows(cglpk_problem *problem, int count, const int32_t *rows);
int cglpk_delete_columns(cglpk_problem *problem, int count, const int32_t *columns);
// A row that repeats the objective, `lower <= cost <= upper`, added behind the others.
int cglpk_add_objective_row(cglpk_problem *problem, double lower, double upper);
// The greatest common divisor of the costs if all are integers on integer columns, else 0. At most 2^53.
int cglpk_objective_step(cglpk_problem *problem, double *step);
int cglpk_integer_column_count(cglpk_problem *problem, int *count);

// MARK: Relaxation

typedef struct {
  int uses_dual;
  int iterations;
  int milliseconds;
  double primal_tolerance;
  double dual_tolerance;
} cglpk_simplex_options;

typedef struct {
  int status;
  int primal_status;
  int dual_status;
  int iterations;  // Of all simplex calls on this problem so far.
  double objective;
} cglpk_state;

// How far a basic solution is from feasible, in the worst row or column: primal relative to 1 + |bound|, dual
// relative to 1 + |cost| / 10 as in GLPK's own test.
typedef struct {
  double primal;
  double dual;
  double largest_cost;
} cglpk_violations;

enum { CGLPK_SLACK_BASIS = 0, CGLPK_ADVANCED_BASIS = 1 };

int cglpk_set_basis(cglpk_problem *problem, int kind);
int cglpk_simplex(cglpk_problem *problem, const cglpk_simplex_options *options);
// Recomputes primal and dual values from the basis, from a new factorization when `is_fresh`.
int cglpk_refresh(cglpk_problem *problem, int is_fresh, cglpk_violations *out);
int cglpk_get_state(cglpk_problem *problem, cglpk_state *out);
// Copies the basic solution: `values` and `reduced_costs` per column, `duals` per row. The counts must be exact.
int cglpk_get_basic_solution(
    cglpk_problem *problem, int columns, int rows, double *values, double *reduced_costs, double *duals);

// MARK: Branch and cut

typedef struct {
  double relative_gap;
  int milliseconds;
  int iterations;  // Simplex iterations of all nodes together, looked at between nodes.
  int uses_cuts;
  double integrality;
  double objective_tolerance;
  // Called inside GLPK: they must return normally and may not call this target. Any may be NULL.
  void *context;
  int (*is_cancelled)(void *context);
  void (*on_incumbent)(void *context, double objective, const double *values, int count);
  void (*on_bound)(void *context, double bound);
} cglpk_integer_options;

typedef struct {
  int status;
  int is_cancelled;
  double objective;  // Of the rounded solution, from the costs.
  double bound;      // No solution is better; -INFINITY or INFINITY when not known.
} cglpk_integer_result;

// Needs an optimal basis. The bound starts at the relaxation's objective.
int cglpk_solve_integer(
    cglpk_problem *problem, const cglpk_integer_options *options, cglpk_integer_result *out);
int cglpk_get_integer_solution(cglpk_problem *problem, int columns, double *values);

// MARK: Files and tests

enum { CGLPK_LP_FILE = 0, CGLPK_MPS_FILE = 1 };

int cglpk_write(cglpk_problem *problem, int format, const char *path);
int cglpk_read(int format, const char *path, cglpk_problem **out);
int cglpk_size(cglpk_problem *problem, int *rows, int *columns);
// Makes GLPK report a real internal error, to prove the guard.
int cglpk_provoke_error(cglpk_problem *problem);
