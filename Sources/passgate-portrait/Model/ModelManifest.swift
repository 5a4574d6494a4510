import PassgateCrypto
import PassgateSystem

/// What vectors depend on: two are comparable only if all of it was the same.
struct ModelManifest: Sendable, Equatable {
  struct File: Sendable, Equatable {
    /// What the backend calls it: "descriptor".
    let name: String
    let sha256: [UInt8]
  }

  /// "dlib".
  let backend: String
  /// In the backend's order.
  let files: [File]
  /// Of the engine's build, which moves vectors: "avx2 fma".
  let buildFlags: String
  /// How many numbers a vector has.
  let dimension: Int

  /// As lines of `key value`; a calibration begins its description of the model with them.
  var lines: [String] {
    var lines = ["backend \(backend)"]
    for file in files { lines.append("file \(file.name) \(Hex.encode(file.sha256))") }
    return lines + ["flags \(buildFlags)", "dimension \(dimension)"]
  }

  /// The model's id: the SHA-256 of the lines.
  var id: [UInt8] {
    let text = Array(lines.map { $0 + "\n" }.joined().utf8)
    return sha256(text.span)
  }

  /// In which respect another model differs, as a sentence; nil where it does not.
  func difference(from loaded: ModelManifest) -> String? {
    if backend != loaded.backend { return "it is of the engine \(backend), and \(loaded.backend) is loaded" }
    if files.map(\.name) != loaded.files.map(\.name) {
      return "it is of the files \(Self.names(files)), and \(Self.names(loaded.files)) are loaded"
    }
    if let (own, other) = zip(files, loaded.files).first(where: { $0 != $1 }) {
      return """
        its file \(own.name) has the SHA-256 \(Hex.encode(own.sha256)), and the one loaded has \
        \(Hex.encode(other.sha256))
        """
    }
    if buildFlags != loaded.buildFlags {
      return "it was made by a build with \(buildFlags), and this one has \(loaded.buildFlags)"
    }
    if dimension != loaded.dimension {
      return "its vectors have \(dimension) numbers, and the engine's have \(loaded.dimension)"
    }
    return nil
  }

  private static func names(_ files: [File]) -> String { files.map(\.name).joined(separator: ", ") }
}
