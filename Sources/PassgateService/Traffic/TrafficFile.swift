import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// The baselines of all tenants in one file: a line that names the format, each tenant's id and numbers, and the
/// SHA-256 of all that.
struct TrafficFile: Sendable {
  private static let magic = Array("passgate traffic 1\n".utf8)
  private static let digestBytes = 32

  let path: String

  /// Replaces the file; a crash leaves the old one or the new.
  func write(_ tenants: [(id: String, words: [UInt32])]) throws(SystemError) {
    var bytes = Self.magic
    for (id, words) in tenants {
      bytes.append(UInt8(clamping: id.utf8.count))
      bytes.append(contentsOf: id.utf8.prefix(255))
      for word in words { bytes.append(word) }
    }
    bytes += sha256(bytes.span)
    try Files.writeDurably(bytes, to: path, mode: 0o600)
  }

  /// Nil when there is no file.
  func read() throws -> [(String, TenantTraffic)]? {
    guard Files.exists(path) else { return nil }
    let bytes = try Files.read(path)
    let body = bytes.dropLast(Self.digestBytes)
    guard body.starts(with: Self.magic), Array(bytes.suffix(Self.digestBytes)) == sha256(Array(body).span)
    else { throw SystemError(message: "\(path) is not what was written; baselines are learnt anew") }
    return try tenants(body.dropFirst(Self.magic.count))
  }

  private func tenants(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> [(String, TenantTraffic)] {
    var rest = bytes
    var tenants: [(String, TenantTraffic)] = []
    while let count = rest.popFirst() {
      let id = String(decoding: rest.prefix(Int(count)), as: UTF8.self)
      let words = Self.words(rest.dropFirst(Int(count)))
      guard let traffic = TenantTraffic(words: words) else {
        throw SystemError(message: "\(path) is of another version; baselines are learnt anew")
      }
      tenants.append((id, traffic))
      rest = rest.dropFirst(Int(count) + 4 * TenantTraffic.wordCount)
    }
    return tenants
  }

  private static func words(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
    let bytes = Array(bytes.prefix(4 * TenantTraffic.wordCount))
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
      bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ word: UInt32) {
    for shift in stride(from: 24, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
    }
  }
}
