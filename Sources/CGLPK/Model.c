#include "CGLPK.h"

#ifdef BAYPLAN_GLPK

#include <math.h>
#include <stdio.h>

#include "Guard.h"

static int rows_of(cglpk_problem *problem) { return glp_get_num_rows(problem->glpk); }
static int columns_of(cglpk_problem *problem) { return glp_get_num_cols(problem->glpk); }

// Bounds are any numbers and the infinity of their own side. Crossed bounds are valid: they mean "infeasible", and
// GLPK's solvers say so by CGLPK_CROSSED_BOUNDS.
static int are_bounds(double lower, double upper) {
  return !isnan(lower) && !isnan(upper) && lower != INFINITY && upper != -INFINITY;
}

static int bound_type(double lower, double upper) {
  if (lower == -INFINITY) return upper == INFINITY ? GLP_FR : GLP_UP;
  if (upper == INFINITY) return GLP_LO;
  return lower == upper ? GLP_FX : GLP_DB;
}

// GLPK wants integral bounds for integer columns; rounding inwards keeps the integer points.
static double round_up(double bound, double slack) {
  return isinf(bound) ? bound : ceil(bound - slack * fmax(1, fabs(bound)));
}

static double round_down(double bound, double slack) {
  return isinf(bound) ? bound : floor(bound + slack * fmax(1, fabs(bound)));
}

static void set_column_bounds(glp_prob *glpk, int column, double lower, double upper) {
  int type = bound_type(lower, upper);
  glp_set_col_bnds(glpk, column, type, type == GLP_UP ? 0 : lower, type == GLP_LO ? 0 : upper);
}

static void set_row_bounds(glp_prob *glpk, int row, double lower, double upper) {
  int type = bound_type(lower, upper);
  glp_set_row_bnds(glpk, row, type, type == GLP_UP ? 0 : lower, type == GLP_LO ? 0 : upper);
}

// Copies a sparse vector into the handle's buffers, repeated indices summed. Returns the entry count, or a status.
static int gather(
    cglpk_problem *problem, const char *kind, int limit, int count, const int32_t *indices, const double *values) {
  if (count < 0) {
    cglpk_say("a vector of %d entries", count);
    return CGLPK_INVALID;
  }
  int status = cglpk_reserve(problem, limit > count ? limit : count);
  if (status != CGLPK_OK) return status;
  int used = 0;
  for (int k = 0; k < count; k++) {
    if (indices[k] < 0 || indices[k] >= limit) {
      cglpk_say("there is no %s %d (of %d)", kind, indices[k], limit);
      status = CGLPK_INVALID;
      break;
    }
    int index = indices[k] + 1;
    int place = problem->mark[index];
    if (place == 0) {
      place = ++used;
      problem->mark[index] = place;
      problem->indices[place] = index;
      problem->coefficients[place] = 0;
    }
    problem->coefficients[place] += values[k];
    if (!isfinite(problem->coefficients[place])) {
      cglpk_say("the coefficient in %s %d is not a finite number", kind, indices[k]);
      status = CGLPK_INVALID;
      break;
    }
  }
  int kept = 0;
  for (int place = 1; place <= used; place++) {
    problem->mark[problem->indices[place]] = 0;
    if (problem->coefficients[place] == 0) continue;
    kept += 1;
    problem->indices[kept] = problem->indices[place];
    problem->coefficients[kept] = problem->coefficients[place];
  }
  return status != CGLPK_OK ? status : kept;
}

int cglpk_create(int maximize, cglpk_problem **out) {
  *out = NULL;
  CGLPK_GUARD(NULL);
  glp_prob *glpk = glp_create_prob();
  glp_set_obj_dir(glpk, maximize ? GLP_MAX : GLP_MIN);
  return cglpk_leave(cglpk_adopt(glpk, out));
}

