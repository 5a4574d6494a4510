import PassgateCrypto
import PassgateWire

/// Raw signatures of data for the tenant's own business (after GM/T 0029), with keys that the platform never
/// registers.
enum DataSigning {
  static let unknownKey = "no key of this id is held here for data of this application"

  /// What every statement of the protocol begins with: no key of this server signs it for a caller.
  private static let reserved = Array("passgate/1 ".utf8)

  /// Why an order is refused; nil when it is in order.
  static func fault(_ order: SignData, _ key: DataKey, at now: UInt64) -> HeaderFault? {
    guard key.certificate.isValid(atMilliseconds: now) else {
      return HeaderFault(field: "key_id", problem: "the certificate of this key is not valid now")
    }
    guard let index = order.data.firstIndex(where: { $0.starts(with: reserved) }) else { return nil }
    return HeaderFault(field: "data[\(index)]", problem: "begins like a statement of the platform's protocol")
  }

  static func sign(_ order: SignData, with key: DataKey, _ record: SigningRecord) -> SigningReply {
    do throws(CryptoError) {
      var values: [[UInt8]] = []
      for piece in order.data { values.append(try key.signer.sign(piece.span)) }
      record.note(order.keyID, nil)
      record.add(data: values.count)
      return .dataSignatures(values)
    } catch {
      record.note(order.keyID, error)
      return .failure(error)
    }
  }

  /// Whether the signature is that of the certificate's key. Whom the certificate is to be believed from is the
  /// caller's question.
  static func verify(_ order: VerifyData) -> SigningReply {
    guard let algorithm = SignatureAlgorithm(rawValue: order.algorithm) else {
      return .refusal(.signerRefused, "algorithm: no such algorithm")
    }
    do throws(CryptoError) {
      let key = try Certificate(der: order.certificate.span).publicKey
      try key.check(for: algorithm)
      let verifier = try Verifier(key, algorithm)
      return .dataVerdict(isValid: verifier.isValid(signature: order.value.span, of: order.data.span))
    } catch {
      return .refusal(.signerRefused, "certificate: \(error)")
    }
  }
}
