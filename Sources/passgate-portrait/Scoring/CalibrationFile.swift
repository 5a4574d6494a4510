import PassgateCrypto
import PassgateSystem

/// Why a file is no calibration: where, what, and what to do.
struct CalibrationFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1; nil for a fault of the whole.
  let line: Int?
  let problem: String

  var description: String {
    let place = line.map { "line \($0): " } ?? ""
    return "\(place)\(problem). Take the file as 'passgate-portrait calibrate' wrote it, or make it again"
  }
}

/// A calibration as it is kept: text, one `key value` a line, always in the same order, so that one calibration has
/// one file and one id.
///
///     passgate-portrait-calibration 1
///     purpose operator
///     made 2026-11-24
///     backend dlib
///     file descriptor 55533b28...
///     file landmarks c4b1e980...
///     flags avx2 fma
///     dimension 128
///     neighbours 30
///     population east-asian 89 people 6874 pairs
///     genuine 89 pairs 2 below-400 9 below-600          (where some were given)
///     knot 0 1.0000
///     knot 200 -0.7500                                  (and so on; z from here on is this score)
///     vectors 120
///     vector q6uzvA...                                  (dimension x 4 bytes, IEEE 754, little-endian, in base64)
struct CalibrationFile: Sendable, Equatable {
  let calibration: Calibration
  /// The SHA-256 of the file's bytes.
  let id: [UInt8]

  /// The most bytes a file may have.
  static let limit = 16 << 20
  static let format = "passgate-portrait-calibration 1"

  /// Reads a file's bytes.
  init(_ bytes: [UInt8]) throws(CalibrationFault) {
    guard bytes.count <= Self.limit else {
      throw CalibrationFault(line: nil, problem: "it has more than \(Self.limit) bytes")
    }
    var reader = CalibrationReader(lines: try Self.lines(of: bytes))
    calibration = try reader.calibration()
    id = sha256(bytes.span)
  }

  private static func lines(of bytes: [UInt8]) throws(CalibrationFault) -> [String] {
    guard bytes.allSatisfy({ 0x20...0x7E ~= $0 || $0 == 0x0A }) else {
      throw CalibrationFault(line: nil, problem: "it holds bytes that are no printable ASCII")
    }
    guard bytes.last == 0x0A else { throw CalibrationFault(line: nil, problem: "its last line has no end") }
    return bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

// MARK: - Writing

extension Calibration {
  /// The bytes of its file.
  var file: [UInt8] {
    var lines = [CalibrationFile.format, "purpose \(purpose.rawValue)", "made \(made)"]
    lines += model.lines
    lines.append("neighbours \(cohort.neighbours)")
    lines += populations.map { "population \($0.name) \($0.people) people \($0.pairs) pairs" }
    if let genuine {
      lines.append(
        "genuine \(genuine.pairs) pairs \(genuine.below400) below-400 \(genuine.below600) below-600")
    }
    lines += scale.knots.map { "knot \($0.score) \(Decimal4.text($0.z))" }
    lines.append("vectors \(cohort.vectors.count)")
    lines += cohort.vectors.map { "vector \(Base64.encode($0.flatMap(\.littleEndian)))" }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }
}

/// Numbers with four decimals.
enum Decimal4 {
  static let step = 0.0001

  /// Rounded down: a knot that moves must not become easier to reach.
  static func floor(_ value: Double) -> Double { (value * 10_000).rounded(.down) / 10_000 }

  /// "-4.3700"; the value is within a million.
  static func text(_ value: Double) -> String {
    let units = Int((max(-1e6, min(1e6, value)) * 10_000).rounded())
    let (whole, rest) = units.magnitude.quotientAndRemainder(dividingBy: 10_000)
    return "\(units < 0 ? "-" : "")\(whole).\(String(rest + 10_000).dropFirst())"
  }

  /// The number of a text that `text` would have written.
  static func value(_ text: String) -> Double? {
    guard text.utf8.count <= 12, let value = Double(text), value.isFinite, Self.text(value) == text else {
      return nil
    }
    return value
  }
}
