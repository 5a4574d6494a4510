import PassgateCrypto

/// What a chip gave in PACE with chip authentication mapping (ICAO 9303-11 section 4.4.3.5): a number by which its
/// own public key leads to its key of the mapping. Only the holder of both private keys can name it.
package struct ChipAuthenticationMapping: Sendable {
  package enum Finding: Sendable, Hashable {
    /// The chip holds the private key to this one. It counts only when the signature of EF.CardSecurity, in which
    /// the key stands, leads to the issuer.
    case proven(SecurityInfos.ChipAuthenticationKey)
    /// EF.CardSecurity has such a key, and the chip does not hold the private one.
    case failed
    /// EF.CardSecurity has no key in the group of the mapping.
    case noKey
  }

  private let mappingKey: GroupElement
  private let data: SecretBytes

  /// Decrypts data object 8A.
  init(_ sealed: [UInt8], _ keys: SessionKeys, mappingKey: GroupElement) throws(ChipFault) {
    self.mappingKey = mappingKey
    data = try ChipStage.pace.attempt { () throws(CryptoError) in
      let block = keys.cipher.blockLength
      let ones = [UInt8](repeating: 0xFF, count: block)
      let vector = try keys.cipher.encrypt(ones, key: keys.encryption)
      let text = SecretBytes(try keys.cipher.decrypt(sealed, key: keys.encryption, vector: vector))
      guard let data = ChipPadding.strip(text.bytes, block: block), !data.isEmpty,
        data.count <= mappingKey.bytes.count
      else { throw CryptoError(.malformed, "chip authentication data are malformed") }
      return SecretBytes(data)
    }
  }

  /// Whether the chip holds a private key to a key of EF.CardSecurity: to the one whose id is that of the group,
  /// which PACE named (TR-03110-3 section A.1.1.2), or else to one in that group.
  package func judge(_ cardSecurity: SecurityInfos) -> Finding {
    let keys = cardSecurity.chipAuthenticationKeys.filter { element(of: $0) != nil }
    let named = keys.filter { $0.keyID == Int(mappingKey.group.parameterID) }
    let candidates = named.isEmpty ? keys : named
    if let key = candidates.first(where: leadsToMappingKey) { return .proven(key) }
    return candidates.isEmpty ? .noKey : .failed
  }

  private func leadsToMappingKey(_ key: SecurityInfos.ChipAuthenticationKey) -> Bool {
    element(of: key).flatMap { try? $0.power(data) } == mappingKey
  }

  private func element(of key: SecurityInfos.ChipAuthenticationKey) -> GroupElement? {
    guard let element = try? GroupElement(keyInfo: key.spki), element.group == mappingKey.group else {
      return nil
    }
    return element
  }
}
