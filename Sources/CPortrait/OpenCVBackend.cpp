// YuNet (2023mar) and SFace, or networks with the same inputs and outputs, run by OpenCV's dnn. OpenCV 4.6 has classes for
// both, of which the detector's knows an older YuNet alone; the networks themselves it runs.
#ifdef PASSGATE_OPENCV

#include "Backend.hpp"
#include "YuNet.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

namespace passgate {

namespace {

/// Where SFace wants right eye, left eye, nose and corners of the mouth, in a square of 112 pixels (OpenCV 4.6,
/// modules/objdetect/src/face_recognize.cpp).
constexpr std::array<Point, 5> alignment{
  {{38.2946F, 51.6963F}, {73.5318F, 51.5014F}, {56.0252F, 71.7366F}, {41.5493F, 92.3655F}, {70.7299F, 92.2041F}}};
constexpr int alignedSide = 112;

/// Where dlib puts the right and the left eye in its chip of 150 pixels, so that measures mean the same.
constexpr std::array<Point, 2> chipEyes{{{47.7F, 47.1F}, {100.3F, 47.1F}}};

/// Shift, turn and one scale that bring points closest to others (least squares).
struct Similarity {
  double cosine = 1, sine = 0;  // times the scale
  double x = 0, y = 0;

  double scale() const { return std::hypot(cosine, sine); }
  cv::Matx23d matrix() const { return {cosine, -sine, x, sine, cosine, y}; }
};

template <size_t count> Similarity similarity(const Point *from, const std::array<Point, count> &to) {
  Point fromMiddle, toMiddle;
  for (size_t index = 0; index < count; index++) {
    fromMiddle = {fromMiddle.x + from[index].x / count, fromMiddle.y + from[index].y / count};
    toMiddle = {toMiddle.x + to[index].x / count, toMiddle.y + to[index].y / count};
  }
  double along = 0, across = 0, spread = 0;
  for (size_t index = 0; index < count; index++) {
    const double x = from[index].x - fromMiddle.x, y = from[index].y - fromMiddle.y;
    const double toX = to[index].x - toMiddle.x, toY = to[index].y - toMiddle.y;
    along += x * toX + y * toY;
    across += x * toY - y * toX;
    spread += x * x + y * y;
  }
  Similarity found;
  if (!(spread > 0)) return found;
  found.cosine = along / spread;
  found.sine = across / spread;
  found.x = toMiddle.x - found.cosine * fromMiddle.x + found.sine * fromMiddle.y;
  found.y = toMiddle.y - found.sine * fromMiddle.x - found.cosine * fromMiddle.y;
  return found;
}

cv::Mat matrixOf(const Picture &picture) {
  cv::Mat matrix(static_cast<int>(picture.height), static_cast<int>(picture.width), CV_8UC3);
  std::copy(picture.rgb.begin(), picture.rgb.end(), matrix.ptr<uint8_t>());
  return matrix;
}

Picture pictureOf(const cv::Mat &matrix) {
  Picture picture(static_cast<uint32_t>(matrix.cols), static_cast<uint32_t>(matrix.rows));
  for (int row = 0; row < matrix.rows; row++) {
    const auto *begin = matrix.ptr<uint8_t>(row);
    std::copy(begin, begin + matrix.cols * 3, picture.at(0, static_cast<uint32_t>(row)));
  }
  return picture;
}

cv::Mat warped(const cv::Mat &picture, const Similarity &similarity, int side) {
  cv::Mat square;
  cv::warpAffine(picture, square, similarity.matrix(), {side, side}, cv::INTER_LINEAR);
  return square;
}

cv::dnn::Net network(const Files &files, const std::string &name) {
  const portrait_file &file = files.named(name);
  try {
    cv::dnn::Net net = cv::dnn::readNetFromONNX(reinterpret_cast<const char *>(file.bytes), file.count);
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return net;
  } catch (const std::exception &) {
    throw Unusable("the model's file \"" + name + "\" is none that OpenCV can run: it must be ONNX");
  }
}

Vector unit(const float *values, size_t count) {
  double squares = 0;
  for (size_t index = 0; index < count; index++) squares += static_cast<double>(values[index]) * values[index];
  const double length = std::sqrt(squares);
  Vector vector(values, values + count);
  if (length > 0) {
    for (float &value : vector) value = static_cast<float>(value / length);
  }
  return vector;
}

class OpenCVBackend : public Backend {
public:
  explicit OpenCVBackend(const Files &files)
    : detector(network(files, "detector")), recogniser(network(files, "recogniser")) {
    const Vector vector = embedAligned(cv::Mat::zeros(alignedSide, alignedSide, CV_8UC3));
    if (vector.empty() || vector.size() > PORTRAIT_DIMENSION_LIMIT) {
      throw Unusable("the model's file \"recogniser\" gives vectors of a dimension that is not between 1 and 512");
    }
    numbers = static_cast<uint32_t>(vector.size());
    // As often as a picture comes, and once now: what it allocates stays.
    detect(Picture(workingSize, workingSize));
  }

