import COpenSSL

extension GroupElement {
  /// The longest key that is decoded, in bytes; a key with explicit parameters of 2048 bits has some 1,100.
  package static let keyInfoLimit = 4096

  /// The public key of a SubjectPublicKeyInfo that stands in a chip's files: of a group that is named by its
  /// parameter id (BSI TR-03110-3 section A.2.1.1) or by name, or written out but equal to a known one.
  ///
  /// - Throws: `.unsupported` for another group, `.malformed`.
  package init(keyInfo: [UInt8]) throws(CryptoError) {
    guard keyInfo.count <= Self.keyInfoLimit else {
      throw CryptoError(.malformed, "a chip's public key is larger than \(Self.keyInfoLimit) bytes")
    }
    if let standardized = try StandardizedKey(keyInfo) {
      try self.init(standardized.element, in: standardized.group)
    } else {
      let key = try ForeignKey(keyInfo)
      try self.init(try key.element(), in: try key.group())
    }
  }
}

/// A SubjectPublicKeyInfo whose algorithm is `standardizedDomainParameters` and a number.
private struct StandardizedKey {
  let group: AgreementGroup
  let element: [UInt8]

  private static let algorithm: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x02]

  /// Nil when it is another algorithm.
  init?(_ keyInfo: [UInt8]) throws(CryptoError) {
    var outer = DERReader(keyInfo)
    var fields = outer.inside(try outer.next(0x30))
    try outer.requireEnd()
    var algorithm = fields.inside(try fields.next(0x30))
    guard algorithm.content(try algorithm.next(0x06)) == Self.algorithm else { return nil }
    let parameter = try algorithm.unsignedInteger()
    try algorithm.requireEnd()
    guard parameter.count <= 1, let group = AgreementGroup(parameterID: Int(parameter.first ?? 0)) else {
      throw CryptoError(.unsupported, "a chip's public key is of an unknown group")
    }
    let bits = fields.content(try fields.next(0x03))
    try fields.requireEnd()
    guard bits.first == 0 else { throw CryptoError(.malformed, "a chip's public key is no whole bytes") }
    self.group = group
    element = try Self.element(Array(bits.dropFirst()), of: group)
  }

  /// A point as it is; a number as an INTEGER.
  private static func element(
    _ bytes: [UInt8], of group: AgreementGroup
  ) throws(CryptoError) -> [UInt8] {
    guard case .modular = group else { return bytes }
    var reader = DERReader(bytes)
    let number = try reader.unsignedInteger()
    try reader.requireEnd()
    return Array(number)
  }
}

/// A key that OpenSSL decodes, freed with its owner.
@safe private struct ForeignKey: ~Copyable {
  private let pointer: OpaquePointer

  init(_ keyInfo: [UInt8]) throws(CryptoError) {
    let decoded = unsafe keyInfo.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var cursor = bytes.baseAddress
      return unsafe d2i_PUBKEY(nil, &cursor, bytes.count)
    }
    unsafe pointer = try ErrorQueue.unwrap(decoded, .malformed, "a chip's public key does not decode")
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// The named curve, also for explicit parameters that equal one; or the group of the same prime and generator.
  func group() throws(CryptoError) -> AgreementGroup {
    if unsafe EVP_PKEY_get_base_id(pointer) == EVP_PKEY_EC {
      guard let name = name(), let curve = ECGroup(openSSLName: name) else { throw Self.unknown }
      return .curve(curve)
    }
    let prime = try number(OSSL_PKEY_PARAM_FFC_P)
    let generator = try number(OSSL_PKEY_PARAM_FFC_G)
    for group in DHGroup.allCases {
      let numbers = try DHNumbers(group)
      if prime.equals(numbers.field.prime), generator.equals(numbers.generator) { return .modular(group) }
    }
    throw Self.unknown
  }

  func element() throws(CryptoError) -> [UInt8] {
    guard unsafe EVP_PKEY_get_base_id(pointer) == EVP_PKEY_EC else {
      let number = try number(OSSL_PKEY_PARAM_PUB_KEY)
      return try number.bytes(length: number.byteCount)
    }
    let length = (unsafe Int(EVP_PKEY_get_bits(pointer)) + 7) / 8
    let x = try number(OSSL_PKEY_PARAM_EC_PUB_X).bytes(length: length)
    let y = try number(OSSL_PKEY_PARAM_EC_PUB_Y).bytes(length: length)
    return [4] + x + y
  }

  private static var unknown: CryptoError {
    CryptoError(.unsupported, "a chip's public key is of an unknown group")
  }

  private func number(_ name: String) throws(CryptoError) -> BigNumber {
    var number: OpaquePointer?
    guard unsafe EVP_PKEY_get_bn_param(pointer, name, &number) == 1 else {
      ErrorQueue.clear()
      throw Self.unknown
    }
    return try unsafe BigNumber(adopting: number)
  }

  private func name() -> String? {
    var name = [CChar](repeating: 0, count: 64)
    var length = 0
    guard unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1 else {
      ErrorQueue.clear()
      return nil
    }
    return String(decoding: name.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
