/// How a certificate names the tenant it belongs to: a URI among the subject alternative names.
package enum TenantURN {
  /// What stands before the tenant's id.
  package static let prefix = "urn:passgate:tenant:"
  /// The longest id of a tenant on the wire, in bytes.
  private static let maximumLength = 32

  /// The URI for `id`.
  ///
  /// - Throws: `.malformed` when `id` is none that the wire knows.
  package static func uri(_ id: String) throws(CryptoError) -> String {
    guard 1...maximumLength ~= id.utf8.count, id.utf8.allSatisfy(isIdentifierCharacter) else {
      throw CryptoError(
        .malformed, "the id of a tenant is 1 to \(maximumLength) of a-z, 0-9 and -")
    }
    return prefix + id
  }

  /// The id in `uri`; nil when it names no tenant. Where the prefix is spelt in other letters, the whole URI
  /// is given, which equals no id: a near miss must not pass for a name that is not there.
  static func id(in uri: [UInt8]) -> String? {
    let head = uri.prefix(prefix.utf8.count)
    if head.elementsEqual(prefix.utf8) {
      return String(decoding: uri.dropFirst(head.count), as: UTF8.self)
    }
    let text = String(decoding: uri, as: UTF8.self)
    return text.lowercased().hasPrefix(prefix) ? text : nil
  }

  private static func isIdentifierCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
