// Which pictures are refused rather than compared badly.
#ifndef PASSGATE_QUALITY_HPP
#define PASSGATE_QUALITY_HPP

#include "Backend.hpp"

namespace passgate {

/// Measured on 40 live pictures spoilt one way at a time, clean genuine pairs at a median distance of 0.365
/// (README.md has the table). ISO/IEC 29794-5 and OFIQ have the names.
struct QualityLimits {
  float secondFace;   // above: MULTIPLE_FACES; OFIQ's SingleFacePresent is 1 - this
  float eyeDistance;  // below: TOO_SMALL; genuine pairs lie at 0.412 with 20 px, at 0.448 with 15, at 0.535 with 10
  float sharpness;    // below: BLURRED; 9 is 0.45, 5 is 0.52 and a third of genuine pairs lost, 4 four fifths
  float darkest;      // below: TOO_DARK
  float brightest;    // above: OVEREXPOSED; a third lost at 2.2 times the light
  float confidence;   // below: OCCLUDED; clean pictures 2.0, dark glasses 0.54, a mask 0.37, half a face 0.15
};

/// A live picture can be taken again.
constexpr QualityLimits liveLimits{0.25F, 20, 8, 25, 200, 0.3F};
/// A portrait on record cannot: it is refused only where comparing would be guessing.
constexpr QualityLimits recordLimits{0.25F, 15, 4, 25, 200, 0.15F};

/// What the measures are taken from.
struct ChipMeasures {
  float brightness = 0;  // mean of luma
  float laplacian = 0;   // variance of the Laplacian of luma

  explicit ChipMeasures(const Picture &chip);
  /// The Laplacian's variance as it would be at normal light: a dark picture is not a blurred one.
  float sharpness() const;
};

float meanLuma(const Picture &picture);

/// Degrees; see `portrait_finding`.
float yaw(const Geometry &geometry, float noseDepth);
float roll(const Geometry &geometry);
float eyeDistance(const Geometry &geometry);

/// The first limit that the measures pass, in the order of the faults. The distance of the eyes counts as the network
/// sees it where a large picture was made smaller.
uint32_t faultOf(const portrait_finding &finding, float seenEyeDistance, const QualityLimits &limits);

}  // namespace passgate

#endif
