#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/prctl.h>
#endif

static pthread_mutex_t forking = PTHREAD_MUTEX_INITIALIZER;

static int redirect(const char *path, int flags, int target) {
    int descriptor = open(path, flags, 0600);
    if (descriptor < 0) return -1;
    if (descriptor == target) return 0;
    int result = dup2(descriptor, target);
    close(descriptor);
    return result;
}

/// Between fork and exec: nothing here may allocate or lock.
static int prepare(const char *output, const char *errors, int core, uint64_t memory, pid_t parent) {
    setpgid(0, 0);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have gone before this was asked for.
    if (getppid() != parent) _exit(127);
    if (core >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(core, &set);
        if (sched_setaffinity(0, sizeof set, &set) < 0) return -1;
    }
#endif
    if (memory > 0) {
        struct rlimit limit = {memory, memory};
        if (setrlimit(RLIMIT_AS, &limit) < 0) return -1;
    }
    if (redirect("/dev/null", O_RDONLY, STDIN_FILENO) < 0) return -1;
    if (redirect(output, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO) < 0) return -1;
    return redirect(errors, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
}

pid_t bayplan_spawn(
    char *const arguments[], char *const environment[], const char *output, const char *errors, int core,
    uint64_t memory) {
    // The reason why a program cannot be run comes through a pipe that closes when it does.
    int report[2];
    pid_t parent = getpid();
    // A child of another thread must not get hold of this pipe: it would keep it open.
    pthread_mutex_lock(&forking);
    if (pipe(report) < 0) {
        pthread_mutex_unlock(&forking);
        return -1;
    }
    fcntl(report[0], F_SETFD, FD_CLOEXEC);
    fcntl(report[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child != 0) pthread_mutex_unlock(&forking);
    if (child == 0) {
        if (prepare(output, errors, core, memory, parent) >= 0) execve(arguments[0], arguments, environment);
        int reason = errno;
        ssize_t written = write(report[1], &reason, sizeof reason);
        (void)written;
        _exit(127);
    }
    int failure = child < 0 ? errno : 0;
    close(report[1]);
    if (child > 0) {
        ssize_t length;
        do length = read(report[0], &failure, sizeof failure);
        while (length < 0 && errno == EINTR);
        if (length == (ssize_t)sizeof failure) {
            waitpid(child, 0, 0);
            child = -1;
        }
    }
    close(report[0]);
    if (child < 0) errno = failure;
    return child;
}

int bayplan_cores(int *cores, int limit) {
    int count = 0;
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return 0;
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (!CPU_ISSET(core, &set)) continue;
        if (count < limit) cores[count] = core;
        count++;
    }
#endif
    return count;
}
