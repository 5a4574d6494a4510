#include "Picture.hpp"

#include <algorithm>
#include <cmath>

namespace passgate {

namespace {

// What one pixel of the new row or column takes from the old one.
struct Taps {
  uint32_t first = 0;
  std::vector<float> weights;
};

// A tent as wide as one old pixel when enlarging and a box as wide as one new pixel when reducing.
Taps tapsFor(uint32_t position, uint32_t from, uint32_t to) {
  const double ratio = static_cast<double>(from) / to;
  Taps taps;
  if (ratio <= 1) {
    const double centre = std::clamp((position + 0.5) * ratio - 0.5, 0.0, from - 1.0);
    taps.first = std::min(static_cast<uint32_t>(centre), from - 1);
    const auto rest = static_cast<float>(centre - taps.first);
    taps.weights = {1 - rest, rest};
    if (taps.first + 1 == from) taps.weights = {1};
    return taps;
  }
  const double begin = position * ratio;
  const double end = std::min<double>(begin + ratio, from);
  taps.first = static_cast<uint32_t>(begin);
  for (uint32_t pixel = taps.first; pixel < end; pixel++) {
    const double share = std::min<double>(end, pixel + 1.0) - std::max<double>(begin, pixel);
    taps.weights.push_back(static_cast<float>(share / (end - begin)));
  }
  return taps;
}

uint8_t rounded(float value) { return static_cast<uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F)); }

// Along the rows, into floats, so that rounding happens once.
std::vector<float> resizedAcross(const Picture &picture, uint32_t width) {
  std::vector<float> out(static_cast<size_t>(width) * picture.height * 3);
  for (uint32_t x = 0; x < width; x++) {
    const Taps taps = tapsFor(x, picture.width, width);
    for (uint32_t y = 0; y < picture.height; y++) {
      float *pixel = &out[(static_cast<size_t>(y) * width + x) * 3];
      for (size_t tap = 0; tap < taps.weights.size(); tap++) {
        const uint8_t *source = picture.at(taps.first + static_cast<uint32_t>(tap), y);
        for (int channel = 0; channel < 3; channel++) {
          pixel[channel] += taps.weights[tap] * static_cast<float>(source[channel]);
        }
      }
    }
  }
  return out;
}

Picture resizedDown(const std::vector<float> &rows, uint32_t width, uint32_t from, uint32_t height) {
  Picture out(width, height);
  const size_t stride = static_cast<size_t>(width) * 3;
  std::vector<float> row(stride);
  for (uint32_t y = 0; y < height; y++) {
    const Taps taps = tapsFor(y, from, height);
    std::fill(row.begin(), row.end(), 0.0F);
    for (size_t tap = 0; tap < taps.weights.size(); tap++) {
      const float *source = &rows[(taps.first + tap) * stride];
      for (size_t index = 0; index < stride; index++) row[index] += taps.weights[tap] * source[index];
    }
    std::transform(row.begin(), row.end(), out.at(0, y), rounded);
  }
  return out;
}

uint32_t scaledSide(uint32_t side, uint32_t longer, uint32_t wanted) {
  const double scaled = std::round(static_cast<double>(side) * wanted / longer);
  return std::max(1U, static_cast<uint32_t>(scaled));
}

}  // namespace

Size Picture::scaledTo(uint32_t side) const {
  return {scaledSide(width, longerSide(), side), scaledSide(height, longerSide(), side)};
}

Picture resized(const Picture &picture, uint32_t side) {
  const Size size = picture.scaledTo(side);
  return resizedDown(resizedAcross(picture, size.width), size.width, picture.height, size.height);
}

Picture upright(Picture picture, unsigned orientation) {
  if (orientation < 2 || orientation > 8) return picture;
  // Orientations 5 to 8 change rows into columns; bits of `steps` say which way each axis of the source runs.
  struct Turn {
    bool swapped, backwardsX, backwardsY;
  };
  static constexpr Turn turns[] = {
    {false, true, false}, {false, true, true}, {false, false, true}, {true, false, false},
    {true, false, true},  {true, true, true},  {true, true, false},
  };
  const Turn turn = turns[orientation - 2];
  Picture out(turn.swapped ? picture.height : picture.width, turn.swapped ? picture.width : picture.height);
  for (uint32_t y = 0; y < out.height; y++) {
    for (uint32_t x = 0; x < out.width; x++) {
      const uint32_t alongX = turn.swapped ? y : x;
      const uint32_t alongY = turn.swapped ? x : y;
      const uint8_t *source = picture.at(
        turn.backwardsX ? picture.width - 1 - alongX : alongX,
        turn.backwardsY ? picture.height - 1 - alongY : alongY);
      std::copy(source, source + 3, out.at(x, y));
    }
  }
  return out;
}

}  // namespace passgate
