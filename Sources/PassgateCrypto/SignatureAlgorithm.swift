/// The signature algorithms of the wire, with the numbers of `passgate.v1.Algorithm`.
///
/// A key is pinned to one when it is registered; a message never chooses.
package enum SignatureAlgorithm: UInt32, CaseIterable, Sendable {
  /// ECDSA on P-256 over SHA-256, DER.
  case ecdsaP256SHA256 = 1
  /// RFC 8032, pure.
  case ed25519 = 2
  /// RSASSA-PSS over SHA-256, MGF1 with SHA-256, salt of 32 bytes.
  case rsaPSSSHA256 = 3
  /// RSASSA-PKCS1-v1_5 over SHA-256; signing servers only.
  case rsaPKCS1SHA256 = 4
  /// GM/T 0003.2 over SM3, DER, distinguishing id `1234567812345678`.
  case sm2SM3 = 5

  /// The name in settings and on the command line.
  package var name: String {
    switch self {
    case .ecdsaP256SHA256: "ecdsa-p256-sha256"
    case .ed25519: "ed25519"
    case .rsaPSSSHA256: "rsa-pss-sha256"
    case .rsaPKCS1SHA256: "rsa-pkcs1-sha256"
    case .sm2SM3: "sm2-sm3"
    }
  }

  /// The algorithm of this name; nil when there is none.
  package init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The hash of headers, bodies and tree nodes signed with this algorithm.
  package var hash: HashFunction {
    self == .sm2SM3 ? .sm3 : .sha256
  }

  /// The kind of key it needs.
  package var keyKind: KeyKind {
    switch self {
    case .ecdsaP256SHA256: .p256
    case .ed25519: .ed25519
    case .rsaPSSSHA256, .rsaPKCS1SHA256: .rsa
    case .sm2SM3: .sm2
    }
  }
}

/// The distinguishing id that GM/T 0009 gives every SM2 signer; OpenSSL's own default is the empty one.
package let sm2DistinguishingID = Array("1234567812345678".utf8)
