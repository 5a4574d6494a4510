package import PassgateCrypto
import PassgateDomain
import PassgateSystem

/// The authorities of one operator, and the files in which their revocation lists are put.
package struct TrustDomain: Sendable {
  /// The name of an outside authority; nil for the platform's own.
  package let name: String?
  package let roots: [Certificate]
  package let intermediates: [Certificate]
  /// Paths of revocation lists, DER or PEM; each is read again when it changes.
  package let lists: [String]

  package init(
    name: String? = nil, roots: [Certificate], intermediates: [Certificate], lists: [String] = []
  ) {
    self.name = name
    self.roots = roots
    self.intermediates = intermediates
    self.lists = lists
  }

  var authorities: [Certificate] { intermediates + roots }

  /// The authority that has issued it; nil when it is none of these.
  func issuer(of certificate: Certificate) -> Certificate? {
    authorities.first { certificate.isIssued(by: $0) }
  }

  /// Longer than any list is kept: one that is overdue says still what was revoked.
  private static let anyAge: Int64 = 100 * 366 * 86_400

  /// The list in a file, not yet believed.
  func list(in path: String) throws -> RevocationList {
    try RevocationList(file: Files.readRegular(path, limit: RevocationList.maximumLength))
  }

  /// What a list says has been revoked, verified with the authority that it is of.
  ///
  /// - Parameter former: what was believed last, by the issuer's key id; nothing older is taken.
  func revocations(
    of list: RevocationList, at unixSeconds: Int64, after former: [DigestKey: Revocations] = [:]
  ) throws(CryptoError) -> Revocations {
    var fault = CryptoError(.mismatch, "the revocation list is of no authority that is named beside it")
    for authority in authorities {
      do throws(CryptoError) {
        return try list.verify(
          issuer: authority, at: unixSeconds, grace: Self.anyAge,
          after: former[DigestKey(authority.publicKey.keyID)])
      } catch {
        if error.reason != .mismatch { fault = error }
      }
    }
    throw fault
  }
}

/// What certificates of tenants and officers must lead to.
package struct TrustSettings: Sendable {
  /// The platform's own authorities.
  package let own: TrustDomain
  /// Accredited outside authorities: keys of signing servers may hold certificates of theirs.
  package let external: [TrustDomain]

  package init(own: TrustDomain, external: [TrustDomain] = []) {
    self.own = own
    self.external = external
  }

  var domains: [TrustDomain] { [own] + external }

  /// What is wrong with the files of revocation lists, each with its path. One that is overdue is not wrong.
  package func problems(at unixSeconds: Int64) -> [String] {
    domains.flatMap { domain in
      domain.lists.compactMap { path in
        do {
          _ = try domain.revocations(of: domain.list(in: path), at: unixSeconds)
          return nil
        } catch {
          return "\(path): \(error)"
        }
      }
    }
  }
}
