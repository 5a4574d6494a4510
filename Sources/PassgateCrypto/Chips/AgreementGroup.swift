/// A group in which a chip and a terminal agree on a secret: a curve or numbers modulo a prime.
package enum AgreementGroup: Sendable, Hashable {
  case curve(ECGroup)
  case modular(DHGroup)

  /// The group with this standardized domain parameter id (ICAO 9303-11 section 9.5.1), or nil for an unknown one.
  package init?(parameterID: Int) {
    guard let id = UInt8(exactly: parameterID) else { return nil }
    if let curve = ECGroup(rawValue: id) {
      self = .curve(curve)
    } else if let group = DHGroup(rawValue: id) {
      self = .modular(group)
    } else {
      return nil
    }
  }

  package var parameterID: UInt8 {
    switch self {
    case .curve(let curve): curve.rawValue
    case .modular(let group): group.rawValue
    }
  }

  /// Whether the integrated mapping is defined for it.
  package var hasIntegratedMapping: Bool {
    if case .curve(let curve) = self { curve.hasIntegratedMapping } else { true }
  }

  /// The standard generator.
  ///
  /// - Throws: `.library`.
  package func generator() throws(CryptoError) -> GroupElement {
    switch self {
    case .curve(let group):
      let curve = try Curve(group)
      return GroupElement(self, try curve.bytes(of: try curve.generator()))
    case .modular(let group):
      let numbers = try DHNumbers(group)
      return GroupElement(self, try numbers.generator.bytes(length: numbers.generator.byteCount))
    }
  }

  /// A private key: as many bytes as the group's order, drawn with `random`, which is asked for that many.
  ///
  /// - Throws: what `random` throws; `.library` when no draw is usable.
  package func privateKey(
    _ random: (Int) throws(CryptoError) -> [UInt8]
  ) throws(CryptoError) -> SecretBytes {
    switch self {
    case .curve(let group): try Self.draw(from: Curve(group).scalars(), random)
    case .modular(let group): try Self.draw(from: DHNumbers(group).scalars, random)
    }
  }

  private static func draw(
    from scalars: borrowing PrimeField, _ random: (Int) throws(CryptoError) -> [UInt8]
  ) throws(CryptoError) -> SecretBytes {
    let number = try scalars.draw(random)
    return SecretBytes(try number.bytes(length: scalars.prime.byteCount))
  }
}

/// An element of a group other than the neutral one, proven to be in it. It may be a shared secret, so it is wiped
/// when nobody holds it any more.
package struct GroupElement: Sendable, Hashable {
  package let group: AgreementGroup
  private let storage: SecretBytes

  /// For bytes that come out of this library's own arithmetic.
  init(_ group: AgreementGroup, _ bytes: consuming [UInt8]) {
    self.group = group
    storage = SecretBytes(bytes)
  }

  /// As it travels (BSI TR-03110-3 section D.2): a point as `04 || x || y` in full length, a number without zeros
  /// in front.
  package var bytes: [UInt8] { storage.bytes }

  /// Decodes and checks what the other side sent: a point on the curve and not infinity, or a number of the
  /// subgroup (zeros in front are forgiven).
  ///
  /// - Throws: `.malformed`.
  package init(_ bytes: [UInt8], in group: AgreementGroup) throws(CryptoError) {
    switch group {
    case .curve(let curve):
      _ = try Curve(curve).point(bytes)
      self.init(group, bytes)
    case .modular(let numbers):
      let number = try DHNumbers(numbers).element(bytes)
      self.init(group, try number.bytes(length: number.byteCount))
    }
  }

  /// What two sides derive keys from when they have agreed on this element: the x coordinate or the number, with
  /// its zeros in front (ICAO 9303-11 section 9.6).
  package func sharedSecret() -> SecretBytes {
    switch group {
    case .curve(let curve): SecretBytes(Array(bytes[1...curve.fieldLength]))
    case .modular(let numbers):
      SecretBytes(
        [UInt8](repeating: 0, count: max(0, numbers.primeLength - bytes.count)) + bytes)
    }
  }
}