int cglpk_size(cglpk_problem *problem, int *rows, int *columns) {
  CGLPK_GUARD(problem);
  *rows = rows_of(problem);
  *columns = columns_of(problem);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_add_row(
    cglpk_problem *problem, double lower, double upper, int count, const int32_t *columns, const double *coefficients) {
  CGLPK_GUARD(problem);
  if (!are_bounds(lower, upper)) return cglpk_refuse("a row cannot have bounds %g and %g", lower, upper);
  int kept = gather(problem, "column", columns_of(problem), count, columns, coefficients);
  if (kept < 0) return cglpk_leave(kept);
  int row = glp_add_rows(problem->glpk, 1);
  set_row_bounds(problem->glpk, row, lower, upper);
  if (kept > 0) glp_set_mat_row(problem->glpk, row, kept, problem->indices, problem->coefficients);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_add_column(
    cglpk_problem *problem, double cost, double lower, double upper, int is_integer, double integrality, int count,
    const int32_t *rows, const double *coefficients) {
  CGLPK_GUARD(problem);
  if (!are_bounds(lower, upper)) return cglpk_refuse("a column cannot have bounds %g and %g", lower, upper);
  if (!isfinite(cost)) return cglpk_refuse("a column cannot have cost %g", cost);
  int kept = gather(problem, "row", rows_of(problem), count, rows, coefficients);
  if (kept < 0) return cglpk_leave(kept);
  glp_prob *glpk = problem->glpk;
  int column = glp_add_cols(glpk, 1);
  if (is_integer) {
    glp_set_col_kind(glpk, column, GLP_IV);
    lower = round_up(lower, integrality);
    upper = round_down(upper, integrality);
  }
  set_column_bounds(glpk, column, lower, upper);
  // GLPK picks the bound nearer to zero; the promise is the lower one.
  if (bound_type(lower, upper) == GLP_DB) glp_set_col_stat(glpk, column, GLP_NL);
  if (cost != 0) glp_set_obj_coef(glpk, column, cost);
  if (kept > 0) glp_set_mat_col(glpk, column, kept, problem->indices, problem->coefficients);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_set_cost(cglpk_problem *problem, int column, double cost) {
  CGLPK_GUARD(problem);
  if (column < 0 || column >= columns_of(problem)) {
    return cglpk_refuse("there is no column %d (of %d)", column, columns_of(problem));
  }
  if (!isfinite(cost)) return cglpk_refuse("column %d cannot have cost %g", column, cost);
  glp_set_obj_coef(problem->glpk, column + 1, cost);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_set_row_bounds(cglpk_problem *problem, int row, double lower, double upper) {
  CGLPK_GUARD(problem);
  if (row < 0 || row >= rows_of(problem)) return cglpk_refuse("there is no row %d (of %d)", row, rows_of(problem));
  if (!are_bounds(lower, upper)) return cglpk_refuse("row %d cannot have bounds %g and %g", row, lower, upper);
  set_row_bounds(problem->glpk, row + 1, lower, upper);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_set_column_bounds(cglpk_problem *problem, int column, double lower, double upper, double integrality) {
  CGLPK_GUARD(problem);
  if (column < 0 || column >= columns_of(problem)) {
    return cglpk_refuse("there is no column %d (of %d)", column, columns_of(problem));
  }
  if (!are_bounds(lower, upper)) return cglpk_refuse("column %d cannot have bounds %g and %g", column, lower, upper);
  if (glp_get_col_kind(problem->glpk, column + 1) != GLP_CV) {
    lower = round_up(lower, integrality);
    upper = round_down(upper, integrality);
  }
  set_column_bounds(problem->glpk, column + 1, lower, upper);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_add_objective_row(cglpk_problem *problem, double lower, double upper) {
  CGLPK_GUARD(problem);
  if (!are_bounds(lower, upper)) return cglpk_refuse("a row cannot have bounds %g and %g", lower, upper);
  int columns = columns_of(problem);
  int status = cglpk_reserve(problem, columns);
  if (status != CGLPK_OK) return cglpk_leave(status);
  int used = 0;
  for (int column = 1; column <= columns; column++) {
    double cost = glp_get_obj_coef(problem->glpk, column);
    if (cost == 0) continue;
    used += 1;
    problem->indices[used] = column;
    problem->coefficients[used] = cost;
  }
  int row = glp_add_rows(problem->glpk, 1);
  set_row_bounds(problem->glpk, row, lower, upper);
  if (used > 0) glp_set_mat_row(problem->glpk, row, used, problem->indices, problem->coefficients);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_objective_step(cglpk_problem *problem, double *step) {
  CGLPK_GUARD(problem);
  *step = 0;
  int64_t divisor = 0;
  for (int column = 1; column <= columns_of(problem); column++) {
    double cost = fabs(glp_get_obj_coef(problem->glpk, column));
    if (cost == 0) continue;
    if (glp_get_col_kind(problem->glpk, column) == GLP_CV || cost != floor(cost) || cost > 0x1p53) {
      return cglpk_leave(CGLPK_OK);
    }
    int64_t a = (int64_t)cost;
    while (a != 0) {
      int64_t rest = divisor % a;
      divisor = a;
      a = rest;
    }
  }
  *step = (double)divisor;
  return cglpk_leave(CGLPK_OK);
}

int cglpk_integer_column_count(cglpk_problem *problem, int *count) {
  CGLPK_GUARD(problem);
  *count = glp_get_num_int(problem->glpk);
  return cglpk_leave(CGLPK_OK);
}

// Names rows and columns by their numbers here, and drops what GLPK's writers stumble over: the MPS writer takes any
// free row for the objective, and the LP reader wants at least one row.
static void make_writable(glp_prob *copy, int *free_rows) {
  char name[16];
  int columns = glp_get_num_cols(copy), dropped = 0;
  for (int j = 1; j <= columns; j++) {
    snprintf(name, sizeof name, "x%d", j - 1);
    glp_set_col_name(copy, j, name);
  }
  for (int i = 1; i <= glp_get_num_rows(copy); i++) {
    snprintf(name, sizeof name, "r%d", i - 1);
    glp_set_row_name(copy, i, name);
    if (glp_get_row_type(copy, i) == GLP_FR) free_rows[++dropped] = i;
  }
  if (dropped > 0) glp_del_rows(copy, dropped, free_rows);
  if (glp_get_num_rows(copy) == 0 && columns > 0) {
    double lower = glp_get_col_lb(copy, 1);
    glp_add_rows(copy, 1);
    glp_set_row_name(copy, 1, "none");
    glp_set_row_bnds(copy, 1, GLP_LO, lower > -1e30 ? lower : -1e30, 0);
    glp_set_mat_row(copy, 1, 1, (int[]){0, 1}, (double[]){0, 1});
  }
}

int cglpk_write(cglpk_problem *problem, int format, const char *path) {
  CGLPK_GUARD(problem);
  int status = cglpk_reserve(problem, rows_of(problem));
  if (status != CGLPK_OK) return cglpk_leave(status);
  glp_prob *copy = glp_create_prob();
  glp_copy_prob(copy, problem->glpk, GLP_OFF);
  make_writable(copy, problem->indices);
  int failed = format == CGLPK_MPS_FILE ? glp_write_mps(copy, GLP_MPS_FILE, NULL, path)
                                        : glp_write_lp(copy, NULL, path);
  glp_delete_prob(copy);
  return cglpk_leave(failed ? CGLPK_INVALID : CGLPK_OK);
}

int cglpk_read(int format, const char *path, cglpk_problem **out) {
  *out = NULL;
  CGLPK_GUARD(NULL);
  glp_prob *glpk = glp_create_prob();
  int failed = format == CGLPK_MPS_FILE ? glp_read_mps(glpk, GLP_MPS_FILE, NULL, path) : glp_read_lp(glpk, NULL, path);
  if (failed) {
    glp_delete_prob(glpk);
    return cglpk_leave(CGLPK_INVALID);
  }
  return cglpk_leave(cglpk_adopt(glpk, out));
}

#endif
