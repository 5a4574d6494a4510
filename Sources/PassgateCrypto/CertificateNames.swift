import COpenSSL

/// What a certificate calls its holder, so that its successor can be called the same.
extension Certificate {
  /// The organisation of the subject; nil unless there is exactly one.
  package var organization: String? { subjectText(NID_organizationName) }

  /// The DNS names and addresses that a TLS server is reached by, in the order of the certificate; other kinds
  /// of names are left out.
  package var serverNames: [ServerName] {
    guard let extensionValue = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else {
      return []
    }
    let names = OpaquePointer(extensionValue)
    defer { unsafe passgate_GENERAL_NAMES_free(names) }
    return (0..<max(0, unsafe passgate_sk_GENERAL_NAME_num(names))).compactMap {
      unsafe Self.serverName(passgate_sk_GENERAL_NAME_value(names, $0))
    }
  }

  private static func serverName(_ name: UnsafePointer<GENERAL_NAME>?) -> ServerName? {
    var type: Int32 = 0
    guard let value = unsafe GENERAL_NAME_get0_value(name, &type) else { return nil }
    let bytes = unsafe contents(of: value.assumingMemoryBound(to: ASN1_STRING.self))
    switch type {
    case GEN_DNS: return .dns(String(decoding: bytes, as: UTF8.self))
    case GEN_IPADD: return .address(bytes)
    default: return nil
    }
  }
}
