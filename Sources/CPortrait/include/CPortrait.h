// The face engine behind a C interface: a picture in, measures and a vector out. No exception crosses it. One engine
// in a process, on one thread at a time. Sources/CPortrait/README.md says what the measures mean.
#ifndef CPORTRAIT_H
#define CPORTRAIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct portrait_engine portrait_engine;

/// A file of the model, read by the caller and named as in the manifest: "descriptor" and "landmarks" of the backend
/// "dlib", "detector" and "recogniser" of "opencv".
typedef struct {
  const char *name;
  const uint8_t *bytes;
  size_t count;
} portrait_file;

/// Why a picture is refused; of several the first of this order, but a picture that is none is always BAD_IMAGE.
enum {
  PORTRAIT_NONE = 0,
  PORTRAIT_NO_FACE = 1,
  PORTRAIT_MULTIPLE_FACES = 2,
  PORTRAIT_TOO_SMALL = 3,
  PORTRAIT_BLURRED = 4,
  PORTRAIT_TOO_DARK = 5,
  PORTRAIT_OVEREXPOSED = 6,
  PORTRAIT_OCCLUDED = 7,
  PORTRAIT_BAD_IMAGE = 8,
};

#define PORTRAIT_DIMENSION_LIMIT 512
#define PORTRAIT_HASH_SIZE 32

typedef struct {
  uint32_t fault;
  uint32_t width, height;  // of the picture as it was sent, turned upright
  float eye_distance;      // pixels of the picture as it was sent
  float sharpness;         // variance of the Laplacian over the face, as it would be in normal light
  float brightness;        // mean luma of the face, 0 to 255
  float confidence;        // the detector's own measure
  float second_face;       // area of the second largest face over that of the largest
  float yaw, roll;         // degrees; yaw is positive when the head is turned to the person's own left
  uint8_t picture_hash[PORTRAIT_HASH_SIZE];  // of every picture that decodes: few bits change when it is re-encoded
  uint32_t dimension;                        // 0 when there is a fault
  float vector[PORTRAIT_DIMENSION_LIMIT];
} portrait_finding;

/// NULL with a sentence in `problem`: a machine that the build is not for, a backend that is not built in, a file that
/// is missing or broken. The bytes are needed only during the call. The model's files must be trusted ones.
/// Must come before any other call that takes an engine: it alone looks whether the processor fits the build.
portrait_engine *portrait_open(
  const char *backend, const portrait_file *files, size_t count, char *problem, size_t problem_size);
void portrait_close(portrait_engine *engine);

/// How many numbers a vector has.
uint32_t portrait_dimension(const portrait_engine *engine);

/// Looks at a JPEG or JPEG 2000 of at most 4 MiB that was taken just now. The same bytes give the same finding.
void portrait_embed(portrait_engine *engine, const uint8_t *image, size_t count, portrait_finding *finding);
/// The same with a portrait on record, in a chip or of a calibration: nobody can take it again, so that less is refused.
void portrait_embed_record(portrait_engine *engine, const uint8_t *image, size_t count, portrait_finding *finding);

/// What the engine's libraries do for one good picture, without our checks: decoding, detection, landmarks, chip and
/// network. The yardstick of the bench; only for pictures that one trusts. 0 and a vector, or 1.
int portrait_bare(portrait_engine *engine, const uint8_t *image, size_t count, float *vector);

/// "avx2 fma" or "baseline": vectors of different builds must not be compared.
const char *portrait_build_flags(void);

/// The linear algebra that is bound, as "OpenBLAS 0.3.21 SkylakeX"; NULL when it is none that the speed was measured
/// with, as the reference BLAS, with which a vector takes ten times longer.
const char *portrait_linear_algebra(void);
/// The file it was loaded from, links followed; empty when that cannot be told.
const char *portrait_linear_algebra_path(void);

#ifdef __cplusplus
}
#endif

#endif
