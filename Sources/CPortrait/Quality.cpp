#include "Quality.hpp"

#include <cmath>

namespace passgate {

namespace {

constexpr float degrees = 57.29578F;

/// Of 13,232 press photos 99 of 100 are brighter.
constexpr float normalLight = 70;

class Moments {
public:
  void add(float value) {
    sum += value;
    squares += static_cast<double>(value) * value;
    count++;
  }
  float mean() const { return static_cast<float>(sum / count); }
  float variance() const {
    const double mean = sum / count;
    return static_cast<float>(std::fmax(0, squares / count - mean * mean));
  }

private:
  double sum = 0;
  double squares = 0;
  double count = 0;
};

}  // namespace

ChipMeasures::ChipMeasures(const Picture &chip) {
  std::vector<float> grey(static_cast<size_t>(chip.width) * chip.height);
  Moments light;
  for (size_t index = 0; index < grey.size(); index++) {
    grey[index] = luma(&chip.rgb[index * 3]);
    light.add(grey[index]);
  }
  Moments detail;
  for (uint32_t y = 1; y + 1 < chip.height; y++) {
    for (uint32_t x = 1; x + 1 < chip.width; x++) {
      const float *pixel = &grey[static_cast<size_t>(y) * chip.width + x];
      detail.add(pixel[-1] + pixel[1] + *(pixel - chip.width) + pixel[chip.width] - 4 * pixel[0]);
    }
  }
  brightness = light.mean();
  laplacian = detail.variance();
}

float ChipMeasures::sharpness() const {
  if (brightness >= normalLight) return laplacian;
  const float gain = normalLight / std::fmax(brightness, 1);
  return laplacian * gain * gain;
}

float meanLuma(const Picture &picture) {
  Moments light;
  for (size_t index = 0; index < picture.rgb.size(); index += 3) light.add(luma(&picture.rgb[index]));
  return light.mean();
}

float eyeDistance(const Geometry &geometry) {
  return std::hypot(geometry.leftEye.x - geometry.rightEye.x, geometry.leftEye.y - geometry.rightEye.y);
}

// The person's left eye is to the right in the picture.
float roll(const Geometry &geometry) {
  return degrees
    * std::atan2(geometry.leftEye.y - geometry.rightEye.y, geometry.leftEye.x - geometry.rightEye.x);
}

// A head turned by an angle shows the distance of the eyes times its cosine, and moves the nose off their middle by
// the nose's depth times its sine.
float yaw(const Geometry &geometry, float noseDepth) {
  const float distance = eyeDistance(geometry);
  if (!(distance > 0)) return 0;
  const float alongX = (geometry.leftEye.x - geometry.rightEye.x) / distance;
  const float alongY = (geometry.leftEye.y - geometry.rightEye.y) / distance;
  const float noseX = geometry.nose.x - (geometry.leftEye.x + geometry.rightEye.x) / 2;
  const float noseY = geometry.nose.y - (geometry.leftEye.y + geometry.rightEye.y) / 2;
  const float offset = (noseX * alongX + noseY * alongY) / distance;
  return degrees * std::atan(offset / noseDepth);
}

uint32_t faultOf(const portrait_finding &finding, float seenEyeDistance, const QualityLimits &limits) {
  const struct {
    bool passed;
    uint32_t fault;
  } checks[] = {
    {finding.second_face > limits.secondFace, PORTRAIT_MULTIPLE_FACES},
    {std::fmin(finding.eye_distance, seenEyeDistance) < limits.eyeDistance, PORTRAIT_TOO_SMALL},
    {finding.sharpness < limits.sharpness, PORTRAIT_BLURRED},
    {finding.brightness < limits.darkest, PORTRAIT_TOO_DARK},
    {finding.brightness > limits.brightest, PORTRAIT_OVEREXPOSED},
    {finding.confidence < limits.confidence, PORTRAIT_OCCLUDED},
  };
  for (const auto &check : checks) {
    if (check.passed) return check.fault;
  }
  return PORTRAIT_NONE;
}

}  // namespace passgate
