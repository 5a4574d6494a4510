// What a face recogniser must be able to do; decoding, refusals and the picture's hash are the same for all.
#ifndef PASSGATE_BACKEND_HPP
#define PASSGATE_BACKEND_HPP

#include "CPortrait.h"
#include "Picture.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace passgate {

struct Point {
  float x = 0;
  float y = 0;
};

/// A face that a detector has found, in pixels of the picture it was given.
struct Face {
  float left = 0, top = 0, width = 0, height = 0;
  float confidence = 0;
  /// As the backend's network wants them: corners of the eyes and nose for dlib; eyes, nose and mouth for YuNet.
  std::array<Point, 5> points{};

  float area() const { return width * height; }
};

/// Where the eyes and the nose are; left and right are the person's own.
struct Geometry {
  Point leftEye, rightEye, nose;
};

using Vector = std::vector<float>;

class Backend {
public:
  Backend() = default;
  Backend(const Backend &) = delete;
  Backend &operator=(const Backend &) = delete;
  virtual ~Backend() = default;

  /// Makes the longer side of a small picture so long, as it was when the model was measured.
  virtual Picture enlarged(const Picture &picture, uint32_t side) { return resized(picture, side); }
  /// Every face of a picture whose longer side is at most `workingSide`.
  virtual std::vector<Face> detect(const Picture &picture) = 0;
  /// Finds the points of a face, where detection has not found them already.
  virtual void locate(const Picture &picture, Face &face) = 0;
  virtual Geometry geometry(const Face &face) const = 0;
  /// How far the point that `geometry` calls the nose stands before the eyes, as a share of their distance.
  virtual float noseDepth() const = 0;
  /// The face upright in a square of 150 pixels, for the measures of quality and for networks that want just this.
  virtual Picture chip(const Picture &picture, const Face &face) = 0;
  /// The mean of the vectors of the face and of its mirror image.
  virtual Vector embed(const Picture &picture, const Face &face, const Picture &chip) = 0;
  virtual uint32_t dimension() const = 0;
};

constexpr uint32_t chipSide = 150;

/// Why a backend cannot begin; its sentence reaches the operator.
struct Unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The files of a model by name.
class Files {
public:
  Files(const portrait_file *files, size_t count) : files(files, files + count) {}
  /// Throws `Unusable` when there is none of this name or it is empty.
  const portrait_file &named(const std::string &name) const;

private:
  std::vector<portrait_file> files;
};

/// Throw `Unusable`.
std::unique_ptr<Backend> openDlib(const Files &files);
std::unique_ptr<Backend> openOpenCV(const Files &files);

}  // namespace passgate

#endif
