import CPortrait
import PassgateSystem
import PassgateTestKit
import Synchronization
import Testing

/// What the engine says of a picture.
struct Look: Sendable, Equatable {
  let fault: Int
  let width: UInt32
  let height: UInt32
  let eyeDistance: Float
  let yaw: Float
  let roll: Float
  let hash: [UInt8]
  let vector: [Float]

  init(_ finding: portrait_finding) {
    fault = Int(finding.fault)
    width = finding.width
    height = finding.height
    eyeDistance = finding.eye_distance
    yaw = finding.yaw
    roll = finding.roll
    hash = unsafe withUnsafeBytes(of: finding.picture_hash) { unsafe Array($0) }
    vector = unsafe withUnsafeBytes(of: finding.vector) { bytes in
      unsafe Array(bytes.bindMemory(to: Float.self).prefix(Int(finding.dimension)))
    }
  }

  /// How many bits of the pictures' hashes differ.
  func bits(from other: Look) -> Int {
    zip(hash, other.hash).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
  }

  /// Euclidean.
  func distance(to other: Look) -> Double {
    zip(vector, other.vector).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }.squareRoot()
  }
}

/// An engine: the C interface bears one thread at a time.
@safe
struct OpenEngine: ~Copyable {
  typealias File = (name: String, bytes: [UInt8])
  enum Kind { case live, record }

  /// What it says when it does not open.
  struct Problem: Error, CustomStringConvertible { let description: String }

  private let pointer: OpaquePointer

  init(_ backend: String, _ files: [File]) throws(Problem) {
    var problem = [CChar](repeating: 0, count: 512)
    let opened = unsafe withTable(of: files[...], []) { table in
      unsafe portrait_open(backend, table, table.count, &problem, problem.count)
    }
    guard let opened = unsafe opened else {
      let sentence = problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw Problem(description: String(decoding: sentence, as: UTF8.self))
    }
    unsafe pointer = opened
  }

  deinit { unsafe portrait_close(pointer) }

  func look(_ image: [UInt8], as kind: Kind = .live) -> Look {
    var finding = portrait_finding()
    switch kind {
    case .live: unsafe portrait_embed(pointer, image, image.count, &finding)
    case .record: unsafe portrait_embed_record(pointer, image, image.count, &finding)
    }
    return Look(finding)
  }

  /// What the libraries give without the engine's checks.
  func bare(_ image: [UInt8]) -> [Float]? {
    var vector = [Float](repeating: 0, count: Int(unsafe portrait_dimension(pointer)))
    return unsafe portrait_bare(pointer, image, image.count, &vector) == 0 ? vector : nil
  }
}

/// Files as the C interface takes them, for as long as `body` runs.
private func withTable(
  of files: ArraySlice<OpenEngine.File>, _ table: [portrait_file],
  _ body: ([portrait_file]) -> OpaquePointer?
) -> OpaquePointer? {
  guard let file = files.first else { return unsafe body(table) }
  return unsafe file.name.withCString { name in
    unsafe file.bytes.withUnsafeBufferPointer { bytes in
      let entry = unsafe portrait_file(name: name, bytes: bytes.baseAddress, count: bytes.count)
      return unsafe withTable(of: files.dropFirst(), table + [entry], body)
    }
  }
}

/// The engine that the tests share.
final class EngineUnderTest: Sendable {
  /// nil where the models are not; the tests that need it are skipped then.
  static let shared: EngineUnderTest? = PortraitModels.path.flatMap { try? EngineUnderTest(models: $0) }

  private let engine: Mutex<OpenEngine>

  private init(models: String) throws {
    let files: [OpenEngine.File] = [
      ("descriptor", try Files.read("\(models)/dlib_face_recognition_resnet_model_v1.dat")),
      ("landmarks", try Files.read("\(models)/shape_predictor_5_face_landmarks.dat")),
    ]
    engine = Mutex(try OpenEngine("dlib", files))
  }

  func look(_ image: [UInt8], as kind: OpenEngine.Kind = .live) -> Look {
    engine.withLock { $0.look(image, as: kind) }
  }

  func bare(_ image: [UInt8]) -> [Float]? { engine.withLock { $0.bare(image) } }
}

/// Pictures of the developer set.
enum Faces {
  static let path = SharedData.path("faces")
  static let needed: Comment = "needs ../shared/testdata/faces"

  static func picture(_ name: String) throws -> [UInt8] {
    try Files.read("\(#require(path))/\(name)")
  }

  static func text(_ name: String) throws -> String { String(decoding: try picture(name), as: UTF8.self) }
}
