#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdint.h>
#include <sys/types.h>

/// Starts a program in a process group of its own, with nothing to read and files to write to. Where the system knows
/// how, it ends with the thread that started it, keeps to one processor, and has so much address space at most.
///
/// @param core    Processor to keep to; negative for any.
/// @param memory  Bytes; 0 for no limit.
/// @return The process, or -1 with the reason in errno.
pid_t bayplan_spawn(
    char *const arguments[], char *const environment[], const char *output, const char *errors, int core,
    uint64_t memory);

/// Processors that this process may use, in ascending order.
/// @return How many there are; at most `limit` are written. 0 where the system does not tell.
int bayplan_cores(int *cores, int limit);

#endif
