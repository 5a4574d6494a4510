package import PassgateClient
package import PassgateCrypto
package import PassgateWire

/// Believes reports of joint debugging that a reply key of the platform has signed.
package enum ReportVerifier {
  /// The report of a reply.
  ///
  /// - Parameter unixSeconds: the time at which the key's certificates must be valid.
  package static func report(
    _ reply: FinishConformanceReply, anchors: [Certificate], at unixSeconds: Int64
  ) throws(ClientError) -> ConformanceReport {
    do {
      guard try isSigned(reply, anchors, unixSeconds) else {
        throw ClientError.notAuthentic("the signature of the report does not verify")
      }
      return try ConformanceReport(decoding: reply.report.span)
    } catch let error as ClientError {
      throw error
    } catch {
      throw .notAuthentic("the report: \(error)")
    }
  }

  private static func isSigned(
    _ reply: FinishConformanceReply, _ anchors: [Certificate], _ unixSeconds: Int64
  ) throws -> Bool {
    let chain = try reply.key.certificates.map { try Certificate(der: $0.span) }
    guard let algorithm = SignatureAlgorithm(rawValue: reply.key.algorithm), let leaf = chain.first else {
      return false
    }
    try ChainVerifier.verify(
      leaf, intermediates: Array(chain.dropFirst()), anchors: anchors, at: unixSeconds, purpose: .replySigning
    )
    try leaf.publicKey.check(for: algorithm)
    let hasher = try Hasher(algorithm.hash)
    return try Verifier(leaf.publicKey, algorithm).isValid(
      MerkleSignature(reply.signature),
      leaf: SignedStatement.leaf(.conformance, header: reply.report.span, hasher: hasher), hasher: hasher)
  }
}
