/* Kills a process right before the n-th change that it, or its relatives, make to files.
 *
 * Loaded with LD_PRELOAD. Counts, in one file that all of them share, the calls of our interpreter
 * and of Git that change what is on disk: SQLite's writes included, a stage's own not. The file
 * (ASSAY_FAULTS names it) holds three numbers of 64 bits: the count so far, the number of the call
 * before which to die (0: never), and a process group that dies as well (0: none).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

struct shared {
    int64_t count, at, group;
};

static volatile struct shared *shared;

__attribute__((constructor)) static void look_around(void) {
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    const char *path = getenv("ASSAY_FAULTS");
    if (length <= 0 || path == NULL)
        return;
    program[length] = 0;
    const char *name = strrchr(program, '/');
    if (name == NULL || (strncmp(name, "/python", 7) != 0 && strncmp(name, "/git", 4) != 0))
        return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    void *memory = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory != MAP_FAILED)
        shared = memory;
}

static void step(void) {
    if (shared == NULL || shared->at < 0)
        return;
    if (__sync_add_and_fetch(&shared->count, 1) == shared->at) {
        if (shared->group > 0)
            kill(-(pid_t)shared->group, SIGKILL);
        kill(getpid(), SIGKILL);
    }
}

static int is_file(int descriptor) {
    struct stat about;
    return fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define CHANGES(type, name, parameters, arguments)          \
    type name parameters {                                  \
        static __typeof__(&name) real;                      \
        if (real == NULL)                                   \
            real = REAL(name);                              \
        step();                                             \
        return real arguments;                              \
    }

CHANGES(int, rename, (const char *from, const char *to), (from, to))
CHANGES(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
CHANGES(int, renameat2, (int a, const char *from, int b, const char *to, unsigned f), (a, from, b, to, f))
CHANGES(int, link, (const char *from, const char *to), (from, to))
CHANGES(int, linkat, (int a, const char *from, int b, const char *to, int f), (a, from, b, to, f))
CHANGES(int, symlink, (const char *from, const char *to), (from, to))
CHANGES(int, symlinkat, (const char *from, int b, const char *to), (from, b, to))
CHANGES(int, unlink, (const char *path), (path))
CHANGES(int, unlinkat, (int a, const char *path, int f), (a, path, f))
CHANGES(int, rmdir, (const char *path), (path))
CHANGES(int, mkdir, (const char *path, mode_t mode), (path, mode))
CHANGES(int, mkdirat, (int a, const char *path, mode_t mode), (a, path, mode))
CHANGES(int, fsync, (int descriptor), (descriptor))
CHANGES(int, fdatasync, (int descriptor), (descriptor))
CHANGES(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
CHANGES(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size))

#define WRITES(name, parameters, arguments)                 \
    ssize_t name parameters {                               \
        static __typeof__(&name) real;                      \
        if (real == NULL)                                   \
            real = REAL(name);                              \
        if (is_file(descriptor))                            \
            step();                                         \
        return real arguments;                              \
    }

WRITES(write, (int descriptor, const void *data, size_t size), (descriptor, data, size))
WRITES(pwrite, (int descriptor, const void *data, size_t size, off_t at), (descriptor, data, size, at))
WRITES(pwrite64, (int descriptor, const void *data, size_t size, off64_t at), (descriptor, data, size, at))

#define OPENS(name, parameters, last, arguments)            \
    int name parameters {                                   \
        static __typeof__(&name) real;                      \
        mode_t mode = 0;                                    \
        if (real == NULL)                                   \
            real = REAL(name);                              \
        if (flags & (O_CREAT | O_TRUNC)) {                  \
            va_list more;                                   \
            va_start(more, last);                           \
            if (flags & O_CREAT)                            \
                mode = va_arg(more, mode_t);                \
            va_end(more);                                   \
            step();                                         \
        }                                                   \
        return real arguments;                              \
    }

OPENS(open, (const char *path, int flags, ...), flags, (path, flags, mode))
OPENS(open64, (const char *path, int flags, ...), flags, (path, flags, mode))
OPENS(openat, (int a, const char *path, int flags, ...), flags, (a, path, flags, mode))
OPENS(openat64, (int a, const char *path, int flags, ...), flags, (a, path, flags, mode))
