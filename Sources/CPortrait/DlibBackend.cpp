// dlib's ResNet-29 descriptor with its detector of frontal faces and its five landmarks. The detector is part of the
// library; the two models come as files.
#include "Backend.hpp"

#include <algorithm>
#include <cstring>
#include <dlib/dnn.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <istream>
#include <streambuf>

namespace passgate {

namespace {

// The network of dnn_face_recognition_ex.cpp among dlib's examples (public domain), which the weights are for.
template <template <int, template <typename> class, int, typename> class block, int N,
          template <typename> class BN, typename Subnet>
using residual = dlib::add_prev1<block<N, BN, 1, dlib::tag1<Subnet>>>;

template <template <int, template <typename> class, int, typename> class block, int N,
          template <typename> class BN, typename Subnet>
using residualDown = dlib::add_prev2<
  dlib::avg_pool<2, 2, 2, 2, dlib::skip1<dlib::tag2<block<N, BN, 2, dlib::tag1<Subnet>>>>>>;

template <int N, template <typename> class BN, int stride, typename Subnet>
using convolutions =
  BN<dlib::con<N, 3, 3, 1, 1, dlib::relu<BN<dlib::con<N, 3, 3, stride, stride, Subnet>>>>>;

template <int N, typename Subnet>
using same = dlib::relu<residual<convolutions, N, dlib::affine, Subnet>>;
template <int N, typename Subnet>
using down = dlib::relu<residualDown<convolutions, N, dlib::affine, Subnet>>;

template <typename Subnet> using level0 = down<256, Subnet>;
template <typename Subnet> using level1 = same<256, same<256, down<256, Subnet>>>;
template <typename Subnet> using level2 = same<128, same<128, down<128, Subnet>>>;
template <typename Subnet> using level3 = same<64, same<64, same<64, down<64, Subnet>>>>;
template <typename Subnet> using level4 = same<32, same<32, same<32, Subnet>>>;

using Network = dlib::loss_metric<dlib::fc_no_bias<
  128, dlib::avg_pool_everything<level0<level1<level2<level3<level4<dlib::max_pool<
         3, 3, 2, 2,
         dlib::relu<dlib::affine<dlib::con<32, 7, 7, 2, 2, dlib::input_rgb_image_sized<chipSide>>>>>>>>>>>>>;

using Pixels = dlib::matrix<dlib::rgb_pixel>;

static_assert(sizeof(dlib::rgb_pixel) == 3);

Pixels pixelsOf(const Picture &picture) {
  Pixels pixels(picture.height, picture.width);
  std::memcpy(dlib::image_data(pixels), picture.rgb.data(), picture.rgb.size());
  return pixels;
}

Picture pictureOf(const Pixels &pixels) {
  Picture picture(static_cast<uint32_t>(pixels.nc()), static_cast<uint32_t>(pixels.nr()));
  std::memcpy(picture.rgb.data(), dlib::image_data(pixels), picture.rgb.size());
  return picture;
}

/// A file in memory as a stream, without a copy of it.
class MemoryBuffer : public std::streambuf {
public:
  explicit MemoryBuffer(const portrait_file &file) {
    // The interface of streams has no constant bytes; nothing writes to them.
    char *begin = const_cast<char *>(reinterpret_cast<const char *>(file.bytes));
    setg(begin, begin, begin + file.count);
  }
};

template <typename Model> void load(const Files &files, const std::string &name, Model &model) {
  MemoryBuffer buffer(files.named(name));
  std::istream stream(&buffer);
  try {
    dlib::deserialize(model, stream);
  } catch (const std::exception &) {
    throw Unusable("the model's file \"" + name + "\" is none that dlib can read: fetch it anew");
  }
}

class DlibBackend : public Backend {
public:
  explicit DlibBackend(const Files &files) : detector(dlib::get_frontal_face_detector()) {
    load(files, "landmarks", landmarks);
    load(files, "descriptor", network);
    if (landmarks.num_parts() != 5) throw Unusable("the model's file \"landmarks\" has not the five points needed");
  }

  Picture enlarged(const Picture &picture, uint32_t side) override {
    const Size size = picture.scaledTo(side);
    Pixels larger(size.height, size.width);
    dlib::resize_image(pixelsOf(picture), larger);
    return pictureOf(larger);
  }

  /// A second time at double size only when there is nothing: 99 ms rather than 19 for 640 x 480.
  std::vector<Face> detect(const Picture &picture) override {
    Pixels pixels = pixelsOf(picture);
    std::vector<Face> found = detect(pixels, 1);
    if (!found.empty()) return found;
    dlib::pyramid_up(pixels);
    return detect(pixels, 2);
  }

  void locate(const Picture &picture, Face &face) override {
    const dlib::full_object_detection shape = landmarks(pixelsOf(picture), rectangle(face));
    for (unsigned part = 0; part < 5; part++) {
      face.points[part] = {static_cast<float>(shape.part(part).x()), static_cast<float>(shape.part(part).y())};
    }
  }

  Geometry geometry(const Face &face) const override {
    const auto middle = [](Point one, Point other) { return Point{(one.x + other.x) / 2, (one.y + other.y) / 2}; };
    return {middle(face.points[0], face.points[1]), middle(face.points[2], face.points[3]), face.points[4]};
  }

  /// The point is where the nose meets the lip; by eye on press photos turned 35 to 45 degrees.
  float noseDepth() const override { return 0.3F; }

  Picture chip(const Picture &picture, const Face &face) override {
    std::vector<dlib::point> parts;
    for (const Point &point : face.points) {
      parts.emplace_back(static_cast<long>(point.x), static_cast<long>(point.y));
    }
    const dlib::full_object_detection shape(rectangle(face), parts);
    Pixels chip;
    dlib::extract_image_chip(pixelsOf(picture), dlib::get_face_chip_details(shape, chipSide, 0.25), chip);
    return pictureOf(chip);
  }

  Vector embed(const Picture &, const Face &, const Picture &chip) override {
    const Pixels pixels = pixelsOf(chip);
    const std::vector<Pixels> both{pixels, dlib::fliplr(pixels)};
    const std::vector<dlib::matrix<float, 0, 1>> vectors = network(both, both.size());
    const dlib::matrix<float, 0, 1> mean = (vectors[0] + vectors[1]) / 2;
    return Vector(mean.begin(), mean.end());
  }

  uint32_t dimension() const override { return 128; }

private:
  static dlib::rectangle rectangle(const Face &face) {
    return {
      static_cast<long>(face.left), static_cast<long>(face.top),
      static_cast<long>(face.left + face.width) - 1, static_cast<long>(face.top + face.height) - 1};
  }

  std::vector<Face> detect(const Pixels &pixels, float enlargement) {
    std::vector<dlib::rect_detection> detections;
    detector(pixels, detections);
    std::vector<Face> found;
    for (const dlib::rect_detection &detection : detections) {
      Face face;
      face.left = static_cast<float>(detection.rect.left()) / enlargement;
      face.top = static_cast<float>(detection.rect.top()) / enlargement;
      face.width = static_cast<float>(detection.rect.width()) / enlargement;
      face.height = static_cast<float>(detection.rect.height()) / enlargement;
      face.confidence = static_cast<float>(detection.detection_confidence);
      found.push_back(face);
    }
    return found;
  }

  dlib::frontal_face_detector detector;
  dlib::shape_predictor landmarks;
  Network network;
};

}  // namespace

std::unique_ptr<Backend> openDlib(const Files &files) { return std::make_unique<DlibBackend>(files); }

}  // namespace passgate
