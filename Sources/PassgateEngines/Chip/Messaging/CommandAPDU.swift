/// A command to a chip (ISO 7816-4 section 5.2), in the short form where it fits and else in the extended one.
package struct CommandAPDU: Sendable, Equatable {
  package var cla: UInt8
  package var ins: UInt8
  package var p1: UInt8
  package var p2: UInt8
  /// At most 65,535 bytes.
  package var data: [UInt8]
  /// How many bytes the answer may have, 1 to 65,536; nil when none are expected. 256 asks in the short form for
  /// all there are, and 65,536 in the extended one.
  package var le: Int?

  package init(_ cla: UInt8, _ ins: UInt8, _ p1: UInt8, _ p2: UInt8, _ data: [UInt8] = [], le: Int? = nil) {
    self.cla = cla
    self.ins = ins
    self.p1 = p1
    self.p2 = p2
    self.data = data
    self.le = le
  }

  /// Whether a length does not fit in one byte.
  package var isExtended: Bool { data.count > 255 || (le ?? 0) > 256 }

  /// The four bytes before the lengths.
  package var header: [UInt8] { [cla, ins, p1, p2] }

  /// What is sent.
  package var bytes: [UInt8] { isExtended ? extended : short }

  private var short: [UInt8] {
    var bytes = header
    if !data.isEmpty { bytes += [UInt8(data.count)] + data }
    if let le { bytes.append(UInt8(truncatingIfNeeded: le)) }
    return bytes
  }

  private var extended: [UInt8] {
    var bytes = header + [0]
    if !data.isEmpty { bytes += Self.pair(data.count) + data }
    if let le { bytes += Self.pair(le) }
    return bytes
  }

  private static func pair(_ length: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
  }

  /// Decodes what a chip received; nil when it is not one of the seven cases of ISO 7816-4.
  package init?(decoding bytes: [UInt8]) {
    guard bytes.count >= 4, let body = Self.body(Array(bytes[4...])) else { return nil }
    self.init(bytes[0], bytes[1], bytes[2], bytes[3], body.data, le: body.le)
  }

  private static func body(_ bytes: [UInt8]) -> (data: [UInt8], le: Int?)? {
    guard let first = bytes.first else { return ([], nil) }
    if bytes.count == 1 { return ([], first == 0 ? 256 : Int(first)) }
    if first != 0 { return split(Array(bytes[1...]), count: Int(first), leWidth: 1) }
    guard bytes.count >= 3 else { return nil }
    let second = Int(bytes[1]) << 8 | Int(bytes[2])
    if bytes.count == 3 { return ([], second == 0 ? 65_536 : second) }
    return second == 0 ? nil : split(Array(bytes[3...]), count: second, leWidth: 2)
  }

  private static func split(_ rest: [UInt8], count: Int, leWidth: Int) -> (data: [UInt8], le: Int?)? {
    guard rest.count == count || rest.count == count + leWidth else { return nil }
    let data = Array(rest[..<count])
    if rest.count == count { return (data, nil) }
    let le = rest[count...].reduce(0) { $0 << 8 | Int($1) }
    return (data, le == 0 ? 1 << (8 * leWidth) : le)
  }
}
