// Which BLAS the system's alternatives have bound under the network: Debian's default is ten times slower.
#include "CPortrait.h"

#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <sstream>
#include <string>

namespace passgate {

namespace {

struct LinearAlgebra {
  std::string name;
  std::string path;
};

struct Free {
  void operator()(char *text) const { std::free(text); }
};

struct Close {
  void operator()(void *library) const { dlclose(library); }
};

template <typename Function> Function *function(void *library, const char *name) {
  return reinterpret_cast<Function *>(dlsym(library, name));
}

/// "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY SkylakeX SINGLE_THREADED" without what is in capitals.
std::string shortened(const char *config) {
  std::istringstream words(config);
  std::string word, text;
  while (words >> word) {
    const bool option = word.find('_') != std::string::npos || word.find('=') != std::string::npos;
    if (!option) text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

LinearAlgebra look() {
  LinearAlgebra found;
  Dl_info place{};
  // Looked up by name at run time, as the loader binds it for libdlib; -lblas may be any of the alternatives.
  void *bound = dlsym(RTLD_DEFAULT, "cblas_sgemm");
  if (bound == nullptr || dladdr(bound, &place) == 0) return found;
  const std::unique_ptr<char, Free> resolved(realpath(place.dli_fname, nullptr));
  found.path = resolved ? resolved.get() : place.dli_fname;
  // In this library and what it is linked with, not in all that is loaded: LAPACK alone may be OpenBLAS's.
  const std::unique_ptr<void, Close> library(dlopen(place.dli_fname, RTLD_LAZY | RTLD_NOLOAD));
  if (!library) return found;
  if (auto *config = function<const char *()>(library.get(), "openblas_get_config")) {
    found.name = shortened(config());
    // The flavour with threads must not use them; OPENBLAS_NUM_THREADS is read before any of our code runs.
    if (auto *threads = function<void(int)>(library.get(), "openblas_set_num_threads")) threads(1);
  }
  return found;
}

const LinearAlgebra &linearAlgebra() {
  static const LinearAlgebra found = look();
  return found;
}

}  // namespace

}  // namespace passgate

const char *portrait_linear_algebra(void) {
  const std::string &name = passgate::linearAlgebra().name;
  return name.empty() ? nullptr : name.c_str();
}

const char *portrait_linear_algebra_path(void) { return passgate::linearAlgebra().path.c_str(); }
