#ifndef PASSGATE_ENGINE_HPP
#define PASSGATE_ENGINE_HPP

#include "Backend.hpp"
#include "Decoder.hpp"
#include "Quality.hpp"

namespace passgate {

class Engine {
public:
  explicit Engine(std::unique_ptr<Backend> backend);

  uint32_t dimension() const { return backend->dimension(); }
  void examine(Bytes image, const QualityLimits &limits, portrait_finding &finding);
  /// Nothing when there is no face.
  std::optional<Vector> bare(Bytes image);

private:
  Picture enlarged(Picture picture);
  /// The faces of a picture in its own pixels, the largest first.
  std::vector<Face> faces(const Picture &picture);
  void measure(
    const Decoded &decoded, const std::vector<Face> &faces, const QualityLimits &limits, portrait_finding &finding);

  std::unique_ptr<Backend> backend;
};

}  // namespace passgate

#endif
