// Pictures from bytes that an attacker may have made: what they claim is held against limits before a decoder sees
// them, and whatever a decoder so much as warns of is no picture.
#ifndef PASSGATE_DECODER_HPP
#define PASSGATE_DECODER_HPP

#include "Picture.hpp"

#include <optional>

namespace passgate {

struct Bytes {
  const uint8_t *data = nullptr;
  size_t count = 0;

  bool startsWith(const uint8_t *prefix, size_t length) const;
  /// What is behind the first `offset` bytes, nothing when there are fewer.
  Bytes after(size_t offset) const { return offset < count ? Bytes{data + offset, count - offset} : Bytes{}; }
  /// Big-endian; the caller has looked that they are there.
  uint32_t two(size_t offset) const { return static_cast<uint32_t>(data[offset]) << 8 | data[offset + 1]; }
  uint32_t four(size_t offset) const { return two(offset) << 16 | two(offset + 2); }
};

/// The limits of what is decoded at all; beyond them the header alone is read.
struct DecoderLimits {
  static constexpr size_t bytes = 4 << 20;
  static constexpr uint32_t jpegSide = 8192;
  static constexpr uint64_t jpegPixels = 24'000'000;
  static constexpr unsigned jpegScans = 64;  // progressive ones; encoders make about ten
  static constexpr uint64_t jpegScannedPixels = 120'000'000;  // of all scans: twelve million pixels in ten
  static constexpr uint32_t jpeg2000Side = 2048;
  static constexpr uint64_t jpeg2000Tiles = 256;
  static constexpr unsigned jpeg2000Precision = 16;
  static constexpr unsigned precinctExponent = 5;  // smaller ones than 32 x 32 only cost memory
};

/// A picture turned upright, perhaps smaller than it was sent.
struct Decoded {
  Picture picture;
  uint32_t width = 0;  // as sent, upright
  uint32_t height = 0;

  /// How many pixels as sent are one of the picture.
  float scale() const { return static_cast<float>(width) / static_cast<float>(picture.width); }
};

/// While the longer side is at least this long, decoders are asked for half the size.
constexpr uint32_t workingSide = 640;

/// Nothing unless the bytes are a whole JPEG (baseline or progressive, 8 bits) or JPEG 2000 (file or codestream)
/// within the limits, in grey or three colours, decoded without a warning.
std::optional<Decoded> decoded(Bytes image);

}  // namespace passgate

#endif
