// Pixels, and what is done to them alike for every backend.
#ifndef PASSGATE_PICTURE_HPP
#define PASSGATE_PICTURE_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace passgate {

struct Size {
  uint32_t width, height;
};

/// Rows of red, green, blue, 8 bits each, without padding.
struct Picture {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> rgb;

  Picture() = default;
  Picture(uint32_t width, uint32_t height)
    : width(width), height(height), rgb(static_cast<size_t>(width) * height * 3) {}

  const uint8_t *at(uint32_t x, uint32_t y) const { return &rgb[(static_cast<size_t>(y) * width + x) * 3]; }
  uint8_t *at(uint32_t x, uint32_t y) { return &rgb[(static_cast<size_t>(y) * width + x) * 3]; }
  uint32_t longerSide() const { return width > height ? width : height; }
  /// The size at which the longer side has so many pixels.
  Size scaledTo(uint32_t side) const;
};

/// ITU-R BT.601, as JPEG has it.
inline float luma(const uint8_t *pixel) {
  return 0.299F * static_cast<float>(pixel[0]) + 0.587F * static_cast<float>(pixel[1])
    + 0.114F * static_cast<float>(pixel[2]);
}

/// Makes the longer side exactly `side` pixels: the mean of what falls together when smaller, bilinear when larger.
Picture resized(const Picture &picture, uint32_t side);

/// Turns a picture stored in an orientation of EXIF 2.3 (tag 0x0112, 1 to 8) upright.
Picture upright(Picture picture, unsigned orientation);

}  // namespace passgate

#endif
