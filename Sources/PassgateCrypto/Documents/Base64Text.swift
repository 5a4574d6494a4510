import COpenSSL

/// Base64 (RFC 4648) without line breaks, as LDIF and PEM hold it.
enum Base64Text {
  /// The bytes of `text`; nil when it is not base64 with its padding.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    let isClean = text.dropLast(padding).allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "=") }
    guard text.count.isMultiple(of: 4), isClean, let length = Int32(exactly: text.count) else { return nil }
    guard !text.isEmpty else { return [] }
    var decoded: Int32 = -1
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: text.count) { buffer, count in
      unsafe decoded = EVP_DecodeBlock(buffer.baseAddress, text, length)
      count = max(0, Int(decoded) - padding)
    }
    ErrorQueue.clear()
    return decoded < 0 ? nil : bytes
  }
}
