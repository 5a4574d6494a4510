#include "PictureHash.hpp"

#include <algorithm>

namespace passgate {

namespace {

constexpr uint32_t columns = 17;
constexpr uint32_t rows = 16;
/// Of 255: even background is no difference, or every re-encoding would turn its bits.
constexpr float evenness = 1;

using Means = std::array<std::array<float, columns>, rows>;

// Cells of whole pixels: a picture smaller than the grid repeats some.
struct Span {
  uint32_t begin, end;
};

Span span(uint32_t cell, uint32_t cells, uint32_t side) {
  const auto edge = [&](uint32_t at) { return static_cast<uint32_t>(static_cast<uint64_t>(at) * side / cells); };
  const uint32_t begin = std::min(edge(cell), side - 1);
  return {begin, std::max(edge(cell + 1), begin + 1)};
}

float mean(const Picture &picture, Span across, Span down) {
  double sum = 0;
  for (uint32_t y = down.begin; y < down.end; y++) {
    for (uint32_t x = across.begin; x < across.end; x++) sum += luma(picture.at(x, y));
  }
  return static_cast<float>(sum / (down.end - down.begin) / (across.end - across.begin));
}

}  // namespace

std::array<uint8_t, 32> pictureHash(const Picture &picture) {
  Means means{};
  for (uint32_t row = 0; row < rows; row++) {
    const Span down = span(row, rows, picture.height);
    for (uint32_t column = 0; column < columns; column++) {
      means[row][column] = mean(picture, span(column, columns, picture.width), down);
    }
  }
  std::array<uint8_t, 32> hash{};
  for (uint32_t bit = 0; bit < rows * (columns - 1); bit++) {
    const auto &row = means[bit / (columns - 1)];
    const uint32_t column = bit % (columns - 1);
    if (row[column + 1] - row[column] > evenness) hash[bit / 8] |= static_cast<uint8_t>(0x80 >> bit % 8);
  }
  return hash;
}

}  // namespace passgate
