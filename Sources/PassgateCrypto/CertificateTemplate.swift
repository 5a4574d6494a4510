/// What a certificate shall say, apart from its key and its issuer.
package struct CertificateTemplate: Sendable {
  /// What the certified key may do.
  package enum Use: Sendable {
    /// Certify others, over at most `pathLength` further authorities.
    case authority(pathLength: UInt8)
    /// Sign data for one purpose.
    case purpose(KeyPurpose)
  }

  /// The holder.
  package let subject: DistinguishedName
  /// What the key may do.
  package let use: Use
  /// The first and the last second of the validity, in seconds since 1970.
  package let validity: ClosedRange<Int64>
  /// The names and addresses that a TLS server is reached by.
  package let serverNames: [ServerName]
  /// The id of the tenant that the certificate belongs to, written as `TenantURN` says.
  package let tenantID: String?

  /// A template; `serverNames` are for TLS servers alone, `tenantID` for what tenants hold.
  package init(
    subject: DistinguishedName, use: Use, validity: ClosedRange<Int64>, serverNames: [ServerName] = [],
    tenantID: String? = nil
  ) {
    self.subject = subject
    self.use = use
    self.validity = validity
    self.serverNames = serverNames
    self.tenantID = tenantID
  }
}

/// A holder's name as our certificates write it (RFC 5280 section 4.1.2.6).
package struct DistinguishedName: Sendable, Equatable {
  /// The longest common name and organisation, in characters: ub-common-name and ub-organization-name.
  package static let maximumLength = 64

  /// Who holds the key.
  package let commonName: String
  /// The organisation the holder belongs to.
  package let organization: String?

  /// Checks the lengths and that no control character is in it.
  ///
  /// - Throws: `.malformed`.
  package init(commonName: String, organization: String? = nil) throws(CryptoError) {
    for part in [commonName, organization ?? "-"] {
      guard 1...Self.maximumLength ~= part.unicodeScalars.count,
        part.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
      else {
        throw CryptoError(
          .malformed,
          "a name in a certificate has 1 to \(Self.maximumLength) characters, and no control character"
        )
      }
    }
    self.commonName = commonName
    self.organization = organization
  }

  /// The Name in DER, organisation first.
  func encoded() throws(CryptoError) -> [UInt8] {
    var parts: [[UInt8]] = []
    if let organization { parts.append(try Self.attribute("2.5.4.10", organization)) }
    parts.append(try Self.attribute("2.5.4.3", commonName))
    return DER.sequence(parts.flatMap(\.self))
  }

  private static func attribute(_ type: String, _ text: String) throws(CryptoError) -> [UInt8] {
    DER.set(DER.sequence(try DER.objectIdentifier(type), DER.utf8String(text)))
  }
}

/// A name or an address that a TLS server is reached by.
package enum ServerName: Sendable, Equatable {
  /// A DNS name in ASCII, without wildcard.
  case dns(String)
  /// The 4 bytes of an IPv4 or the 16 of an IPv6 address.
  case address([UInt8])

  /// Tells an address from a name.
  ///
  /// - Throws: `.malformed` when `text` is neither.
  package init(_ text: String) throws(CryptoError) {
    if let address = ipAddressBytes(text) {
      self = .address(address)
      return
    }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel),
      labels.last?.contains(where: \.isLetter) == true
    else {
      throw CryptoError(
        .malformed, "a server name must be a DNS name of letters, digits and hyphens, or an IP address")
    }
    self = .dns(text)
  }

  /// RFC 1123 section 2.1.
  private static func isLabel(_ label: Substring) -> Bool {
    1...63 ~= label.utf8.count && label.first != "-" && label.last != "-"
      && label.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// The GeneralName in DER.
  var encoded: [UInt8] {
    switch self {
    case .dns(let name): DER.tagged(2, Array(name.utf8))
    case .address(let bytes): DER.tagged(7, bytes)
    }
  }
}
