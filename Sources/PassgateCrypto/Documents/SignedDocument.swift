/// Content that somebody has signed (CMS SignedData, RFC 5652), as EF.SOD, EF.CardSecurity and master lists are.
package struct SignedDocument {
  static let signedData = OID(1, 2, 840, 113549, 1, 7, 2)
  static let contentTypeAttribute = OID(1, 2, 840, 113549, 1, 9, 3)
  static let messageDigest = OID(1, 2, 840, 113549, 1, 9, 4)
  static let signingTime = OID(1, 2, 840, 113549, 1, 9, 5)
}

extension OID {
  /// LDSSecurityObject (ICAO 9303-10 section 4.6.2.2).
  package static let securityObject = OID(2, 23, 136, 1, 1, 1)
  /// SecurityInfos of EF.CardSecurity (BSI TR-03110-3 section A.1.2).
  package static let cardSecurity = OID(0, 4, 0, 127, 0, 7, 3, 2, 1)
  /// CscaMasterList (ICAO 9303-12 section 8).
  package static let masterList = OID(2, 23, 136, 1, 1, 2)
}
