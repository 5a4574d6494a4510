import COpenSSL

/// What a certificate calls its holder, so that its successor can be called the same.
extension Certificate {
  /// The organisation of the subject; nil unless there is exactly one.
  package var organization: String? { subjectText(NID_organizationName) }

  /// The authority key identifier: which key of its issuer has signed it; empty when it does not say.
  package var authorityKeyIdentifier: [UInt8] {
    unsafe contents(of: X509_get0_authority_key_id(pointer))
  }

  /// The DNS names and addresses that a TLS server is reached by, in the order of the certificate; other kinds
  /// of names are left out.
  package var serverNames: [ServerName] {
    alternativeNames.compactMap { type, bytes in
      switch type {
      case GEN_DNS: .dns(String(decoding: bytes, as: UTF8.self))
      case GEN_IPADD: .address(bytes)
      default: nil
      }
    }
  }

  /// The tenants that the certificate names, each as a URI `urn:passgate:tenant:ID` among the subject
  /// alternative names. A certificate of a tenant names exactly one, whose id is compared byte by byte; the
  /// common name is never an identity.
  package var tenantIDs: [String] {
    alternativeNames.compactMap { type, bytes in
      type == GEN_URI ? TenantURN.id(in: bytes) : nil
    }
  }

  /// Every subject alternative name: its kind in OpenSSL's numbers, and its bytes.
  private var alternativeNames: [(type: Int32, bytes: [UInt8])] {
    guard let extensionValue = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else {
      return []
    }
    let names = OpaquePointer(extensionValue)
    defer { unsafe passgate_GENERAL_NAMES_free(names) }
    return (0..<max(0, unsafe passgate_sk_GENERAL_NAME_num(names))).compactMap {
      unsafe Self.content(of: passgate_sk_GENERAL_NAME_value(names, $0))
    }
  }

  /// Nil for the kinds that are no string of bytes.
  private static func content(of name: UnsafePointer<GENERAL_NAME>?) -> (type: Int32, bytes: [UInt8])? {
    var type: Int32 = 0
    guard let value = unsafe GENERAL_NAME_get0_value(name, &type),
      [GEN_DNS, GEN_IPADD, GEN_URI].contains(type)
    else { return nil }
    return (type, unsafe contents(of: value.assumingMemoryBound(to: ASN1_STRING.self)))
  }
}
