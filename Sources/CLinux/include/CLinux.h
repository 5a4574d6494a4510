// Linux calls the Swift overlay of Glibc lacks: GNU-only names, variadics and macros.
// Every function answers its result, or the negated errno: the caller never reads errno.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// Descriptors, all close-on-exec.

/// Opens a file; `mode` counts only where `flags` create one.
int linux_open(const char *path, int flags, unsigned mode);
/// Turns O_NONBLOCK on (1) or off (0).
int linux_set_nonblocking(int fd, int on);
/// Accepts one connection, non-blocking.
int linux_accept(int fd, struct sockaddr_storage *peer, socklen_t *length);

// Event loop.

int linux_epoll_create(void);
int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_remove(int epoll, int fd);
int linux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds);
/// A non-blocking eventfd counting from 0.
int linux_eventfd(void);

// Process and threads.

/// Blocks the listed signals in this thread and the ones it will start, and answers a descriptor they arrive on.
int linux_signalfd(const int *signals, size_t count);
/// Reads one signal from a signalfd, waiting for it; answers its number.
int linux_signalfd_read(int fd);
/// No core dump, no ptrace by others of the same user, files private by default, no death by a closed pipe.
int linux_harden_process(void);
/// Names the calling thread; the kernel keeps 15 bytes.
int linux_name_thread(const char *name);
/// Pins the calling thread to one processor.
int linux_pin_thread(int processor);
/// Gives the calling thread the lowest priority.
int linux_lower_thread_priority(void);
/// Starts a program with the arguments (the last pointer is null), nothing on its standard input, and files in the
/// place of its standard output and error, made anew with mode 0600. Returns its process id.
int linux_spawn(const char *program, char *const arguments[], const char *output, const char *errors);
/// What a child has ended with: 0 to 255, or 128 and the signal that ended it; -EAGAIN while it runs. To be asked no more
/// once it has ended.
int linux_child_status(int child);
/// How many processors this process may run on.
int linux_processor_count(void);
/// Fills the buffer from the kernel's random source.
int linux_random(void *buffer, size_t length);
/// Writes out all of the file system that the descriptor is on, or answers the negated errno.
int linux_syncfs(int fd);
/// Columns of the terminal behind the descriptor, or the negated errno where it is none.
int linux_terminal_columns(int fd);

#endif
