#include "CGLPK.h"

#ifdef BAYPLAN_GLPK

#include <math.h>
#include <string.h>

#include "Guard.h"

// Deleting a basic column, or a row whose auxiliary variable is not basic, leaves a basis of the wrong size. Both are
// mended beforehand by a pivot: for the k-th basic variable, row k of the inverse says which auxiliary variables may
// take its place; for the auxiliary variable of row i, column i of the inverse says whose place it may take.

// One pivot costs a factorization. Beyond this many, a new starting basis is the cheaper way.
enum { PIVOT_LIMIT = 24 };
// Pivot elements below this would make the new basis nearly singular.
static const double smallest_pivot = 1e-7;

static int bound_status(int type, double value, double lower, double upper) {
  switch (type) {
    case GLP_FR: return GLP_NF;
    case GLP_LO: return GLP_NL;
    case GLP_UP: return GLP_NU;
    case GLP_FX: return GLP_NS;
    default: return fabs(value - lower) <= fabs(value - upper) ? GLP_NL : GLP_NU;
  }
}

static void make_row_nonbasic(glp_prob *glpk, int row) {
  glp_set_row_stat(glpk, row, bound_status(
      glp_get_row_type(glpk, row), glp_get_row_prim(glpk, row), glp_get_row_lb(glpk, row), glp_get_row_ub(glpk, row)));
}

static void make_column_nonbasic(glp_prob *glpk, int column) {
  glp_set_col_stat(glpk, column, bound_status(
      glp_get_col_type(glpk, column), glp_get_col_prim(glpk, column), glp_get_col_lb(glpk, column),
      glp_get_col_ub(glpk, column)));
}

static int largest(const double *vector, int count) {
  int best = 0;
  double magnitude = smallest_pivot;
  for (int k = 1; k <= count; k++) {
    if (fabs(vector[k]) > magnitude) {
      magnitude = fabs(vector[k]);
      best = k;
    }
  }
  return best;
}

// Both return whether the pivot was made.
static int take_column_out(cglpk_problem *problem, int column) {
  glp_prob *glpk = problem->glpk;
  int rows = glp_get_num_rows(glpk);
  if (!glp_bf_exists(glpk) && glp_factorize(glpk) != 0) return 0;
  int place = glp_get_col_bind(glpk, column);
  if (place == 0) return 1;
  double *vector = problem->coefficients;
  memset(vector, 0, ((size_t)rows + 1) * sizeof *vector);
  vector[place] = 1;
  glp_btran(glpk, vector);
  int row = largest(vector, rows);
  if (row == 0 || glp_get_row_stat(glpk, row) == GLP_BS) return 0;
  glp_set_row_stat(glpk, row, GLP_BS);
  make_column_nonbasic(glpk, column);
  return 1;
}

static int bring_row_in(cglpk_problem *problem, int row) {
  glp_prob *glpk = problem->glpk;
  int rows = glp_get_num_rows(glpk);
  if (!glp_bf_exists(glpk) && glp_factorize(glpk) != 0) return 0;
  if (glp_get_row_bind(glpk, row) != 0) return 1;
  double *vector = problem->coefficients;
  memset(vector, 0, ((size_t)rows + 1) * sizeof *vector);
  vector[row] = 1;
  glp_ftran(glpk, vector);
  int place = largest(vector, rows);
  if (place == 0) return 0;
  int leaving = glp_get_bhead(glpk, place);
  if (leaving <= rows) {
    make_row_nonbasic(glpk, leaving);
  } else {
    make_column_nonbasic(glpk, leaving - rows);
  }
  glp_set_row_stat(glpk, row, GLP_BS);
  return 1;
}

// Copies the distinct indices, 1-based, into `indices`. Returns their count or a status.
static int collect(cglpk_problem *problem, const char *kind, int limit, int count, const int32_t *from) {
  int rows = glp_get_num_rows(problem->glpk);
  int status = cglpk_reserve(problem, limit > rows ? limit : rows);
  if (status != CGLPK_OK) return status;
  int used = 0;
  for (int k = 0; k < count && status == CGLPK_OK; k++) {
    if (from[k] < 0 || from[k] >= limit) {
      cglpk_say("there is no %s %d (of %d)", kind, from[k], limit);
      status = CGLPK_INVALID;
    } else if (!problem->mark[from[k] + 1]) {
      problem->mark[from[k] + 1] = 1;
      problem->indices[++used] = from[k] + 1;
    }
  }
  for (int k = 1; k <= used; k++) problem->mark[problem->indices[k]] = 0;
  return status != CGLPK_OK ? status : used;
}

static int basic_count(glp_prob *glpk) {
  int basics = 0;
  for (int i = 1; i <= glp_get_num_rows(glpk); i++) basics += glp_get_row_stat(glpk, i) == GLP_BS;
  for (int j = 1; j <= glp_get_num_cols(glpk); j++) basics += glp_get_col_stat(glpk, j) == GLP_BS;
  return basics;
}

// Leaves a basis of the right size that can be factorized; a good one was kept already where possible.
static void mend(glp_prob *glpk) {
  if (basic_count(glpk) == glp_get_num_rows(glpk) && (glp_bf_exists(glpk) || glp_factorize(glpk) == 0)) return;
  glp_adv_basis(glpk, 0);
  if (glp_factorize(glpk) != 0) glp_std_basis(glpk);
}

int cglpk_delete_columns(cglpk_problem *problem, int count, const int32_t *columns) {
  CGLPK_GUARD(problem);
  glp_prob *glpk = problem->glpk;
  int used = collect(problem, "column", glp_get_num_cols(glpk), count, columns);
  if (used <= 0) return cglpk_leave(used);
  int pivots = 0;
  for (int k = 1; k <= used; k++) {
    if (glp_get_col_stat(glpk, problem->indices[k]) != GLP_BS) continue;
    if (++pivots > PIVOT_LIMIT || !take_column_out(problem, problem->indices[k])) break;
  }
  glp_del_cols(glpk, used, problem->indices);
  mend(glpk);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_delete_rows(cglpk_problem *problem, int count, const int32_t *rows) {
  CGLPK_GUARD(problem);
  glp_prob *glpk = problem->glpk;
  int used = collect(problem, "row", glp_get_num_rows(glpk), count, rows);
  if (used <= 0) return cglpk_leave(used);
  int pivots = 0;
  for (int k = 1; k <= used; k++) {
    if (glp_get_row_stat(glpk, problem->indices[k]) == GLP_BS) continue;
    if (++pivots > PIVOT_LIMIT || !bring_row_in(problem, problem->indices[k])) break;
  }
  glp_del_rows(glpk, used, problem->indices);
  mend(glpk);
  return cglpk_leave(CGLPK_OK);
}

int cglpk_set_basis(cglpk_problem *problem, int kind) {
  CGLPK_GUARD(problem);
  if (kind == CGLPK_ADVANCED_BASIS) {
    glp_adv_basis(problem->glpk, 0);
  } else {
    glp_std_basis(problem->glpk);
  }
  return cglpk_leave(CGLPK_OK);
}

#endif
