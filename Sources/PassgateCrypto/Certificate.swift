import COpenSSL

/// Owns one decoded X.509 object.
@safe final class DecodedCertificate: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Decodes the certificate at the start of `der`.
  init(der: Span<UInt8>) throws(CryptoError) {
    let decoded = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var next = bytes.baseAddress
      return unsafe d2i_X509(nil, &next, bytes.count)
    }
    unsafe pointer = try ErrorQueue.unwrap(decoded, .malformed, "the bytes are not a DER certificate")
  }

  /// Takes over one reference to `pointer`.
  init(adopting pointer: OpaquePointer) {
    unsafe self.pointer = pointer
  }

  deinit {
    unsafe X509_free(pointer)
  }

  func publicKey() throws(CryptoError) -> PublicKey {
    let info = unsafe X509_get_X509_PUBKEY(pointer)
    let spki = try unsafe derBytes("a public key") { unsafe i2d_X509_PUBKEY(info, $0) }
    let key = try unsafe ErrorQueue.unwrap(
      X509_PUBKEY_get0(info), .malformed, "the public key of the certificate does not decode")
    return try unsafe PublicKey(retaining: key, spki: spki)
  }
}

/// One X.509 certificate (RFC 5280), decoded and read-only.
@safe package final class Certificate: Sendable {
  /// The longest certificate that is decoded, in bytes of DER.
  package static let maximumLength = 16 * 1024

  /// The certificate as received.
  package let der: [UInt8]
  /// SHA-256 of `der`, 32 bytes.
  package let fingerprint: [UInt8]
  /// The certified key; its `keyID` is the key id of the wire.
  package let publicKey: PublicKey
  /// The first second of the validity, in seconds since 1970.
  package let notBefore: Int64
  /// The last second of the validity, itself included, in seconds since 1970.
  package let notAfter: Int64
  private let decoded: DecodedCertificate

  /// Decodes one DER certificate of at most `maximumLength` bytes.
  ///
  /// - Throws: `.malformed` for bytes that are not exactly one DER certificate with readable extensions; what
  ///   `PublicKey.init(spki:)` throws for a key that is not supported.
  package convenience init(der: Span<UInt8>) throws(CryptoError) {
    guard der.count <= Self.maximumLength else {
      throw CryptoError(
        .malformed, "the certificate has \(der.count) bytes; at most \(Self.maximumLength) are accepted")
    }
    let decoded = try DecodedCertificate(der: der)
    try self.init(decoded, der: unsafe der.withUnsafeBufferPointer { unsafe Array($0) })
  }

  /// A certificate that OpenSSL decoded, for example in a handshake; takes a reference of its own to
  /// `pointer`.
  convenience init(retaining pointer: OpaquePointer) throws(CryptoError) {
    unsafe X509_up_ref(pointer)
    let decoded = unsafe DecodedCertificate(adopting: pointer)
    let pointer = unsafe decoded.pointer
    let der = try unsafe derBytes("a certificate") { unsafe i2d_X509(pointer, $0) }
    try self.init(decoded, der: der)
  }

  private init(_ decoded: DecodedCertificate, der: [UInt8]) throws(CryptoError) {
    try Self.prepare(decoded, der: der)
    self.der = der
    fingerprint = sha256(der.span)
    publicKey = try decoded.publicKey()
    notBefore = try unsafe unixSeconds(X509_get0_notBefore(decoded.pointer))
    notAfter = try unsafe unixSeconds(X509_get0_notAfter(decoded.pointer))
    self.decoded = decoded
  }

  var pointer: OpaquePointer { unsafe decoded.pointer }

  /// Refuses what OpenSSL decodes but must not be trusted further, and sets the id that SM2 signatures are
  /// verified with.
  private static func prepare(_ decoded: DecodedCertificate, der: [UInt8]) throws(CryptoError) {
    let pointer = unsafe decoded.pointer
    // Bytes after the end, or another encoding of the same values, would give one certificate two
    // fingerprints.
    guard try unsafe derBytes("a certificate", { unsafe i2d_X509(pointer, $0) }) == der else {
      throw CryptoError(.malformed, "the bytes are not one certificate in DER and nothing after it")
    }
    guard unsafe X509_get_extension_flags(decoded.pointer) & UInt32(EXFLAG_INVALID) == 0 else {
      throw CryptoError(.malformed, "an extension of the certificate cannot be read")
    }
    if unsafe X509_get_signature_nid(decoded.pointer) == NID_SM2_with_SM3 {
      unsafe X509_set0_distinguishing_id(pointer, try sm2DistinguishingString())
    }
  }
}

extension Certificate {
  /// The serial number, big-endian, without its sign.
  package var serial: [UInt8] {
    unsafe contents(of: X509_get0_serialNumber(pointer))
  }

  /// The subject on one line, as RFC 4514 writes it, control characters escaped.
  package var subject: String {
    unsafe oneLine(X509_get_subject_name(pointer))
  }

