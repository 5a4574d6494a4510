/// Where to listen or to connect: "host:port", an IPv6 address in brackets.
package struct Endpoint: Sendable, Equatable, CustomStringConvertible {
  /// A name or an address, without brackets.
  package let host: String
  package let port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads "localhost:4433", "127.0.0.1:4433" or "[::1]:4433"; nil for anything else.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits) else { return nil }
    guard let host = Self.host(text[..<colon]) else { return nil }
    self.init(host: host, port: port)
  }

  /// The form that is read.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  private static func host(_ text: Substring) -> String? {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let host = isBracketed ? text.dropFirst().dropLast() : text
    let isClean = !host.isEmpty && host.allSatisfy { $0.isASCII && !"[]/ ".contains($0) }
    return isClean && host.contains(":") == isBracketed ? String(host) : nil
  }
}
