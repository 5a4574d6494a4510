import PassgateSystem

/// Which files a model consists of, and their digests: nothing else is handed to the engine, whose readers trust what
/// they are given.
struct ModelList: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    /// What the backend calls it: "descriptor".
    let name: String
    /// In the folder.
    let file: String
    let sha256: [UInt8]
  }

  let backend: String
  let entries: [Entry]

  /// The list beside the files of a model that is none of those known here.
  static let fileName = "model.txt"
  /// The most bytes a list may have.
  static let limit = 4 << 10
  private static let format = "passgate-portrait-model 1"

  /// The files of PyPI's face_recognition_models 0.3.0, in the public domain (CC0).
  static let dlib = ModelList(
    backend: "dlib",
    entries: [
      Entry(
        name: "descriptor", file: "dlib_face_recognition_resnet_model_v1.dat",
        sha256: digest("55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30")),
      Entry(
        name: "landmarks", file: "shape_predictor_5_face_landmarks.dat",
        sha256: digest("c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888")),
    ])

  private static func digest(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }

  private init(backend: String, entries: [Entry]) {
    self.backend = backend
    self.entries = entries
  }

  /// Reads a list, which `path` names in what is wrong with it:
  ///
  ///     passgate-portrait-model 1
  ///     backend opencv
  ///     file detector face_detection_yunet_2023mar.onnx 8f2383e4...
  ///     file recogniser face_recognition_sface_2021dec.onnx 0ba9fbfa...
  init(_ bytes: [UInt8], _ path: String) throws(ModelFault) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first == Self.format[...] else {
      throw ModelFault(description: "\(path), line 1: it does not begin with '\(Self.format)'")
    }
    let second = lines.dropFirst().first?.split(separator: " ") ?? []
    guard second.count == 2, second[0] == "backend", Calibration.isName(String(second[1])) else {
      throw ModelFault(description: "\(path), line 2: 'backend' and its name, such as opencv, are expected")
    }
    var entries: [Entry] = []
    for (index, line) in lines.enumerated().dropFirst(2) {
      guard let entry = Self.entry(line), entries.count < 8 else {
        throw ModelFault(
          description: """
            \(path), line \(index + 1): 'file', what the backend calls it, its name in this folder and its SHA-256 \
            in lower case are expected, in up to 8 lines
            """)
      }
      entries.append(entry)
    }
    guard !entries.isEmpty else { throw ModelFault(description: "\(path) names no file") }
    self.init(backend: String(second[1]), entries: entries)
  }

  private static func entry(_ line: Substring) -> Entry? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 4, words[0] == "file", Calibration.isName(words[1]) else { return nil }
    guard !words[2].contains("/"), !words[2].hasPrefix(".") else { return nil }
    guard let digest = Hex.decode(words[3]), digest.count == 32 else { return nil }
    return Entry(name: words[1], file: words[2], sha256: digest)
  }
}
