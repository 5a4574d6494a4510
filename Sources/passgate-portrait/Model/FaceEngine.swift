import CPortrait
import PassgateDomain
import PassgateSystem

/// What the engine found in one picture.
struct FaceFinding: Sendable, Confidential {
  /// Nil where the picture can be compared.
  let fault: PortraitFault?
  /// Empty where there is a fault.
  let vector: [Float]
  /// Perceptual; of every picture that decodes.
  let pictureHash: [UInt8]
  /// Degrees, positive to the person's own left.
  let yaw: Float
}

/// The engine with a model in it: one in a process, for one thread at a time.
@safe final class FaceEngine {
  /// What its vectors depend on.
  let manifest: ModelManifest
  fileprivate let engine: OpaquePointer

  /// Loads a model.
  init(_ model: ModelFiles) throws(ModelFault) {
    var problem = [CChar](repeating: 0, count: 512)
    guard let engine = unsafe Self.open(model, &problem, []) else {
      let sentence = String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw ModelFault(description: sentence)
    }
    unsafe self.engine = engine
    manifest = unsafe ModelManifest(
      backend: model.backend, files: model.files.map { ModelManifest.File(name: $0.name, sha256: $0.sha256) },
      buildFlags: String(cString: portrait_build_flags()), dimension: Int(portrait_dimension(engine)))
  }

  deinit { unsafe portrait_close(engine) }

  /// Hands the engine all files at once: their bytes stay where they are until it returns.
  private static func open(
    _ model: ModelFiles, _ problem: inout [CChar], _ opened: [portrait_file]
  ) -> OpaquePointer? {
    let count = unsafe opened.count
    guard count < model.files.count else {
      return unsafe portrait_open(model.backend, opened, count, &problem, problem.count)
    }
    let file = model.files[count]
    return unsafe file.name.withCString { name in
      unsafe file.bytes.withUnsafeBufferPointer { bytes in
        let next = unsafe portrait_file(name: name, bytes: bytes.baseAddress, count: bytes.count)
        return unsafe open(model, &problem, opened + [next])
      }
    }
  }

  /// Looks at a JPEG or JPEG 2000; the same bytes in the same role give the same finding.
  func embed(_ picture: [UInt8], as role: PictureRole) -> FaceFinding {
    var finding = portrait_finding()
    switch role {
    case .live: unsafe portrait_embed(engine, picture, picture.count, &finding)
    case .record: unsafe portrait_embed_record(engine, picture, picture.count, &finding)
    }
    return FaceFinding(finding)
  }
}

extension FaceEngine {
  /// Makes the bare calls of the engine's libraries for a good picture, without our checks: the yardstick of the bench.
  func callsBare(_ picture: [UInt8]) -> Bool {
    var vector = [Float](repeating: 0, count: manifest.dimension)
    return unsafe portrait_bare(engine, picture, picture.count, &vector) == 0
  }
}

/// What a picture is in a comparison.
enum PictureRole: Sendable {
  /// Taken just now: all quality checks apply.
  case live
  /// On record, in a chip, of a calibration: nobody can take it again, and less of it is refused.
  case record
}

extension FaceFinding {
  fileprivate init(_ finding: portrait_finding) {
    // A number that is none of the table's is the engine's bug, and no picture to trust.
    fault = finding.fault == 0 ? nil : PortraitFault(rawValue: UInt8(clamping: finding.fault)) ?? .badImage
    let count = min(Int(finding.dimension), Int(PORTRAIT_DIMENSION_LIMIT))
    vector = unsafe withUnsafeBytes(of: finding.vector) {
      unsafe Array($0.bindMemory(to: Float.self).prefix(count))
    }
    pictureHash = unsafe withUnsafeBytes(of: finding.picture_hash) { unsafe Array($0) }
    yaw = finding.yaw
  }
}
