#include "interface.h"

#include "Engine.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

struct portrait_engine {
  passgate::Engine engine;
};

namespace passgate {

const portrait_file &Files::named(const std::string &name) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const portrait_file &file) {
    return name == file.name && file.count > 0;
  });
  if (found == files.end()) throw Unusable("the model's file \"" + name + "\" is missing");
  return *found;
}

namespace {

std::unique_ptr<Backend> openBackend(const std::string &name, const Files &files) {
  if (name == "dlib") return openDlib(files);
#ifdef PASSGATE_OPENCV
  if (name == "opencv") return openOpenCV(files);
#else
  if (name == "opencv") {
    throw Unusable("the backend \"opencv\" is not in this build: build with `swift build --traits OpenCV`");
  }
#endif
  throw Unusable("there is no backend of this name: \"dlib\" and \"opencv\" are known");
}

void examine(Engine &engine, Bytes image, const QualityLimits &limits, portrait_finding &finding) {
  try {
    engine.examine(image, limits, finding);
  } catch (...) {
    // Whatever a picture makes a library throw, memory included, the picture is to blame.
    finding = {};
    finding.fault = PORTRAIT_BAD_IMAGE;
  }
}

}  // namespace

}  // namespace passgate

#if defined(__AVX2__) && defined(__FMA__)
const int portrait_built_for_avx2 = 1;
const char *portrait_build_flags(void) { return "avx2 fma"; }
#else
const int portrait_built_for_avx2 = 0;
const char *portrait_build_flags(void) { return "baseline"; }
#endif

portrait_engine *portrait_open_engine(
  const char *backend, const portrait_file *files, size_t count, char *problem, size_t problem_size) {
  try {
    portrait_linear_algebra();  // keeps it from starting threads
    auto opened = passgate::openBackend(backend, passgate::Files(files, count));
    return std::make_unique<portrait_engine>(portrait_engine{passgate::Engine(std::move(opened))}).release();
  } catch (const passgate::Unusable &unusable) {
    std::snprintf(problem, problem_size, "%s", unusable.what());
  } catch (const std::bad_alloc &) {
    std::snprintf(problem, problem_size, "there is not enough memory for the model");
  } catch (...) {
    std::snprintf(problem, problem_size, "the model's files were read but its engine does not run");
  }
  return nullptr;
}

void portrait_close(portrait_engine *engine) { std::unique_ptr<portrait_engine>{engine}.reset(); }

uint32_t portrait_dimension(const portrait_engine *engine) { return engine->engine.dimension(); }

void portrait_embed(portrait_engine *engine, const uint8_t *image, size_t count, portrait_finding *finding) {
  passgate::examine(engine->engine, {image, count}, passgate::liveLimits, *finding);
}

void portrait_embed_record(portrait_engine *engine, const uint8_t *image, size_t count, portrait_finding *finding) {
  passgate::examine(engine->engine, {image, count}, passgate::recordLimits, *finding);
}

int portrait_bare(portrait_engine *engine, const uint8_t *image, size_t count, float *vector) {
  try {
    const auto found = engine->engine.bare({image, count});
    if (!found) return 1;
    std::copy(found->begin(), found->end(), vector);
    return 0;
  } catch (...) {
    return 1;
  }
}
