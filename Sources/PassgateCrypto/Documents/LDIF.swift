/// The form in which the ICAO PKD hands out its contents (RFC 2849): attributes, one a line, long ones folded.
enum LDIF {
  /// The attributes of the PKD that hold certificates, in lower case: the older and the newer name of a master list.
  private static let kinds: [[UInt8]: DocumentTrustFile.Kind] = [
    Array("cscamasterlistdata".utf8): .masterList,
    Array("pkdmasterlistcontent".utf8): .masterList,
    Array("usercertificate;binary".utf8): .certificate,
    Array("cacertificate;binary".utf8): .certificate,
    Array("certificaterevocationlist;binary".utf8): .revocationList,
  ]

  /// The values of `bytes` that are of the PKD, in their order; other attributes are passed over.
  static func values(_ bytes: [UInt8]) -> [EncodedValue] {
    var values: [EncodedValue] = []
    var lines = TextLines(bytes)
    var pending = lines.next()
    while let line = pending {
      pending = lines.next()
      guard let found = attribute(line.bytes) else { continue }
      var base64 = Array(found.value)
      while let folded = pending, folded.bytes.first == UInt8(ascii: " ") {
        base64 += folded.bytes.dropFirst()
        pending = lines.next()
      }
      values.append(EncodedValue(kind: found.kind, base64: base64, line: line.number))
    }
    return values
  }

  /// Two colons mark a value in base64.
  private static func attribute(
    _ line: ArraySlice<UInt8>
  ) -> (kind: DocumentTrustFile.Kind, value: ArraySlice<UInt8>)? {
    let colon = UInt8(ascii: ":")
    guard let end = line.firstIndex(of: colon), line.index(after: end) < line.endIndex,
      line[end + 1] == colon,
      end - line.startIndex <= 40,
      let kind = kinds[line[..<end].map { 0x41...0x5a ~= $0 ? $0 + 0x20 : $0 }]
    else { return nil }
    return (kind, line[(end + 2)...].drop { $0 == UInt8(ascii: " ") })
  }
}

/// The blocks of a PEM text (RFC 7468), read without OpenSSL so that a broken one does not lose the others.
enum PEMText {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)
  private static let kinds: [[UInt8]: DocumentTrustFile.Kind] = [
    Array("CERTIFICATE-----".utf8): .certificate,
    Array("X509 CERTIFICATE-----".utf8): .certificate,
    Array("X509 CRL-----".utf8): .revocationList,
    Array("CMS-----".utf8): .masterList,
    Array("PKCS7-----".utf8): .masterList,
  ]

  /// Whether a line near the beginning begins a block.
  static func isOne(_ bytes: [UInt8]) -> Bool {
    var lines = TextLines(Array(bytes.prefix(64 * 1024)))
    while let line = lines.next() {
      if line.bytes.starts(with: begin) { return true }
    }
    return false
  }

  /// The blocks that are certificates, revocation lists or master lists.
  static func blocks(_ bytes: [UInt8]) -> [EncodedValue] {
    var values: [EncodedValue] = []
    var lines = TextLines(bytes)
    while let line = lines.next() {
      guard line.bytes.starts(with: begin), let kind = kinds[Array(line.bytes.dropFirst(begin.count))] else {
        continue
      }
      var base64: [UInt8] = []
      while let inner = lines.next(), !inner.bytes.starts(with: end) { base64 += inner.bytes }
      values.append(EncodedValue(kind: kind, base64: base64, line: line.number))
    }
    return values
  }
}

/// The lines of a text, without their ends and the white space before those.
private struct TextLines {
  private let bytes: [UInt8]
  private var position = 0
  private var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func next() -> (bytes: ArraySlice<UInt8>, number: Int)? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: 0x0a) ?? bytes.count
    var line = bytes[position..<end]
    while let last = line.last, last == 0x0d || last == 0x20 || last == 0x09 { line.removeLast() }
    position = end + 1
    number += 1
    return (line, number)
  }
}
