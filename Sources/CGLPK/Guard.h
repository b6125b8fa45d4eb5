#pragma once

// Private to the target: what the guarded functions share.

#ifdef BAYPLAN_GLPK

#include <glpk.h>
#include <setjmp.h>
#include <stdint.h>

#include "CGLPK.h"

struct cglpk_problem {
  glp_prob *glpk;
  uint64_t thread;
  uint64_t epoch;
  void (*log)(void *context, const char *text);
  void *log_context;
  // Buffers for one sparse vector, 1-based as GLPK wants them. They belong to the handle so that a longjmp leaks
  // nothing. `mark` is all zero between calls.
  int capacity;
  int *indices;
  int *mark;
  double *coefficients;
};

// Where a failing GLPK call of this thread lands.
jmp_buf *cglpk_landing(void);
// Opens the guard for `problem` (NULL: no problem yet), or says why not.
int cglpk_enter(cglpk_problem *problem);
// Closes the guard and passes `status` on.
int cglpk_leave(int status);
// Cleans up after a longjmp; returns CGLPK_FAILED.
int cglpk_land(void);
// Closes the guard with CGLPK_INVALID and a message.
int cglpk_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cglpk_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Gives a new problem object its handle. Inside the guard.
int cglpk_adopt(glp_prob *glpk, cglpk_problem **out);
// Makes room for vectors of `count` entries. Inside the guard.
int cglpk_reserve(cglpk_problem *problem, int count);

// Statements between GUARD and `return cglpk_leave(...)` may fail anywhere. A local that is changed in between must not
// be read after the jump, so the landing reads none.
#define CGLPK_GUARD(problem)                 \
  int refusal_ = cglpk_enter(problem);       \
  if (refusal_ != CGLPK_OK) return refusal_; \
  if (_setjmp(*cglpk_landing()) != 0) return cglpk_land()

#endif
