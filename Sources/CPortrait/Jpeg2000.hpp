// JPEG 2000 (ITU-T T.800) by OpenJPEG. The boxes of a JP2 file are read here: the library is given the codestream alone,
// so that its reader of boxes, palettes and profiles never meets foreign bytes.
#ifndef PASSGATE_JPEG2000_HPP
#define PASSGATE_JPEG2000_HPP

#include "Decoder.hpp"

namespace passgate::jpeg2000 {

struct Codestream {
  Bytes bytes;
  bool luminance = false;  // three components are Y, Cb and Cr
};

struct Header {
  uint32_t width = 0;
  uint32_t height = 0;
  unsigned components = 0;
  unsigned levels = 0;  // of decomposition
  uint64_t tiles = 0;
};

/// The codestream of a JP2 file or the one that the bytes are; nothing for anything else or a file with a palette.
std::optional<Codestream> codestream(Bytes image);

/// The main header within the limits; nothing when a tile or the end is missing, or where anything restyles a part.
std::optional<Header> header(Bytes codestream);

/// Decodes; nothing when the library warns of anything.
std::optional<Decoded> pixels(const Codestream &codestream, const Header &header);

}  // namespace passgate::jpeg2000

#endif
