import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// A picture that cannot be compared, by its file.
struct UnusablePicture: Sendable, Equatable {
  let path: String
  let reason: String
}

/// Embeds files, each content once, and remembers those that cannot be used.
struct FileEmbedder {
  private struct Known: Hashable {
    let digest: [UInt8]
    let role: PictureRole
  }

  private let embed: ([UInt8], PictureRole) -> FaceFinding
  private var known: [Known: FaceFinding] = [:]
  private(set) var unusable: [UnusablePicture] = []
  private var progress: Progress
  private var done = 0

  /// `embed` is the engine's; `expected` files are to come.
  init(expected: Int, embed: @escaping ([UInt8], PictureRole) -> FaceFinding) {
    self.embed = embed
    progress = Progress(label: "Embedding", total: expected)
  }

  /// The faces of those that can be used, in their order.
  mutating func faces(of files: [PictureFile]) -> [Face] {
    var faces: [Face] = []
    for file in files {
      guard let vector = vector(of: file.path, as: .record) else { continue }
      faces.append(Face(person: file.person, path: file.path, vector: vector))
    }
    return faces
  }

  /// Nil for one that cannot be used.
  mutating func vector(of path: String, as role: PictureRole) -> [Float]? {
    defer {
      done += 1
      progress.update(done)
    }
    do {
      let finding = try finding(of: path, role)
      if let fault = finding.fault { refuse(path, fault.sentence) }
      return finding.fault == nil ? finding.vector : nil
    } catch {
      refuse(path, "\(error)")
      return nil
    }
  }

  private mutating func finding(of path: String, _ role: PictureRole) throws(SystemError) -> FaceFinding {
    let bytes = try Files.readRegular(path, limit: 4 << 20)
    let digest = sha256(bytes.span)
    // What is good enough as taken now is so on record, with the same vector.
    if let finding = known[Known(digest: digest, role: .live)], role == .live || finding.fault == nil {
      return finding
    }
    if let finding = known[Known(digest: digest, role: role)] { return finding }
    let finding = embed(bytes, role)
    known[Known(digest: digest, role: role)] = finding
    return finding
  }

  private mutating func refuse(_ path: String, _ reason: String) {
    let picture = UnusablePicture(path: path, reason: reason)
    if !unusable.contains(picture) { unusable.append(picture) }
  }

  /// Leaves the progress line.
  func finish() { progress.finish(done) }
}

extension PortraitFault {
  /// For the people who chose the picture.
  var sentence: String {
    switch self {
    case .noFace: "no face was found"
    case .multipleFaces: "more than one face"
    case .tooSmall: "the face is too small"
    case .blurred: "blurred"
    case .tooDark: "too dark"
    case .overexposed: "overexposed"
    case .occluded: "part of the face is hidden"
    case .badImage: "no whole JPEG or JPEG 2000, or too large a one"
    }
  }
}
