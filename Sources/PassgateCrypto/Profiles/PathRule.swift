/// A rule for every certificate of a path, whatever its use: what RFC 5280 and the Baseline Requirements of the
/// CA/Browser Forum demand, and OpenSSL 3.0 does not look at even in strict mode.
struct PathRule: Sendable {
  typealias Identifier = CertificateFacts.Identifier

  let finding: CertificateFinding
  let isBroken: @Sendable (CertificateLint.Subject) -> Bool

  private init(
    _ rule: String, _ sentence: String, _ isBroken: @escaping @Sendable (CertificateLint.Subject) -> Bool
  ) {
    finding = CertificateFinding(rule: rule, sentence: sentence)
    self.isBroken = isBroken
  }

  static let all = form + keys + identifiers + authorities + usages + names

  private static let form = [
    PathRule("rfc5280-4.1.2.1", "it is not of X.509 version 3") { $0.facts.version != 3 },
    PathRule("rfc5280-4.1.2.2", "its serial number is not positive, or longer than 20 bytes") {
      let serial = $0.facts.serial
      return serial.count > 20 || serial.first.map { $0 >= 0x80 } != false || serial.allSatisfy { $0 == 0 }
    },
    PathRule("rfc5280-4.1.2.5", "its validity is not written in UTC, to the second, in the form of its year")
    {
      !$0.facts.hasProperTimes
    },
    PathRule("rfc5280-4.2", "an extension is there twice") {
      Set($0.facts.extensions.map(\.identifier)).count != $0.facts.extensions.count
    },
    PathRule("rfc5280-4.2-critical", "an extension is critical that must not be, or that nobody knows") {
      $0.facts.extensions.contains { $0.isCritical && !mayBeCritical.contains($0.identifier) }
    },
    PathRule("rfc5280-4.2.2.1", "what it says about access to information is malformed") { subject in
      [Identifier.authorityInformation, Identifier.subjectInformation].contains {
        subject.facts.find($0) != nil && !isAccessInformation(subject.facts.members($0))
      }
    },
  ]

  private static let keys = [
    PathRule("passgate-registry-key", "its key is weak, or of no kind that the protocol knows") {
      $0.facts.algorithm(of: SignatureAlgorithm.allCases) == nil
    },
    PathRule("passgate-registry-signature", "it is signed with an algorithm that the protocol does not know")
    {
      $0.facts.signatureAlgorithm == nil
    },
  ]

  private static let identifiers = [
    PathRule("rfc5280-4.2.1.1", "it does not say which key its issuer has, and is not signed by itself") {
      $0.needsKeyIdentifiers && $0.facts.find(Identifier.authorityKeyIdentifier) == nil
        && !$0.facts.isSelfSigned
    },
    PathRule("cabf-7.1.2.11.1", "it names its issuer's key by anything but the key's identifier") {
      guard $0.facts.find(Identifier.authorityKeyIdentifier) != nil else { return false }
      let fields = $0.facts.members(Identifier.authorityKeyIdentifier) ?? []
      return fields.map(\.tag) != [0x80] || fields[0].content.isEmpty
    },
    PathRule("rfc5280-4.2.1.2", "it is an authority's and does not say which key it has") {
      guard $0.place == .authority else { return false }
      guard let found = $0.facts.find(Identifier.subjectKeyIdentifier) else { return $0.needsKeyIdentifiers }
      return found.value.count < 3
    },
  ]

  private static let authorities = [
    PathRule("rfc5280-4.2.1.9", "it certifies others and is not marked as an authority, critically") {
      guard $0.place == .authority else { return false }
      return !$0.facts.authority.isOne || $0.facts.find(Identifier.basicConstraints)?.isCritical != true
    },
    PathRule("cabf-7.1.2.7.8", "it stands at the end of a path and is marked as an authority") {
      $0.place == .leaf && ($0.facts.authority.isOne || $0.facts.authority.pathLength != nil)
    },
    PathRule("rfc5280-4.2.1.3", "its key usage is empty, or does not fit an authority, or fits one alone") {
      guard let usage = $0.facts.keyUsage else { return $0.place == .authority }
      guard !usage.isEmpty else { return true }
      return usage.contains(.keyCertSign) != ($0.place == .authority)
        || (usage.contains(.cRLSign) && $0.place == .leaf)
    },
    PathRule("rfc5280-4.1.2.6", "its issuer or its subject has no name where one is needed") {
      let subjectMayBeEmpty =
        $0.place == .leaf && $0.facts.find(Identifier.subjectAlternativeName)?.isCritical == true
      return $0.facts.issuer.count <= 2 || ($0.facts.subject.count <= 2 && !subjectMayBeEmpty)
    },
  ]

  private static let usages = [
    PathRule("rfc5280-4.2.1.12", "its extended key usage is there and empty") {
      $0.facts.extendedKeyUsage?.isEmpty == true
    },
    PathRule("cabf-7.1.2.7.6", "its extended key usage is for anything whatever") {
      $0.facts.extendedKeyUsage?.contains("2.5.29.37.0") == true
    },
    PathRule("cabf-7.1.2.1.2", "it is a root's and has an extended key usage") {
      $0.place == .authority && $0.facts.extendedKeyUsage != nil && $0.facts.isSelfSigned
    },
  ]

  private static let names = [
    PathRule("rfc5280-4.2.1.6", "an alternative name of its subject is malformed") {
      guard $0.facts.find(Identifier.subjectAlternativeName) != nil else { return false }
      guard let names = $0.facts.members(Identifier.subjectAlternativeName) else { return true }
      return names.isEmpty || !names.allSatisfy { NameSyntax.isName($0.tag, $0.content) }
    },
    PathRule(
      "rfc5280-4.2.1.10", "it constrains names in a way that is malformed, or not critical, or no authority's"
    ) {
      guard let found = $0.facts.find(Identifier.nameConstraints) else { return false }
      return $0.place == .leaf || !found.isCritical || NameConstraints(found.value) == nil
    },
  ]

  /// What a relying party here processes. An extended key usage is not to be critical, says cabf-7.1.2.7.6.
  private static let mayBeCritical: [[UInt8]] = [
    Identifier.basicConstraints, Identifier.keyUsage, Identifier.nameConstraints,
    Identifier.subjectAlternativeName, Identifier.certificatePolicies,
  ]

  /// One or more of a method and a place.
  private static func isAccessInformation(_ list: [(tag: UInt8, content: [UInt8])]?) -> Bool {
    guard let list, !list.isEmpty else { return false }
    return list.allSatisfy { item in
      guard item.tag == 0x30, let fields = CertificateFacts.elements(of: item.content), fields.count == 2
      else {
        return false
      }
      return fields[0].tag == 0x06 && NameSyntax.isName(fields[1].tag, fields[1].content)
    }
  }
}
