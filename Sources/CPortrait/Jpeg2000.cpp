#include "Jpeg2000.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <openjpeg-2.5/openjpeg.h>

namespace passgate::jpeg2000 {

namespace {

template <auto destroy> struct Release {
  template <typename Object> void operator()(Object *object) const { destroy(object); }
};
using Codec = std::unique_ptr<opj_codec_t, Release<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Release<opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Release<opj_image_destroy>>;

/// Where the library's stream stands in the bytes.
struct Reader {
  Bytes bytes;
  size_t offset = 0;
};

OPJ_SIZE_T readBytes(void *buffer, OPJ_SIZE_T count, void *data) {
  auto *reader = static_cast<Reader *>(data);
  const size_t given = std::min(count, reader->bytes.count - reader->offset);
  if (given == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(buffer, reader->bytes.data + reader->offset, given);
  reader->offset += given;
  return given;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void *data) {
  auto *reader = static_cast<Reader *>(data);
  if (count < 0 || static_cast<uint64_t>(count) > reader->bytes.count - reader->offset) return -1;
  reader->offset += static_cast<size_t>(count);
  return count;
}

OPJ_BOOL seekBytes(OPJ_OFF_T offset, void *data) {
  auto *reader = static_cast<Reader *>(data);
  if (offset < 0 || static_cast<uint64_t>(offset) > reader->bytes.count) return OPJ_FALSE;
  reader->offset = static_cast<size_t>(offset);
  return OPJ_TRUE;
}

Stream streamOver(Reader &reader) {
  Stream stream(opj_stream_create(std::clamp<size_t>(reader.bytes.count, 1024, 1 << 16), OPJ_TRUE));
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &reader, nullptr);
  opj_stream_set_user_data_length(stream.get(), reader.bytes.count);
  opj_stream_set_read_function(stream.get(), readBytes);
  opj_stream_set_skip_function(stream.get(), skipBytes);
  opj_stream_set_seek_function(stream.get(), seekBytes);
  return stream;
}

void complain(const char *, void *complaints) { ++*static_cast<unsigned *>(complaints); }

/// Halvings that leave the longer side at least as long as is worked with.
unsigned reduction(const Header &header) {
  const uint32_t longer = std::max(header.width, header.height);
  unsigned halvings = 0;
  while (halvings < header.levels && longer >> (halvings + 1) >= workingSide) halvings++;
  return halvings;
}

/// opj_codec_set_threads is not called: even one thread is one more than the locked worker may start.
Codec codecFor(unsigned halvings, unsigned &complaints) {
  Codec codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (!codec) return codec;
  opj_set_warning_handler(codec.get(), complain, &complaints);
  opj_set_error_handler(codec.get(), complain, &complaints);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  parameters.cp_reduce = halvings;
  if (!opj_setup_decoder(codec.get(), &parameters) || !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE)) {
    codec.reset();
  }
  return codec;
}

/// What the library took from the header must be what we have read: it has allocated nothing for pixels yet.
bool agrees(const opj_image_t &image, const Header &header) {
  return image.x0 == 0 && image.y0 == 0 && image.x1 == header.width && image.y1 == header.height
    && image.numcomps == header.components;
}

/// After decoding: every component is there, of the same size, and has its pixels.
bool isWhole(const opj_image_t &image) {
  const opj_image_comp_t &first = image.comps[0];
  if (first.w == 0 || first.h == 0 || first.w > DecoderLimits::jpeg2000Side
      || first.h > DecoderLimits::jpeg2000Side) {
    return false;
  }
  return std::all_of(image.comps, image.comps + image.numcomps, [&](const opj_image_comp_t &component) {
    return component.data != nullptr && component.w == first.w && component.h == first.h && component.dx == 1
      && component.dy == 1 && component.prec >= 1 && component.prec <= DecoderLimits::jpeg2000Precision;
  });
}

uint8_t eightBits(const opj_image_comp_t &component, size_t index) {
  const int32_t limit = (1 << component.prec) - 1;
  const int64_t value = static_cast<int64_t>(component.data[index]) + (component.sgnd ? 1 << (component.prec - 1) : 0);
  return static_cast<uint8_t>(std::clamp<int64_t>(value, 0, limit) * 255 / limit);
}

/// ITU-T T.800, G.3: sYCC as a file may name it.
std::array<uint8_t, 3> fromLuminance(const std::array<uint8_t, 3> &pixel) {
  const auto y = static_cast<float>(pixel[0]);
  const float cb = static_cast<float>(pixel[1]) - 128;
  const float cr = static_cast<float>(pixel[2]) - 128;
  const auto byte = [](float value) { return static_cast<uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F)); };
  return {byte(y + 1.402F * cr), byte(y - 0.344136F * cb - 0.714136F * cr), byte(y + 1.772F * cb)};
}

Picture pictureOf(const opj_image_t &image, bool luminance) {
  Picture picture(image.comps[0].w, image.comps[0].h);
  const size_t count = static_cast<size_t>(picture.width) * picture.height;
  const bool grey = image.numcomps == 1;
  for (size_t index = 0; index < count; index++) {
    std::array<uint8_t, 3> pixel{};
    for (size_t channel = 0; channel < 3; channel++) {
      pixel[channel] = eightBits(image.comps[grey ? 0 : channel], index);
    }
    if (luminance && !grey) pixel = fromLuminance(pixel);
    std::copy(pixel.begin(), pixel.end(), &picture.rgb[index * 3]);
  }
  return picture;
}

}  // namespace

std::optional<Decoded> pixels(const Codestream &codestream, const Header &header) {
  unsigned complaints = 0;
  Reader reader{codestream.bytes};
  const Stream stream = streamOver(reader);
  const Codec codec = codecFor(reduction(header), complaints);
  if (!stream || !codec) return std::nullopt;
  opj_image_t *opened = nullptr;
  const bool understood = opj_read_header(stream.get(), codec.get(), &opened) != OPJ_FALSE;
  const Image image(opened);
  if (!understood || !image || complaints != 0 || !agrees(*image, header)) return std::nullopt;
  const bool decoded = opj_decode(codec.get(), stream.get(), image.get()) != OPJ_FALSE
    && opj_end_decompress(codec.get(), stream.get()) != OPJ_FALSE;
  if (!decoded || complaints != 0 || !isWhole(*image)) return std::nullopt;
  return Decoded{pictureOf(*image, codestream.luminance), header.width, header.height};
}

}  // namespace passgate::jpeg2000
