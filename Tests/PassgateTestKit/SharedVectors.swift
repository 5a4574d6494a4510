import Foundation

/// Vectors in JSON beside the package.
extension SharedData {
  /// The file decoded; a test asks for it where `path` is not nil.
  package static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    guard let path = path(name) else { throw CocoaError(.fileNoSuchFile) }
    return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
  }

  /// The bytes of a file; a test asks for it where `path` is not nil.
  package static func bytes(_ name: String) throws -> [UInt8] {
    guard let path = path(name) else { throw CocoaError(.fileNoSuchFile) }
    return try [UInt8](Data(contentsOf: URL(filePath: path)))
  }
}

/// The bytes written as hexadecimal digits; what is no digit is left out.
package func bytes(hex digits: String) -> [UInt8] {
  let values = digits.compactMap(\.hexDigitValue)
  return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}
