// Between machine.c and the C++.
#ifndef PASSGATE_INTERFACE_H
#define PASSGATE_INTERFACE_H

#include "CPortrait.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const int portrait_built_for_avx2;
portrait_engine *portrait_open_engine(
  const char *backend, const portrait_file *files, size_t count, char *problem, size_t problem_size);

#ifdef __cplusplus
}
#endif

#endif
