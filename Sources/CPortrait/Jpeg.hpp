// JPEG (ITU-T T.81) by libjpeg-turbo.
#ifndef PASSGATE_JPEG_HPP
#define PASSGATE_JPEG_HPP

#include "Decoder.hpp"

namespace passgate::jpeg {

struct Header {
  uint32_t width = 0;
  uint32_t height = 0;
  unsigned orientation = 1;  // of EXIF 2.3
};

bool isOne(Bytes image);

/// Walks all markers up to the end of the image; nothing when one is out of place or a limit is passed.
std::optional<Header> header(Bytes image);

/// Decodes and turns upright; nothing when the library warns of anything.
std::optional<Decoded> pixels(Bytes image, const Header &header);

}  // namespace passgate::jpeg

#endif