  /// The subject as a Name in DER.
  func encodedSubject() throws(CryptoError) -> [UInt8] {
    let name = unsafe X509_get_subject_name(pointer)
    return try unsafe derBytes("a subject") { unsafe i2d_X509_NAME(name, $0) }
  }

  /// The subject key identifier; empty when there is none.
  var statedKeyIdentifier: [UInt8] {
    unsafe contents(of: X509_get0_subject_key_id(pointer))
  }

  /// The common name of the subject; nil unless there is exactly one.
  package var commonName: String? { subjectText(NID_commonName) }

  /// The attribute of the subject with an identifier of OpenSSL; nil unless there is exactly one.
  func subjectText(_ identifier: Int32) -> String? {
    let name = unsafe X509_get_subject_name(pointer)
    let index = unsafe X509_NAME_get_index_by_NID(name, identifier, -1)
    guard index >= 0, unsafe X509_NAME_get_index_by_NID(name, identifier, index) < 0 else { return nil }
    return unsafe utf8Text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)))
  }

  /// Whether the certificate says in any way that its key may certify others.
  package var isCA: Bool {
    unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_CA) != 0 || X509_check_ca(pointer) != 0
  }

  /// Whether the extended key usage is present and names every identifier of `purpose`.
  package func has(purpose: KeyPurpose) -> Bool {
    let named = extendedKeyUsage
    return purpose.extendedKeyUsage.allSatisfy(named.contains)
  }

  /// Whether it is for none of the purposes that the platform's own authority certifies.
  package var namesNoPurpose: Bool { !KeyPurpose.allCases.contains(where: has(purpose:)) }

  /// Whether the key usage is present and is for signing data, as TLS 1.3 and all our purposes need, and not
  /// for certifying.
  var isForDigitalSignature: Bool {
    guard unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_KUSAGE) != 0 else { return false }
    let usage = unsafe X509_get_key_usage(pointer)
    return usage & UInt32(KU_DIGITAL_SIGNATURE) != 0 && usage & UInt32(KU_KEY_CERT_SIGN | KU_CRL_SIGN) == 0
  }

  /// Whether it is a CA's and its key usage is present and is for signing revocation lists.
  var maySignRevocationLists: Bool {
    guard unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_KUSAGE) != 0 else { return false }
    return unsafe X509_get_key_usage(pointer) & UInt32(KU_CRL_SIGN) != 0 && isCA
  }

  /// Whether `issuer` has issued it: the names and key identifiers fit, and the signature is of that key.
  package func isIssued(by issuer: Certificate) -> Bool {
    ErrorQueue.clear()
    defer { ErrorQueue.clear() }
    return unsafe X509_check_issued(issuer.pointer, pointer) == X509_V_OK
      && X509_verify(pointer, issuer.publicKey.pointer) == 1
  }

  /// Whether the key that it certifies verifies its own signature.
  var isSignedByItself: Bool {
    ErrorQueue.clear()
    defer { ErrorQueue.clear() }
    return unsafe X509_self_signed(pointer, 1) == 1
  }

  /// The extended key usage in dotted form; empty when there is none.
  var extendedKeyUsage: [String] {
    guard let extensionValue = unsafe X509_get_ext_d2i(pointer, NID_ext_key_usage, nil, nil) else {
      return []
    }
    let usages = OpaquePointer(extensionValue)
    defer { unsafe EXTENDED_KEY_USAGE_free(usages) }
    return (0..<max(0, unsafe passgate_sk_ASN1_OBJECT_num(usages))).map {
      unsafe dottedForm(passgate_sk_ASN1_OBJECT_value(usages, $0))
    }
  }

  /// Whether `name`, a DNS name or an IP address, is among the subject alternative names (RFC 9525).
  func isFor(serverName name: String) -> Bool {
    let flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
    ErrorQueue.clear()
    defer { ErrorQueue.clear() }
    return unsafe X509_check_ip_asc(pointer, name, 0) == 1
      || X509_check_host(pointer, name, 0, flags, nil) == 1
  }
}

// MARK: PEM

extension Certificate {
  /// The certificate as one PEM block (RFC 7468), ending in a line feed.
  package func pem() throws(CryptoError) -> [UInt8] {
    try PEMBlocks.text(label: "CERTIFICATE", der)
  }

  /// Every certificate of a PEM file, in its order, text between the blocks ignored.
  ///
  /// - Throws: `.malformed` when there is none, or when a block is something else.
  package static func parsePEM(_ bytes: [UInt8]) throws(CryptoError) -> [Certificate] {
    var certificates: [Certificate] = []
    var blocks = try PEMBlocks(bytes)
    while let block = try blocks.next() {
      guard block.label == "CERTIFICATE" else {
        throw CryptoError(.malformed, "the PEM file holds a \(block.label) where only certificates belong")
      }
      certificates.append(try Certificate(der: block.der.span))
    }
    guard !certificates.isEmpty else {
      throw CryptoError(
        .malformed, "the file holds no certificate; a PEM file with -----BEGIN CERTIFICATE----- is expected")
    }
    return certificates
  }
}
