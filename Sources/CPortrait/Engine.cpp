#include "Engine.hpp"

#include "PictureHash.hpp"

#include <algorithm>

namespace passgate {

namespace {

/// Smaller pictures are enlarged to this first: detectors want faces of some size.
constexpr uint32_t leastSide = 300;

void scale(Face &face, float factor) {
  face.left *= factor;
  face.top *= factor;
  face.width *= factor;
  face.height *= factor;
  for (Point &point : face.points) point = {point.x * factor, point.y * factor};
}

}  // namespace

Engine::Engine(std::unique_ptr<Backend> opened) : backend(std::move(opened)) {
  // Networks allocate at their first run: before a worker is locked, once for all its children.
  const Picture grey(chipSide, chipSide);
  Face face;
  face.points = {{{100, 60}, {85, 60}, {50, 60}, {65, 60}, {75, 95}}};
  backend->embed(grey, face, grey);
}

Picture Engine::enlarged(Picture picture) {
  return picture.longerSide() < leastSide ? backend->enlarged(picture, leastSide) : std::move(picture);
}

std::vector<Face> Engine::faces(const Picture &picture) {
  const bool large = picture.longerSide() > workingSide;
  std::vector<Face> found = backend->detect(large ? resized(picture, workingSide) : picture);
  const float factor = large ? static_cast<float>(picture.longerSide()) / workingSide : 1;
  for (Face &face : found) scale(face, factor);
  std::sort(
    found.begin(), found.end(), [](const Face &one, const Face &other) { return one.area() > other.area(); });
  return found;
}

void Engine::measure(
  const Decoded &decoded, const std::vector<Face> &faces, const QualityLimits &limits, portrait_finding &finding) {
  const Picture &picture = decoded.picture;
  Face face = faces.front();
  backend->locate(picture, face);
  const Geometry geometry = backend->geometry(face);
  const Picture chip = backend->chip(picture, face);
  const ChipMeasures measures(chip);
  finding.eye_distance = eyeDistance(geometry) * decoded.scale();
  finding.sharpness = measures.sharpness();
  finding.brightness = measures.brightness;
  finding.confidence = face.confidence;
  finding.second_face = faces.size() > 1 ? faces[1].area() / face.area() : 0;
  finding.yaw = yaw(geometry, backend->noseDepth());
  finding.roll = roll(geometry);
  finding.fault = faultOf(finding, eyeDistance(geometry), limits);
  if (finding.fault != PORTRAIT_NONE) return;
  const Vector vector = backend->embed(picture, face, chip);
  finding.dimension = static_cast<uint32_t>(vector.size());
  std::copy(vector.begin(), vector.end(), finding.vector);
}

void Engine::examine(Bytes image, const QualityLimits &limits, portrait_finding &finding) {
  finding = {};
  finding.fault = PORTRAIT_BAD_IMAGE;
  std::optional<Decoded> decoded = passgate::decoded(image);
  if (!decoded) return;
  finding.width = decoded->width;
  finding.height = decoded->height;
  const auto hash = pictureHash(decoded->picture);
  std::copy(hash.begin(), hash.end(), finding.picture_hash);
  decoded->picture = enlarged(std::move(decoded->picture));
  const std::vector<Face> found = faces(decoded->picture);
  if (!found.empty()) return measure(*decoded, found, limits, finding);
  // Without light no face is found, and the person should hear the cause.
  const bool dark = meanLuma(decoded->picture) < limits.darkest;
  finding.fault = dark ? PORTRAIT_TOO_DARK : PORTRAIT_NO_FACE;
}

std::optional<Vector> Engine::bare(Bytes image) {
  std::optional<Decoded> decoded = passgate::decoded(image);
  if (!decoded) return std::nullopt;
  const Picture picture = enlarged(std::move(decoded->picture));
  std::vector<Face> found = faces(picture);
  if (found.empty()) return std::nullopt;
  backend->locate(picture, found.front());
  return backend->embed(picture, found.front(), backend->chip(picture, found.front()));
}

}  // namespace passgate
