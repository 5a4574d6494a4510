import PassgateSettings
import PassgateSystem

/// A file of vectors about travel documents' chips, or an object in one: JSON with bytes in hexadecimal.
package struct ChipVectors: Sendable {
  private let value: JSONValue

  private init(_ value: JSONValue) {
    self.value = value
  }

  /// Reads `../shared/testdata/emrtd/NAME`, which must be there.
  package init(_ name: String) throws {
    guard let path = SharedData.path("emrtd/\(name)") else { throw VectorFault("emrtd/\(name) is not there") }
    value = try parseJSON(try Files.read(path))
  }

  /// The value of the member `name`.
  package subscript(_ name: String) -> ChipVectors {
    get throws {
      guard case .object(let members) = value, let member = members[name] else {
        throw VectorFault("there is no \(name)")
      }
      return ChipVectors(member)
    }
  }

  package var list: [ChipVectors] {
    get throws {
      guard case .array(let items) = value else { throw VectorFault("this is no array") }
      return items.map(ChipVectors.init)
    }
  }

  package var text: String {
    get throws {
      guard case .string(let text) = value else { throw VectorFault("this is no string") }
      return text
    }
  }

  package var number: Int {
    get throws {
      guard case .integer(let number) = value else { throw VectorFault("this is no number") }
      return Int(number)
    }
  }

  package var bytes: [UInt8] {
    get throws { try Self.hexadecimal(try text) }
  }

  package static func hexadecimal(_ text: String) throws -> [UInt8] {
    guard let bytes = Hex.decode(text) else { throw VectorFault("this is not hexadecimal") }
    return bytes
  }

  /// The bytes of the member `name`.
  package func bytes(_ name: String) throws -> [UInt8] { try self[name].bytes }
}

private struct VectorFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
