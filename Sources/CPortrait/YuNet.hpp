// What YuNet's network gives, made into faces.
#ifndef PASSGATE_YUNET_HPP
#define PASSGATE_YUNET_HPP

#include "Backend.hpp"

namespace passgate::yunet {

/// The network looks at cells of so many pixels.
constexpr std::array<uint32_t, 3> strides{8, 16, 32};
/// Sides of what it is given are multiples of this.
constexpr uint32_t grid = 32;

/// Its output for one size of cells, row by row: whether there is a face, whether it is one whole, its box, its points.
struct Cells {
  uint32_t stride, columns, rows;
  const float *faceness, *objectness;  // 1 a cell
  const float *boxes;                  // 4 a cell: middle off the cell, logarithm of the size, in cells
  const float *points;                 // 10 a cell: right eye, left eye, nose, right and left corner of the mouth
};

/// Faces of at least this score, the best first, none that overlaps a better one.
constexpr float leastScore = 0.6F;
std::vector<Face> faces(const std::vector<Cells> &outputs);

}  // namespace passgate::yunet

#endif
