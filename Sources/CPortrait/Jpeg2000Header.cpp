#include "Jpeg2000.hpp"

#include <bitset>

namespace passgate::jpeg2000 {

namespace {

constexpr uint8_t signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A};
constexpr uint8_t startOfCodestream[] = {0xFF, 0x4F, 0xFF, 0x51};  // SOC, SIZ

constexpr uint32_t box(char a, char b, char c, char d) {
  return static_cast<uint32_t>(a) << 24 | static_cast<uint32_t>(b) << 16 | static_cast<uint32_t>(c) << 8
    | static_cast<uint32_t>(d);
}

struct Box {
  uint32_t type;
  Bytes content;
  size_t size;
};

/// The box at the head of the bytes (T.800, I.4); nothing when it does not fit in.
std::optional<Box> firstBox(Bytes bytes) {
  if (bytes.count < 8) return std::nullopt;
  uint64_t size = bytes.four(0);
  size_t header = 8;
  if (size == 1) {
    if (bytes.count < 16) return std::nullopt;
    size = static_cast<uint64_t>(bytes.four(8)) << 32 | bytes.four(12);
    header = 16;
  }
  if (size == 0) size = bytes.count;
  if (size < header || size > bytes.count) return std::nullopt;
  const auto whole = static_cast<size_t>(size);
  return Box{bytes.four(4), Bytes{bytes.data + header, whole - header}, whole};
}

/// What the header box says of colours (T.800, I.5.3); false for a palette, which no portrait has.
bool readColours(Bytes boxes, Codestream &stream) {
  static constexpr uint32_t sYCC = 18;
  while (boxes.count > 0) {
    const auto box_ = firstBox(boxes);
    if (!box_ || box_->type == box('p', 'c', 'l', 'r')) return false;
    const Bytes content = box_->content;
    if (box_->type == box('c', 'o', 'l', 'r') && content.count >= 7 && content.data[0] == 1) {
      stream.luminance = content.four(3) == sYCC;
    }
    boxes = boxes.after(box_->size);
  }
  return true;
}

/// SIZ (T.800, A.5.1) behind its length.
bool readSize(Bytes siz, Header &header) {
  static constexpr size_t fixed = 36;
  if (siz.count < fixed) return false;
  const uint32_t right = siz.four(2), bottom = siz.four(6), left = siz.four(10), top = siz.four(14);
  const uint32_t tileWidth = siz.four(18), tileHeight = siz.four(22);
  // No portrait lies off the origin of its grid.
  if (left != 0 || top != 0 || siz.four(26) != 0 || siz.four(30) != 0) return false;
  if (right == 0 || bottom == 0 || tileWidth == 0 || tileHeight == 0) return false;
  if (right > DecoderLimits::jpeg2000Side || bottom > DecoderLimits::jpeg2000Side) return false;
  const auto tiles = [](uint64_t side, uint64_t tile) { return (side + tile - 1) / tile; };
  if (tiles(right, tileWidth) * tiles(bottom, tileHeight) > DecoderLimits::jpeg2000Tiles) return false;
  header.tiles = tiles(right, tileWidth) * tiles(bottom, tileHeight);
  header.width = right;
  header.height = bottom;
  header.components = siz.two(34);
  if (header.components != 1 && header.components != 3) return false;
  if (siz.count != fixed + 3 * header.components) return false;
  for (size_t component = fixed; component < siz.count; component += 3) {
    const unsigned precision = (siz.data[component] & 0x7FU) + 1;
    if (precision > DecoderLimits::jpeg2000Precision) return false;
    if (siz.data[component + 1] != 1 || siz.data[component + 2] != 1) return false;
  }
  return true;
}

/// COD (T.800, A.6.1) behind its length.
bool readCodingStyle(Bytes cod, Header &header) {
  static constexpr unsigned layersLimit = 256;
  static constexpr unsigned levelsLimit = 10;
  if (cod.count < 10) return false;
  const unsigned layers = cod.two(2);
  header.levels = cod.data[5];
  if (layers == 0 || layers > layersLimit || header.levels > levelsLimit) return false;
  if ((cod.data[0] & 1) == 0) return true;
  if (cod.count < 10 + header.levels + 1) return false;
  // The exponents of the lowest resolution may be anything: it is small.
  for (size_t level = 1; level <= header.levels; level++) {
    const unsigned exponents = cod.data[10 + level];
    if ((exponents & 0xF) < DecoderLimits::precinctExponent) return false;
    if (exponents >> 4 < DecoderLimits::precinctExponent) return false;
  }
  return true;
}

enum Marker : uint32_t {
  siz = 0xFF51,
  cod = 0xFF52,
  coc = 0xFF53,
  startOfTile = 0xFF90,
  startOfData = 0xFF93,
  endOfCodestream = 0xFFD9,
};

/// The header of a tile-part behind its start (T.800, A.4.2): it may not restyle what the main header's limits are for.
bool keepsStyle(Bytes part) {
  for (size_t offset = 0; offset + 2 <= part.count;) {
    const uint32_t marker = part.two(offset);
    if (marker == startOfData) return true;
    if (marker == cod || marker == coc || offset + 4 > part.count) return false;
    const size_t length = part.two(offset + 2);
    if (marker < 0xFF00 || length < 2 || length > part.count - offset - 2) return false;
    offset += 2 + length;
  }
  return false;
}

/// Whether all tiles are there, in parts that keep the style; `offset` is where the first part starts.
bool hasAllTiles(Bytes codestream, size_t offset, uint64_t tiles) {
  static constexpr size_t startSize = 12;
  std::bitset<DecoderLimits::jpeg2000Tiles> seen;
  while (offset + startSize <= codestream.count && codestream.two(offset) == startOfTile) {
    const size_t rest = codestream.count - offset;
    const uint32_t tile = codestream.two(offset + 4);
    // 0 is what is left but for the end (A.4.2).
    const size_t size = codestream.four(offset + 6) == 0 ? rest - 2 : codestream.four(offset + 6);
    if (tile >= tiles || size < startSize || size > rest) return false;
    if (!keepsStyle({codestream.data + offset + startSize, size - startSize})) return false;
    seen.set(tile);
    offset += size;
  }
  const bool ends = offset + 2 <= codestream.count && codestream.two(offset) == endOfCodestream;
  return seen.count() == tiles && (ends || offset >= codestream.count);
}

bool endsWithItsEnd(Bytes codestream) {
  size_t end = codestream.count;
  while (end > 2 && codestream.data[end - 1] == 0) end--;  // some writers pad
  return codestream.two(end - 2) == endOfCodestream;
}

}  // namespace

