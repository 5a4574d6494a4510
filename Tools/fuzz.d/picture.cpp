// A live picture, or a portrait of a chip: JPEG or JPEG 2000, decoded and hashed.
#include "Decoder.hpp"
#include "PictureHash.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count) {
  const auto decoded = passgate::decoded({data, count});
  if (!decoded) return 0;
  const passgate::Picture &picture = decoded->picture;
  // What the engine believes of a picture without looking.
  const bool isWhole = picture.width > 0 && picture.height > 0
    && picture.rgb.size() == size_t{3} * picture.width * picture.height && picture.width <= decoded->width
    && picture.height <= decoded->height;
  if (!isWhole) abort();
  passgate::pictureHash(picture);
  return 0;
}
