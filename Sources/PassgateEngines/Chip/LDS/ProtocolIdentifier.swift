/// An object identifier as a chip writes it (X.690 section 8.19).
package struct ProtocolIdentifier: Sendable, Hashable, CustomStringConvertible {
  /// The content of the data object 06, as `MSE:Set AT` wants it in data object 80.
  package let bytes: [UInt8]
  /// `0.4.0.127.0.7.2.2.4.2.2`; an arc beyond 2^32 is written `?`.
  package let dotted: String

  package var description: String { dotted }

  /// The most bytes that are taken for an identifier.
  private static let limit = 32

  /// Nil unless the bytes are whole arcs.
  package init?(_ bytes: some Collection<UInt8>) {
    guard let last = bytes.dropFirst(max(0, bytes.count - 1)).first, bytes.count <= Self.limit,
      last & 0x80 == 0
    else { return nil }
    self.bytes = Array(bytes)
    dotted = Self.arcs(of: self.bytes).map { $0.map { "\($0)" } ?? "?" }.joined(separator: ".")
  }

  /// The identifier below `parent`, `arcs` of less than 128 each.
  package init(_ parent: ProtocolIdentifier, _ arcs: UInt8...) {
    bytes = parent.bytes + arcs
    dotted = ([parent.dotted] + arcs.map { "\($0)" }).joined(separator: ".")
  }

  private init(known bytes: [UInt8], dotted: String) {
    self.bytes = bytes
    self.dotted = dotted
  }

  /// The arcs below `parent`, nil when it is not below it.
  package func arcs(below parent: ProtocolIdentifier) -> [UInt8]? {
    guard bytes.starts(with: parent.bytes), bytes.count > parent.bytes.count else { return nil }
    return Array(bytes[parent.bytes.count...])
  }

  /// id-PK (TR-03110-3 A.1.1.2): public keys of chip authentication.
  package static let publicKey = bsi(1)
  /// id-TA: terminal authentication.
  package static let terminalAuthentication = bsi(2)
  /// id-CA: chip authentication.
  package static let chipAuthentication = bsi(3)
  /// id-PACE.
  package static let pace = bsi(4)
  /// id-icao-mrtd-security-aaProtocolObject (ICAO 9303-11 section 9.2.6).
  package static let activeAuthentication = ProtocolIdentifier(
    known: [0x67, 0x81, 0x08, 0x01, 0x01, 0x05], dotted: "2.23.136.1.1.5")

  /// Below the BSI's protocols for smart cards.
  private static func bsi(_ arc: UInt8) -> ProtocolIdentifier {
    ProtocolIdentifier(
      known: [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, arc], dotted: "0.4.0.127.0.7.2.2.\(arc)")
  }

  private static func arcs(of bytes: [UInt8]) -> [UInt32?] {
    var numbers: [UInt32?] = []
    var arc: UInt32? = 0
    for byte in bytes {
      arc = arc.flatMap { $0 < 1 << 25 ? $0 << 7 | UInt32(byte & 0x7F) : nil }
      guard byte & 0x80 == 0 else { continue }
      numbers.append(arc)
      arc = 0
    }
    guard let joined = numbers.first.flatMap({ $0 }) else { return numbers }
    let first = min(joined / 40, 2)
    return [first, joined - first * 40] + numbers.dropFirst()
  }
}
