import COpenSSL

extension Certificate {
  /// Whether the key of `issuer` has signed this certificate, whose issuer's name is that of `issuer`. Nothing else is
  /// looked at: neither validity nor usage.
  package func isSigned(by issuer: Certificate) -> Bool {
    ErrorQueue.clear()
    defer { ErrorQueue.clear() }
    let named = unsafe X509_NAME_cmp(
      X509_get_issuer_name(pointer), X509_get_subject_name(issuer.pointer))
    return unsafe named == 0 && X509_verify(pointer, issuer.publicKey.pointer) == 1
  }
}
