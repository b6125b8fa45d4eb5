#include "CGLPK.h"

#ifdef BAYPLAN_GLPK

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Guard.h"

// What the guard knows of one thread. A pthread_t may be used again by a later thread, so threads get numbers.
typedef struct {
  uint64_t number;
  uint64_t epoch;
  int is_active;
  int previous_output;
  cglpk_problem *current;
  size_t length;
  char message[512];
  jmp_buf landing;
} thread_state;

static _Thread_local thread_state state;
static atomic_uint_fast64_t thread_count;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void thread_ends(void *unused) {
  (void)unused;
  glp_free_env();
  state.epoch += 1;
}

static void create_key(void) { pthread_key_create(&key, thread_ends); }

static uint64_t thread_number(void) {
  if (state.number == 0) {
    state.number = atomic_fetch_add(&thread_count, 1) + 1;
    // GLPK never frees an environment by itself: without this each thread that solved once would leak one.
    pthread_once(&key_once, create_key);
    pthread_setspecific(key, &state);
  }
  return state.number;
}

static void on_error(void *unused) {
  (void)unused;
  longjmp(state.landing, 1);
}

// Swallows everything, because GLPK prints an error even when its output is off.
static int on_output(void *unused, const char *text) {
  (void)unused;
  size_t room = sizeof state.message - 1 - state.length;
  size_t length = strlen(text);
  if (length > room) {
    // The end of a message says the most; keep the last half and go on.
    size_t half = sizeof state.message / 2;
    if (state.length > half) {
      memmove(state.message, state.message + state.length - half, half);
      state.length = half;
    }
    room = sizeof state.message - 1 - state.length;
    if (length > room) length = room;
  }
  memcpy(state.message + state.length, text, length);
  state.length += length;
  state.message[state.length] = 0;
  if (state.current != NULL && state.current->log != NULL) {
    state.current->log(state.current->log_context, text);
  }
  return 1;
}

jmp_buf *cglpk_landing(void) { return &state.landing; }

void cglpk_say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(state.message, sizeof state.message, format, arguments);
  va_end(arguments);
  state.length = length < 0 ? 0 : (size_t)length < sizeof state.message ? (size_t)length : sizeof state.message - 1;
}

int cglpk_enter(cglpk_problem *problem) {
  uint64_t number = thread_number();
  if (state.is_active) {
    // Not `say`: the message buffer belongs to the call in progress.
    return CGLPK_BUSY;
  }
  if (problem != NULL && problem->thread != number) {
    cglpk_say("the problem belongs to another thread");
    return CGLPK_FOREIGN_THREAD;
  }
  if (problem != NULL && problem->epoch != state.epoch) {
    cglpk_say("the problem was lost when this thread's GLPK environment was freed");
    return CGLPK_LOST;
  }
  state.is_active = 1;
  state.current = problem;
  state.length = 0;
  state.message[0] = 0;
  glp_error_hook(on_error, NULL);
  glp_term_hook(on_output, NULL);
  state.previous_output = glp_term_out(GLP_ON);
  return CGLPK_OK;
}

int cglpk_leave(int status) {
  glp_term_out(state.previous_output);
  glp_term_hook(NULL, NULL);
  glp_error_hook(NULL, NULL);
  state.current = NULL;
  state.is_active = 0;
  return status;
}

int cglpk_land(void) {
  // The environment knows every block GLPK allocated on this thread; freeing it is the documented recovery.
  glp_free_env();
  state.epoch += 1;
  state.current = NULL;
  state.is_active = 0;
  return CGLPK_FAILED;
}

int cglpk_refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(state.message, sizeof state.message, format, arguments);
  va_end(arguments);
  state.length = length < 0 ? 0 : (size_t)length < sizeof state.message ? (size_t)length : sizeof state.message - 1;
  return cglpk_leave(CGLPK_INVALID);
}

const char *cglpk_message(void) { return state.message; }

const char *cglpk_version(void) { return glp_version(); }

int cglpk_free_environment(void) {
  thread_number();
  if (state.is_active) return CGLPK_BUSY;
  glp_free_env();
  state.epoch += 1;
  return CGLPK_OK;
}

int cglpk_adopt(glp_prob *glpk, cglpk_problem **out) {
  cglpk_problem *problem = calloc(1, sizeof *problem);
  if (problem == NULL) {
    glp_delete_prob(glpk);
    return CGLPK_NO_MEMORY;
  }
  problem->glpk = glpk;
  problem->thread = state.number;
  problem->epoch = state.epoch;
  *out = problem;
  return CGLPK_OK;
}

int cglpk_reserve(cglpk_problem *problem, int count) {
  if (count <= problem->capacity) return CGLPK_OK;
  int capacity = count < 64 ? 64 : count < 1 << 29 ? 2 * count : count;
  size_t size = (size_t)capacity + 1;
  int *indices = realloc(problem->indices, size * sizeof *indices);
  if (indices != NULL) problem->indices = indices;
  double *coefficients = realloc(problem->coefficients, size * sizeof *coefficients);
  if (coefficients != NULL) problem->coefficients = coefficients;
  int *mark = calloc(size, sizeof *mark);
  if (indices == NULL || coefficients == NULL || mark == NULL) {
    free(mark);
    cglpk_say("no memory for %d entries", count);
    return CGLPK_NO_MEMORY;
  }
  free(problem->mark);
  problem->mark = mark;
  problem->capacity = capacity;
  return CGLPK_OK;
}

static int delete_problem(cglpk_problem *problem) {
  CGLPK_GUARD(problem);
  glp_delete_prob(problem->glpk);
  return cglpk_leave(CGLPK_OK);
}

void cglpk_destroy(cglpk_problem *problem) {
  if (problem == NULL) return;
  delete_problem(problem);
  free(problem->indices);
  free(problem->mark);
  free(problem->coefficients);
  free(problem);
}

int cglpk_set_log(cglpk_problem *problem, void (*log)(void *context, const char *text), void *context) {
  CGLPK_GUARD(problem);
  problem->log = log;
  problem->log_context = context;
  return cglpk_leave(CGLPK_OK);
}

int cglpk_provoke_error(cglpk_problem *problem) {
  CGLPK_GUARD(problem);
  glp_set_col_bnds(problem->glpk, glp_get_num_cols(problem->glpk) + 1, GLP_FR, 0, 0);
  return cglpk_leave(CGLPK_OK);
}

#endif