  std::vector<Face> detect(const Picture &picture) override {
    const auto padded = [](uint32_t side) { return (side + yunet::grid - 1) / yunet::grid * yunet::grid; };
    const uint32_t width = padded(picture.width), height = padded(picture.height);
    cv::Mat canvas;
    cv::copyMakeBorder(
      matrixOf(picture), canvas, 0, static_cast<int>(height - picture.height), 0,
      static_cast<int>(width - picture.width), cv::BORDER_CONSTANT);
    detector.setInput(cv::dnn::blobFromImage(canvas, 1, {}, {}, true));
    static const std::vector<cv::String> names{
      "cls_8", "cls_16", "cls_32", "obj_8", "obj_16", "obj_32",
      "bbox_8", "bbox_16", "bbox_32", "kps_8", "kps_16", "kps_32"};
    std::vector<cv::Mat> outputs;
    detector.forward(outputs, names);
    return yunet::faces(cells(outputs, width, height));
  }

  /// The detector has found the points already.
  void locate(const Picture &, Face &) override {}

  Geometry geometry(const Face &face) const override { return {face.points[1], face.points[0], face.points[2]}; }

  /// The tip: further out than the point that dlib finds, by the proportions of a mean face. Not measured.
  float noseDepth() const override { return 0.5F; }

  Picture chip(const Picture &picture, const Face &face) override {
    const double scale = similarity(face.points.data(), chipEyes).scale();
    const auto side = static_cast<uint32_t>(std::lround(picture.longerSide() * scale));
    // A warp takes single pixels: a large face is made small by means first, or it would look sharper than it is.
    if (scale >= 0.75 || side == 0) return pictureOf(warpedChip(picture, face.points));
    const Picture smaller = resized(picture, side);
    const float factor = static_cast<float>(side) / static_cast<float>(picture.longerSide());
    std::array<Point, 5> points = face.points;
    for (Point &point : points) point = {point.x * factor, point.y * factor};
    return pictureOf(warpedChip(smaller, points));
  }

  Vector embed(const Picture &picture, const Face &face, const Picture &) override {
    return embedAligned(warped(matrixOf(picture), similarity(face.points.data(), alignment), alignedSide));
  }

  uint32_t dimension() const override { return numbers; }

private:
  static constexpr uint32_t workingSize = 320;

  static cv::Mat warpedChip(const Picture &picture, const std::array<Point, 5> &points) {
    return warped(matrixOf(picture), similarity(points.data(), chipEyes), static_cast<int>(chipSide));
  }

  /// Throws when a network has other outputs than YuNet: the numbers of its cells must be right before one is read.
  static std::vector<yunet::Cells> cells(const std::vector<cv::Mat> &outputs, uint32_t width, uint32_t height) {
    static constexpr std::array<size_t, 4> perCell{1, 1, 4, 10};
    const size_t sizes = yunet::strides.size();
    std::vector<yunet::Cells> found;
    for (size_t size = 0; size < sizes; size++) {
      const uint32_t stride = yunet::strides[size];
      const uint32_t columns = width / stride, rows = height / stride;
      for (size_t kind = 0; kind < perCell.size(); kind++) {
        const cv::Mat &output = outputs.at(kind * sizes + size);
        const bool right = output.type() == CV_32F && output.isContinuous()
          && output.total() == perCell[kind] * columns * rows;
        if (!right) throw Unusable("the model's file \"detector\" has not the outputs of YuNet 2023mar");
      }
      const auto at = [&](size_t kind) { return outputs[kind * sizes + size].ptr<float>(); };
      found.push_back({stride, columns, rows, at(0), at(1), at(2), at(3)});
    }
    return found;
  }

  /// The mean of the unit vectors of the face and of its mirror image, as a unit vector.
  Vector embedAligned(const cv::Mat &aligned) {
    cv::Mat mirrored;
    cv::flip(aligned, mirrored, 1);
    Vector sum = run(aligned);
    const Vector other = run(mirrored);
    for (size_t index = 0; index < sum.size(); index++) sum[index] += other[index];
    return unit(sum.data(), sum.size());
  }

  Vector run(const cv::Mat &aligned) {
    recogniser.setInput(cv::dnn::blobFromImage(aligned));
    const cv::Mat output = recogniser.forward();
    if (output.type() != CV_32F || !output.isContinuous()) {
      throw Unusable("the model's file \"recogniser\" does not give one vector of numbers");
    }
    return unit(output.ptr<float>(), output.total());
  }

  cv::dnn::Net detector;
  cv::dnn::Net recogniser;
  uint32_t numbers = 0;
};

}  // namespace

std::unique_ptr<Backend> openOpenCV(const Files &files) {
  // A locked worker may start no thread, and what OpenCV logs may hold what a picture is like.
  cv::setNumThreads(1);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  try {
    return std::make_unique<OpenCVBackend>(files);
  } catch (const cv::Exception &) {
    throw Unusable("the model's files are not those of YuNet 2023mar and SFace: their networks do not run");
  }
}

}  // namespace passgate

#endif
