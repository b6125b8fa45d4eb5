#include "CGLPK.h"

#ifdef BAYPLAN_GLPK

#include <math.h>

#include "Guard.h"

// What a search under way knows. Everything it calls back returns before GLPK goes on.
typedef struct {
  cglpk_problem *problem;
  const cglpk_integer_options *options;
  int columns;
  double direction;  // 1 when minimizing, -1 when maximizing.
  double bound;
  double incumbent;
  int has_incumbent;
  int is_cancelled;
  int skipped;
  int first_iteration;
} search;

// The objective from the costs, because integer columns are rounded after GLPK took its own.
static double objective_of(search *search, glp_prob *glpk) {
  double sum = glp_get_obj_coef(glpk, 0);
  for (int j = 1; j <= search->columns; j++) sum += glp_get_obj_coef(glpk, j) * glp_mip_col_val(glpk, j);
  return sum;
}

static void look_for_incumbent(search *search, glp_prob *glpk) {
  int status = glp_mip_status(glpk);
  if (status != GLP_FEAS && status != GLP_OPT) return;
  double objective = glp_mip_obj_val(glpk);
  if (search->has_incumbent && search->direction * objective >= search->direction * search->incumbent) return;
  search->has_incumbent = 1;
  search->incumbent = objective;
  if (search->options->on_incumbent == NULL) return;
  double *values = search->problem->coefficients;
  for (int j = 1; j <= search->columns; j++) values[j] = glp_mip_col_val(glpk, j);
  search->options->on_incumbent(
      search->options->context, objective_of(search, glpk), values + 1, search->columns);
}

static void look_for_bound(search *search, glp_tree *tree) {
  // GLPK finds the best node by walking over all of them; once in a while is enough on a large tree, because an older
  // bound stays valid.
  int active;
  glp_ios_tree_size(tree, &active, NULL, NULL);
  if (++search->skipped < active / 256) return;
  search->skipped = 0;
  int node = glp_ios_best_node(tree);
  if (node == 0) return;
  double bound = glp_ios_node_bound(tree, node);
  if (fabs(bound) >= 1e300 || search->direction * bound <= search->direction * search->bound) return;
  search->bound = bound;
  if (search->options->on_bound != NULL) search->options->on_bound(search->options->context, bound);
}

static void on_event(glp_tree *tree, void *info) {
  search *search = info;
  look_for_incumbent(search, glp_ios_get_prob(tree));
  if (glp_ios_reason(tree) == GLP_ISELECT) look_for_bound(search, tree);
  if (search->options->is_cancelled != NULL && search->options->is_cancelled(search->options->context)) {
    search->is_cancelled = 1;
    glp_ios_terminate(tree);
  }
  if (glp_get_it_cnt(glp_ios_get_prob(tree)) - search->first_iteration >= search->options->iterations) {
    glp_ios_terminate(tree);
  }
}

int cglpk_solve_integer(
    cglpk_problem *problem, const cglpk_integer_options *options, cglpk_integer_result *out) {
  CGLPK_GUARD(problem);
  glp_prob *glpk = problem->glpk;
  int status = cglpk_reserve(problem, glp_get_num_cols(glpk));
  if (status != CGLPK_OK) return cglpk_leave(status);
  search search = {
    .problem = problem,
    .options = options,
    .columns = glp_get_num_cols(glpk),
    .direction = glp_get_obj_dir(glpk) == GLP_MIN ? 1 : -1,
    .bound = glp_get_obj_val(glpk),
    .first_iteration = glp_get_it_cnt(glpk),
  };
  glp_iocp control;
  glp_init_iocp(&control);
  control.msg_lev = problem->log != NULL ? GLP_MSG_ALL : GLP_MSG_OFF;
  control.tm_lim = options->milliseconds;
  control.mip_gap = options->relative_gap;
  control.tol_int = options->integrality;
  control.tol_obj = options->objective_tolerance;
  control.cb_func = on_event;
  control.cb_info = &search;
  int cuts = options->uses_cuts ? GLP_ON : GLP_OFF;
  control.gmi_cuts = control.mir_cuts = control.cov_cuts = control.clq_cuts = cuts;
  // GLPK 5.0 can abort where presolving meets cover cuts on tiny models.
  control.presolve = GLP_OFF;
  int code = glp_intopt(glpk, &control);
  out->status = code == 0 || code >= GLP_EITLIM ? glp_mip_status(glpk) : GLP_UNDEF;
  if (code == GLP_EFAIL) out->status = glp_mip_status(glpk);
  out->is_cancelled = search.is_cancelled;
  out->bound = search.bound;
  out->objective = NAN;
  if (out->status == GLP_FEAS || out->status == GLP_OPT) {
    look_for_incumbent(&search, glpk);
    out->objective = objective_of(&search, glpk);
  }
  return cglpk_leave(code);
}

#endif