std::optional<Codestream> codestream(Bytes image) {
  if (image.startsWith(startOfCodestream, sizeof startOfCodestream)) return Codestream{image};
  if (!image.startsWith(signature, sizeof signature)) return std::nullopt;
  Codestream stream;
  for (Bytes rest = image.after(sizeof signature); rest.count > 0;) {
    const auto next = firstBox(rest);
    if (!next) return std::nullopt;
    if (next->type == box('j', 'p', '2', 'h') && !readColours(next->content, stream)) return std::nullopt;
    if (next->type == box('j', 'p', '2', 'c')) {
      stream.bytes = next->content;
      const bool begins = stream.bytes.startsWith(startOfCodestream, sizeof startOfCodestream);
      return begins ? std::optional(stream) : std::nullopt;
    }
    rest = rest.after(next->size);
  }
  return std::nullopt;
}

std::optional<Header> header(Bytes codestream) {
  Header header;
  bool styled = false;
  if (!endsWithItsEnd(codestream)) return std::nullopt;
  for (size_t offset = 2; offset + 4 <= codestream.count;) {
    const uint32_t marker = codestream.two(offset);
    if (marker == startOfTile) {
      const bool isWhole = header.width != 0 && styled && hasAllTiles(codestream, offset, header.tiles);
      return isWhole ? std::optional(header) : std::nullopt;
    }
    // A component with a style of its own escapes the limits of the common one.
    if (marker == coc) return std::nullopt;
    const size_t length = codestream.two(offset + 2);
    if (marker < 0xFF00 || length < 2 || length > codestream.count - offset - 2) return std::nullopt;
    const Bytes segment{codestream.data + offset + 4, length - 2};
    if (marker == siz && (header.width != 0 || !readSize(segment, header))) return std::nullopt;
    if (marker == cod && (styled || !readCodingStyle(segment, header))) return std::nullopt;
    styled = styled || marker == cod;
    offset += 2 + length;
  }
  return std::nullopt;
}

}  // namespace passgate::jpeg2000
