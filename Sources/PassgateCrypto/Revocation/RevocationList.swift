/// A list of revoked certificates (RFC 5280 section 5), decoded and not yet believed: `verify` judges it.
///
/// Complete lists alone are taken: one that is indirect, a delta, or of a part of its issuer's certificates would
/// leave open what is not on it.
package struct RevocationList: Sendable {
  /// The longest list that is decoded, in bytes of DER or PEM: about two million entries.
  package static let maximumLength = 64 * 1024 * 1024

  /// The list as received.
  package let der: [UInt8]
  /// The issuer's Name in DER.
  package let issuer: [UInt8]
  /// The number that rises with every list of this issuer; nil when it says none.
  package let number: SerialNumber?
  /// When it was made, in seconds since 1970.
  package let thisUpdate: Int64
  /// The last second before which the next list is out, itself included, in seconds since 1970; nil when it says
  /// none.
  package let nextUpdate: Int64?
  /// What is revoked, in the order of the serial numbers.
  package let entries: [RevokedCertificate]

  /// The key identifier that the list says it is signed with; empty when it says none.
  let authorityKeyIdentifier: [UInt8]
  let algorithm: SignatureAlgorithm
  /// Where the signed part lies in `der`.
  let body: Range<Int>
  /// Where the signature lies in `der`.
  let signature: Range<Int>

  /// Decodes one list in DER and nothing after it.
  ///
  /// - Throws: `.malformed`; `.unsupported` for a signature algorithm that is not of the wire, and for what only
  ///   someone who understands it may pass over: critical extensions that are unknown here, delta, indirect and
  ///   partial lists.
  package init(der: [UInt8]) throws(CryptoError) {
    guard der.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed, "the revocation list has \(der.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    var reader = DERReader(der)
    let list = try reader.next(0x30)
    try reader.requireEnd()
    reader = reader.inside(list)
    let signed = try reader.next(0x30)
    let identifier = try reader.next(0x30)
    let bits = try reader.next(0x03)
    try reader.requireEnd()
    guard bits.content.count > 1, der[bits.content.lowerBound] == 0 else { throw DERReader.fault }
    algorithm = try Self.algorithm(Array(der[identifier.whole]))
    let parsed = try RevocationListBody(reader.inside(signed), algorithm: der[identifier.whole])
    self.der = der
    body = signed.whole
    signature = bits.content.dropFirst()
    issuer = parsed.issuer
    (thisUpdate, nextUpdate) = (parsed.thisUpdate, parsed.nextUpdate)
    (number, authorityKeyIdentifier) = (parsed.number, parsed.authorityKeyIdentifier)
    entries = parsed.entries
  }

  /// Decodes a file: DER, or PEM with one block.
  ///
  /// - Throws: as `init(der:)`; `.malformed` when the PEM text holds no list or anything else.
  package init(file: [UInt8]) throws(CryptoError) {
    guard file.first != 0x30 else {
      try self.init(der: file)
      return
    }
    guard file.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed, "the revocation list has \(file.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    var blocks = try PEMBlocks(file)
    let first = try blocks.next()
    guard let first, try blocks.next() == nil, first.label == "X509 CRL" else {
      throw CryptoError(
        .malformed, "the file must hold one revocation list, in DER or as -----BEGIN X509 CRL-----")
    }
    try self.init(der: first.der)
  }

  /// The list as one PEM block (RFC 7468), ending in a line feed.
  package func pem() throws(CryptoError) -> [UInt8] {
    try PEMBlocks.text(label: "X509 CRL", der)
  }

  private static func algorithm(_ identifier: [UInt8]) throws(CryptoError) -> SignatureAlgorithm {
    guard let found = SignatureAlgorithm.allCases.first(where: { $0.identifier == identifier }) else {
      throw CryptoError(
        .unsupported,
        "the revocation list is signed with an algorithm that is not accepted; accepted are "
          + SignatureAlgorithm.allCases.map(\.name).joined(separator: ", "))
    }
    return found
  }
}
