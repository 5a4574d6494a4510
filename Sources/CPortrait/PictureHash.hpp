#ifndef PASSGATE_PICTUREHASH_HPP
#define PASSGATE_PICTUREHASH_HPP

#include "Picture.hpp"

#include <array>

namespace passgate {

/// A difference hash: the picture in 17 x 16 means of luma, and for each of the 256 pairs of neighbours in a row
/// whether it brightens to the right. Of two encodings of one picture few bits differ.
std::array<uint8_t, 32> pictureHash(const Picture &picture);

}  // namespace passgate

#endif
