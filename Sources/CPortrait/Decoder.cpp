#include "Decoder.hpp"

#include "Jpeg.hpp"
#include "Jpeg2000.hpp"

#include <algorithm>

namespace passgate {

bool Bytes::startsWith(const uint8_t *prefix, size_t length) const {
  return count >= length && std::equal(prefix, prefix + length, data);
}

std::optional<Decoded> decoded(Bytes image) {
  if (image.count > DecoderLimits::bytes) return std::nullopt;
  if (jpeg::isOne(image)) {
    const auto header = jpeg::header(image);
    return header ? jpeg::pixels(image, *header) : std::nullopt;
  }
  const auto stream = jpeg2000::codestream(image);
  if (!stream) return std::nullopt;
  const auto header = jpeg2000::header(stream->bytes);
  return header ? jpeg2000::pixels(*stream, *header) : std::nullopt;
}

}  // namespace passgate
