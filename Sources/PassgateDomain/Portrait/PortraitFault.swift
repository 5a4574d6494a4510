/// Why a picture cannot be compared (ISO/IEC 29794-5 has the measures). The numbers are those of the engine's interface.
package enum PortraitFault: UInt8, Sendable, Hashable, CaseIterable {
  case noFace = 1
  /// Another face is more than a quarter as large as the largest.
  case multipleFaces = 2
  /// Too few pixels between the eyes.
  case tooSmall = 3
  case blurred = 4
  case tooDark = 5
  case overexposed = 6
  /// A mask, dark glasses, a hand.
  case occluded = 7
  /// No whole JPEG or JPEG 2000, or too large a one.
  case badImage = 8
}
