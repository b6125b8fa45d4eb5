#include "CGLPK.h"

#ifdef BAYPLAN_GLPK

#include <limits.h>
#include <math.h>

#include "Guard.h"

// How far `value` lies outside, relative to the size of the bound it breaks.
static double outside(double value, int type, double lower, double upper) {
  double below = type == GLP_FR || type == GLP_UP ? 0 : (lower - value) / (1 + fabs(lower));
  double above = type == GLP_FR || type == GLP_LO ? 0 : (value - upper) / (1 + fabs(upper));
  return fmax(0, fmax(below, above));
}

// How far a reduced cost is from promising no gain. `direction` is 1 when minimizing, -1 when maximizing.
static double promising(double reduced_cost, int status, double direction) {
  switch (status) {
    case GLP_NL: return fmax(0, -direction * reduced_cost);
    case GLP_NU: return fmax(0, direction * reduced_cost);
    case GLP_NF: return fabs(reduced_cost);
    default: return 0;
  }
}

static void measure(glp_prob *glpk, cglpk_violations *out) {
  double direction = glp_get_obj_dir(glpk) == GLP_MIN ? 1 : -1;
  double primal = 0, dual = 0, largest = 0;
  int rows = glp_get_num_rows(glpk), columns = glp_get_num_cols(glpk);
  for (int i = 1; i <= rows; i++) {
    int status = glp_get_row_stat(glpk, i);
    if (status == GLP_BS) {
      double value = glp_get_row_prim(glpk, i);
      int type = glp_get_row_type(glpk, i);
      primal = fmax(primal, outside(value, type, glp_get_row_lb(glpk, i), glp_get_row_ub(glpk, i)));
    } else {
      dual = fmax(dual, promising(glp_get_row_dual(glpk, i), status, direction));
    }
  }
  for (int j = 1; j <= columns; j++) {
    int status = glp_get_col_stat(glpk, j);
    double cost = fabs(glp_get_obj_coef(glpk, j));
    largest = fmax(largest, cost);
    if (status == GLP_BS) {
      double value = glp_get_col_prim(glpk, j);
      int type = glp_get_col_type(glpk, j);
      primal = fmax(primal, outside(value, type, glp_get_col_lb(glpk, j), glp_get_col_ub(glpk, j)));
    } else {
      dual = fmax(dual, promising(glp_get_col_dual(glpk, j), status, direction) / (1 + 0.1 * cost));
    }
  }
  out->primal = primal;
  out->dual = dual;
  out->largest_cost = largest;
}

int cglpk_simplex(cglpk_problem *problem, const cglpk_simplex_options *options) {
  CGLPK_GUARD(problem);
  glp_smcp control;
  glp_init_smcp(&control);
  control.msg_lev = problem->log != NULL ? GLP_MSG_ALL : GLP_MSG_OFF;
  control.meth = options->uses_dual ? GLP_DUAL : GLP_PRIMAL;
  control.it_lim = options->iterations;
  control.tm_lim = options->milliseconds;
  control.tol_bnd = options->primal_tolerance;
  control.tol_dj = options->dual_tolerance;
  control.presolve = GLP_OFF;
  return cglpk_leave(glp_simplex(problem->glpk, &control));
}

int cglpk_refresh(cglpk_problem *problem, int is_fresh, cglpk_violations *out) {
  CGLPK_GUARD(problem);
  if (is_fresh || !glp_bf_exists(problem->glpk)) {
    int code = glp_factorize(problem->glpk);
    if (code != 0) return cglpk_leave(code);
  }
  int code = glp_warm_up(problem->glpk);
  if (code == 0) measure(problem->glpk, out);
  return cglpk_leave(code);
}

int cglpk_get_state(cglpk_problem *problem, cglpk_state *out) {
  CGLPK_GUARD(problem);
  out->status = glp_get_status(problem->glpk);
  out->primal_status = glp_get_prim_stat(problem->glpk);
  out->dual_status = glp_get_dual_stat(problem->glpk);
  out->iterations = glp_get_it_cnt(problem->glpk);
  out->objective = glp_get_obj_val(problem->glpk);
  return cglpk_leave(CGLPK_OK);
}

static int has_size(cglpk_problem *problem, int columns, int rows) {
  return columns == glp_get_num_cols(problem->glpk) && rows == glp_get_num_rows(problem->glpk);
}

int cglpk_get_basic_solution(
    cglpk_problem *problem, int columns, int rows, double *values, double *reduced_costs, double *duals) {
  CGLPK_GUARD(problem);
  if (!has_size(problem, columns, rows)) return cglpk_refuse("%d columns and %d rows are not its size", columns, rows);
  for (int j = 0; j < columns; j++) {
    values[j] = glp_get_col_prim(problem->glpk, j + 1);
    reduced_costs[j] = glp_get_col_dual(problem->glpk, j + 1);
  }
  for (int i = 0; i < rows; i++) duals[i] = glp_get_row_dual(problem->glpk, i + 1);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_get_integer_solution(cglpk_problem *problem, int columns, double *values) {
  CGLPK_GUARD(problem);
  if (columns != glp_get_num_cols(problem->glpk)) return cglpk_refuse("%d columns are not its size", columns);
  for (int j = 0; j < columns; j++) values[j] = glp_mip_col_val(problem->glpk, j + 1);
  return cglpk_leave(CGLPK_OK);
}

#endif
