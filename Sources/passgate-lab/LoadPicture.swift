import PassgateSystem

/// A photograph that is sent many times over: each time with another comment, because a picture that was sent before is
/// judged by that alone.
final class LoadPicture {
  private let bytes: [UInt8]
  private var count: UInt64 = 0

  /// - Parameter path: of a JPEG.
  init(_ path: String) throws {
    bytes = try Files.read(path, limit: 512 << 10)
    guard bytes.starts(with: [0xFF, 0xD8]) else {
      throw Failure("\(path): it is no JPEG; name a photograph in that format")
    }
  }

  /// The photograph with a comment segment (ITU-T T.81, B.2.4.5) of its own.
  func another() -> [UInt8] {
    count += 1
    let number = (0..<8).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
    return Array(bytes.prefix(2)) + [0xFF, 0xFE, 0, 10] + number + bytes.dropFirst(2)
  }
}
