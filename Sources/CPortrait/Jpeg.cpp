#include "Jpeg.hpp"

#include <memory>
#include <turbojpeg.h>

namespace passgate::jpeg {

namespace {

constexpr uint8_t startOfImage[] = {0xFF, 0xD8, 0xFF};

enum Marker : uint8_t {
  baseline = 0xC0,
  extended = 0xC1,
  progressive = 0xC2,
  huffmanTables = 0xC4,
  arithmeticConditioning = 0xCC,
  lastFrame = 0xCF,
  firstRestart = 0xD0,
  lastRestart = 0xD7,
  endOfImage = 0xD9,
  startOfScan = 0xDA,
  application1 = 0xE1,
};

bool isFrame(uint8_t marker) {
  // 0xC8 is reserved; it is taken for a frame here, and refused as one.
  return marker >= baseline && marker <= lastFrame && marker != huffmanTables && marker != arithmeticConditioning;
}

/// A frame header (T.81, B.2.2) within the limits.
bool readFrame(uint8_t marker, Bytes segment, Header &header) {
  if (marker != baseline && marker != extended && marker != progressive) return false;
  if (header.width != 0 || segment.count < 6 || segment.data[0] != 8) return false;
  header.height = segment.two(1);
  header.width = segment.two(3);
  const unsigned components = segment.data[5];
  if (components != 1 && components != 3) return false;
  return header.width != 0 && header.height != 0 && header.width <= DecoderLimits::jpegSide
    && header.height <= DecoderLimits::jpegSide
    && static_cast<uint64_t>(header.width) * header.height <= DecoderLimits::jpegPixels;
}

/// Numbers of a TIFF file, in the order of bytes that it states.
struct Tiff {
  Bytes bytes;
  bool littleEndian;

  uint32_t two(size_t offset) const {
    const uint32_t value = bytes.two(offset);
    return littleEndian ? (value >> 8 | (value & 0xFF) << 8) : value;
  }
  uint32_t four(size_t offset) const {
    return littleEndian ? two(offset + 2) << 16 | two(offset) : two(offset) << 16 | two(offset + 2);
  }
};

/// The orientation in an APP1 segment (EXIF 2.3, 4.6.4): the tag of the first directory, 1 when there is none.
unsigned orientation(Bytes segment) {
  static constexpr uint8_t exif[] = {'E', 'x', 'i', 'f', 0, 0};
  static constexpr size_t entrySize = 12;
  if (!segment.startsWith(exif, sizeof exif)) return 1;
  const Bytes bytes = segment.after(sizeof exif);
  if (bytes.count < 8 || (bytes.data[0] != 'I' && bytes.data[0] != 'M')) return 1;
  const Tiff tiff{bytes, bytes.data[0] == 'I'};
  const size_t directory = tiff.four(4);
  if (directory > bytes.count - 2) return 1;
  const size_t room = (bytes.count - directory - 2) / entrySize;
  const size_t count = tiff.two(directory);
  for (size_t index = 0; index < count && index < room; index++) {
    const size_t entry = directory + 2 + index * entrySize;
    if (tiff.two(entry) != 0x0112 || tiff.two(entry + 2) != 3 || tiff.four(entry + 4) != 1) continue;
    const unsigned value = tiff.two(entry + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/// Where the next marker behind the entropy-coded bytes of a scan begins (T.81, B.1.1.5), or the end.
size_t endOfScan(Bytes image, size_t offset) {
  for (; offset + 1 < image.count; offset++) {
    if (image.data[offset] != 0xFF) continue;
    const uint8_t next = image.data[offset + 1];
    const bool inside = next == 0 || next == 0xFF || (next >= firstRestart && next <= lastRestart);
    if (!inside) return offset;
  }
  return image.count;
}

/// Each scan of a progressive picture goes over all of it, however few bytes it has.
bool isAffordable(const Header &header, unsigned scans) {
  const uint64_t pixels = static_cast<uint64_t>(header.width) * header.height;
  if (scans > DecoderLimits::jpegScans) return false;
  return scans <= 3 || pixels * scans <= DecoderLimits::jpegScannedPixels;
}

struct Release {
  void operator()(void *handle) const { tjDestroy(handle); }
};
using Decompressor = std::unique_ptr<void, Release>;

/// The smallest of 1/1, 1/2, 1/4 and 1/8 that leaves the longer side at least as long as is worked with.
unsigned reduction(const Header &header) {
  const uint32_t longer = header.width > header.height ? header.width : header.height;
  unsigned divisor = 1;
  while (divisor < 8 && longer / (divisor * 2) >= workingSide) divisor *= 2;
  return divisor;
}

}  // namespace

bool isOne(Bytes image) { return image.startsWith(startOfImage, sizeof startOfImage); }

std::optional<Header> header(Bytes image) {
  Header header;
  unsigned scans = 0;
  bool oriented = false;
  for (size_t offset = 2; offset + 4 <= image.count;) {
    if (image.data[offset] != 0xFF) return std::nullopt;
    const uint8_t marker = image.data[offset + 1];
    if (marker == 0xFF) {  // a fill byte (T.81, B.1.1.2)
      offset++;
      continue;
    }
    // Without a length (T.81, B.1.1.3): the library would go on right behind it, and read what we skip.
    if (marker >= firstRestart && marker <= endOfImage) return std::nullopt;
    const size_t length = image.two(offset + 2);
    if (marker < baseline || length < 2 || length > image.count - offset - 2) return std::nullopt;
    const Bytes segment{image.data + offset + 4, length - 2};
    if (isFrame(marker) && !readFrame(marker, segment, header)) return std::nullopt;
    if (marker == application1 && !oriented) {
      header.orientation = orientation(segment);
      oriented = header.orientation != 1;
    }
    offset += 2 + length;
    if (marker != startOfScan) continue;
    if (header.width == 0 || !isAffordable(header, ++scans)) return std::nullopt;
    offset = endOfScan(image, offset);
    // What cameras append behind the end is nobody's picture.
    if (offset + 2 <= image.count && image.data[offset + 1] == endOfImage) return header;
  }
  return std::nullopt;
}

std::optional<Decoded> pixels(Bytes image, const Header &header) {
  const Decompressor decompressor(tjInitDecompress());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  const auto size = static_cast<unsigned long>(image.count);
  if (!decompressor) return std::nullopt;
  if (tjDecompressHeader3(decompressor.get(), image.data, size, &width, &height, &subsampling, &colours) != 0) {
    return std::nullopt;
  }
  // The library must have read the same header as we, whose limits were looked at.
  if (static_cast<uint32_t>(width) != header.width || static_cast<uint32_t>(height) != header.height) {
    return std::nullopt;
  }
  const tjscalingfactor factor{1, static_cast<int>(reduction(header))};
  Picture picture(
    static_cast<uint32_t>(TJSCALED(width, factor)), static_cast<uint32_t>(TJSCALED(height, factor)));
  const int failed = tjDecompress2(
    decompressor.get(), image.data, size, picture.rgb.data(), static_cast<int>(picture.width), 0,
    static_cast<int>(picture.height), TJPF_RGB, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS);
  if (failed != 0) return std::nullopt;
  const bool swapped = header.orientation >= 5;
  return Decoded{
    upright(std::move(picture), header.orientation), swapped ? header.height : header.width,
    swapped ? header.width : header.height};
}

}  // namespace passgate::jpeg
