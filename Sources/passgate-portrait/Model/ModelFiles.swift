import PassgateCrypto
import PassgateSystem

/// Why a model cannot be used: which file, what is wrong, what to do.
struct ModelFault: Error, Sendable, Equatable, CustomStringConvertible {
  let description: String
}

/// The files of a model, read once: what was hashed is what the engine gets.
struct ModelFiles: Sendable {
  struct File: Sendable {
    /// What the backend calls it.
    let name: String
    let bytes: [UInt8]
    let sha256: [UInt8]
  }

  let backend: String
  let files: [File]

  /// No file of a model is larger, in bytes.
  private static let limit = 512 << 20

  /// Reads what the folder's list names, `model.txt`, or the model of dlib where there is no list.
  init(folder: String) throws(ModelFault) {
    let list = try Self.list(of: folder)
    var files: [File] = []
    for entry in list.entries { files.append(try Self.file("\(folder)/\(entry.file)", entry)) }
    backend = list.backend
    self.files = files
  }

  private static func list(of folder: String) throws(ModelFault) -> ModelList {
    let path = "\(folder)/\(ModelList.fileName)"
    guard Files.exists(path) else { return .dlib }
    return try ModelList(bytes(path, ModelList.limit), path)
  }

  private static func file(_ path: String, _ entry: ModelList.Entry) throws(ModelFault) -> File {
    let bytes = try bytes(path, limit)
    let digest = sha256(bytes.span)
    guard digest == entry.sha256 else {
      throw ModelFault(
        description: """
          \(path) is not the file it should be: it has \(bytes.count) bytes and the SHA-256 \(Hex.encode(digest)) \
          instead of \(Hex.encode(entry.sha256)); fetch it again
          """)
    }
    return File(name: entry.name, bytes: bytes, sha256: digest)
  }

  private static func bytes(_ path: String, _ limit: Int) throws(ModelFault) -> [UInt8] {
    do {
      return try Files.readTrusted(path, limit: limit)
    } catch {
      throw ModelFault(description: "a file of the model cannot be read: \(error)")
    }
  }
}
