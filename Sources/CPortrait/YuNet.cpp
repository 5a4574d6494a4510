#include "YuNet.hpp"

#include <algorithm>
#include <cmath>

namespace passgate::yunet {

namespace {

/// Of intersection over union, as OpenCV's FaceDetectorYN has it.
constexpr float overlapLimit = 0.3F;

float score(const Cells &cells, size_t cell) {
  const float faceness = std::clamp(cells.faceness[cell], 0.0F, 1.0F);
  const float objectness = std::clamp(cells.objectness[cell], 0.0F, 1.0F);
  return std::sqrt(faceness * objectness);
}

Face faceAt(const Cells &cells, uint32_t column, uint32_t row, float confidence) {
  const size_t cell = static_cast<size_t>(row) * cells.columns + column;
  const auto stride = static_cast<float>(cells.stride);
  const auto x = static_cast<float>(column);
  const auto y = static_cast<float>(row);
  const float *box = cells.boxes + cell * 4;
  const float *points = cells.points + cell * 10;
  Face face;
  face.confidence = confidence;
  face.width = std::exp(box[2]) * stride;
  face.height = std::exp(box[3]) * stride;
  face.left = (x + box[0]) * stride - face.width / 2;
  face.top = (y + box[1]) * stride - face.height / 2;
  for (size_t point = 0; point < face.points.size(); point++) {
    face.points[point] = {(x + points[point * 2]) * stride, (y + points[point * 2 + 1]) * stride};
  }
  return face;
}

bool isSound(const Face &face) {
  return std::isfinite(face.area()) && face.area() > 0
    && std::all_of(face.points.begin(), face.points.end(), [](const Point &point) {
         return std::isfinite(point.x) && std::isfinite(point.y);
       });
}

float overlap(const Face &one, const Face &other) {
  const float width =
    std::min(one.left + one.width, other.left + other.width) - std::max(one.left, other.left);
  const float height =
    std::min(one.top + one.height, other.top + other.height) - std::max(one.top, other.top);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / (one.area() + other.area() - both);
}

}  // namespace

std::vector<Face> faces(const std::vector<Cells> &outputs) {
  std::vector<Face> found;
  for (const Cells &cells : outputs) {
    for (uint32_t row = 0; row < cells.rows; row++) {
      for (uint32_t column = 0; column < cells.columns; column++) {
        const float confidence = score(cells, static_cast<size_t>(row) * cells.columns + column);
        if (!(confidence >= leastScore)) continue;
        const Face face = faceAt(cells, column, row, confidence);
        if (isSound(face)) found.push_back(face);
      }
    }
  }
  std::sort(found.begin(), found.end(), [](const Face &one, const Face &other) {
    return one.confidence > other.confidence;
  });
  std::vector<Face> kept;
  for (const Face &face : found) {
    const bool covered = std::any_of(
      kept.begin(), kept.end(), [&](const Face &better) { return overlap(face, better) > overlapLimit; });
    if (!covered) kept.push_back(face);
  }
  return kept;
}

}  // namespace passgate::yunet
