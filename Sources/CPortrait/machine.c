// Compiled without the flags of the C++ beside it: whether the processor has what those instructions need is asked
// before the first of them runs.
#include "CPortrait.h"
#include "interface.h"

#include <stdio.h>

#if defined(__x86_64__)
static int suits(void) {
  __builtin_cpu_init();
  if (!portrait_built_for_avx2) return 1;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
static int suits(void) { return 1; }
#endif

portrait_engine *portrait_open(
  const char *backend, const portrait_file *files, size_t count, char *problem, size_t problem_size) {
  if (suits()) return portrait_open_engine(backend, files, count, problem, problem_size);
  snprintf(
    problem, problem_size,
    "this build of the face engine needs a processor with AVX2 and FMA, and this machine's has none: build with "
    "`swift build --traits Portable` and calibrate anew");
  return NULL;
}
