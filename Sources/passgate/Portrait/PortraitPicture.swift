import PassgateDomain
import PassgateSystem
import PassgateWire

/// A picture as a camera saved it, looked at before anything is sent; it does not print.
struct PortraitPicture: CustomReflectable {
  let bytes: [UInt8]

  /// The file's content.
  init(_ path: String) throws {
    // A little more than is taken tells a picture that is too large from one that cannot be read.
    let bytes = try Files.readRegular(path, limit: Self.readable)
    try Self.check(bytes, path)
    self.bytes = bytes
  }

  var customMirror: Mirror { Mirror(self, children: []) }

  private static let readable = 64 << 20

  private static func check(_ bytes: [UInt8], _ path: String) throws(Failure) {
    guard PortraitFormat(bytes) != nil else {
      throw Failure("\(path) is neither JPEG nor JPEG 2000: have the camera save JPEG, or convert it")
    }
    let limit = VerifyPortraitRequest.pictureLimit
    guard bytes.count <= limit else {
      throw Failure(
        "\(path) has \((bytes.count + 1023) / 1024) KiB, and a check takes \(limit / 1024): scale it to some 1000 pixels, or save it with less quality"
      )
    }
  }

  // MARK: Frames

  /// The frames at these paths in their order, or those of one folder in the order of their names.
  static func frames(_ paths: [String]) throws -> [PortraitPicture] {
    var paths = paths
    if let folder = paths.first, paths.count == 1, Files.isDirectory(folder) {
      paths = try Files.list(folder).map { "\(folder)/\($0)" }
    }
    let counts = ChallengeRule.frames
    guard counts.contains(paths.count) else {
      throw Failure(
        "--frames: a challenge has \(counts.lowerBound) to \(counts.upperBound) frames, and there are \(paths.count)"
      )
    }
    return try paths.map { try PortraitPicture($0) }
  }
}
