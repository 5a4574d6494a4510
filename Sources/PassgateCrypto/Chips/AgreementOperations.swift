/// A private key and its public key over some generator.
package struct AgreementKey: Sendable {
  /// What the other side may know.
  package let publicKey: GroupElement
  private let privateKey: SecretBytes

  /// The key of a private key that is known already, in as many bytes as the group's order.
  ///
  /// - Throws: `.malformed` when it is the group's order or a multiple.
  package init(privateKey: SecretBytes, generator: GroupElement) throws(CryptoError) {
    publicKey = try generator.power(privateKey)
    self.privateKey = privateKey
  }

  /// A fresh key over `generator`, drawn with `random`, which is asked for as many bytes as the group's order has.
  ///
  /// - Throws: what `random` throws; `.library`.
  package init(
    generator: GroupElement, _ random: (Int) throws(CryptoError) -> [UInt8]
  ) throws(CryptoError) {
    try self.init(privateKey: try generator.group.privateKey(random), generator: generator)
  }

  /// The element on which this key and the other side's agree.
  ///
  /// - Throws: `.mismatch` when `other` is of another group.
  package func agree(with other: GroupElement) throws(CryptoError) -> GroupElement {
    guard other.group == publicKey.group else {
      throw CryptoError(.mismatch, "a public key is of another group than the private one")
    }
    return try other.power(privateKey)
  }

  /// The chip's side of the chip authentication mapping: this key of the mapping times the inverse of the chip's
  /// own private key (ICAO 9303-11 section 4.4.3.5.1), by which the terminal finds this key's public half from the
  /// chip's own.
  ///
  /// - Throws: `.unsupported` for a group that is not a curve.
  package func chipAuthenticationData(own: SecretBytes) throws(CryptoError) -> SecretBytes {
    guard case .curve(let group) = publicKey.group else {
      throw CryptoError(.unsupported, "chip authentication mapping needs a curve")
    }
    let scalars = try Curve(group).scalars()
    let inverse = try scalars.inverse(try BigNumber(own.bytes))
    let product = try scalars.product(inverse, try BigNumber(privateKey.bytes))
    return SecretBytes(try product.bytes(length: scalars.prime.byteCount))
  }
}

extension GroupElement {
  /// This element multiplied by, or raised to, a secret number.
  ///
  /// - Throws: `.malformed` when that gives the neutral element.
  package func power(_ secret: SecretBytes) throws(CryptoError) -> GroupElement {
    switch group {
    case .curve(let group):
      let curve = try Curve(group)
      let scalar = try curve.scalars().reduce(try BigNumber(secret.bytes))
      let product = try curve.multiple(of: try curve.point(bytes), by: scalar)
      return GroupElement(self.group, try curve.bytes(of: product))
    case .modular(let group):
      let numbers = try DHNumbers(group)
      return try numbers.proper(
        try numbers.field.power(try BigNumber(bytes), try BigNumber(secret.bytes)))
    }
  }
}

extension AgreementGroup {
  /// The generic mapping (ICAO 9303-11 section 4.4.3.3.1): the generator moved by the nonce and by the element on
  /// which both sides have agreed.
  ///
  /// - Throws: `.malformed` when that gives the neutral element, which ends the protocol.
  package func generator(
    mapping nonce: SecretBytes, with shared: GroupElement
  ) throws(CryptoError) -> GroupElement {
    guard shared.group == self else {
      throw CryptoError(.mismatch, "a nonce is mapped in another group than the shared element's")
    }
    switch self {
    case .curve(let group):
      let curve = try Curve(group)
      let scalar = try curve.scalars().reduce(try BigNumber(nonce.bytes))
      let moved = try curve.sum(try curve.multiple(by: scalar), try curve.point(shared.bytes))
      return GroupElement(self, try curve.bytes(of: moved))
    case .modular(let group):
      let numbers = try DHNumbers(group)
      let moved = try numbers.field.power(numbers.generator, try BigNumber(nonce.bytes))
      return try numbers.proper(try numbers.field.product(moved, try BigNumber(shared.bytes)))
    }
  }

  /// The integrated mapping (ICAO 9303-11 section 4.4.3.3.2): the generator that the pseudorandom number `number`
  /// encodes; see `PseudorandomNumber`.
  ///
  /// - Throws: `.unsupported` for a curve without this mapping; `.malformed` for the few numbers without generator.
  package func generator(encoding number: SecretBytes) throws(CryptoError) -> GroupElement {
    switch self {
    case .curve(let group):
      guard group.hasIntegratedMapping else {
        throw CryptoError(.unsupported, "\(group) has no integrated mapping")
      }
      let curve = try Curve(group)
      let equation = try curve.equation()
      let element = try equation.field.reduce(try BigNumber(number.bytes))
      let bytes = try equation.point(encoding: element, length: group.fieldLength)
      return GroupElement(self, try curve.bytes(of: try curve.point(bytes)))
    case .modular(let group):
      let numbers = try DHNumbers(group)
      let element = try numbers.field.reduce(try BigNumber(number.bytes))
      return try numbers.proper(try numbers.element(encoding: element))
    }
  }
}

extension DHNumbers {
  /// `number` as an element, unless it is the neutral one.
  fileprivate func proper(_ number: borrowing BigNumber) throws(CryptoError) -> GroupElement {
    guard !number.isZero, !number.isOne else {
      throw CryptoError(.malformed, "a number is the neutral element of its group")
    }
    return GroupElement(.modular(group), try number.bytes(length: number.byteCount))
  }
}
