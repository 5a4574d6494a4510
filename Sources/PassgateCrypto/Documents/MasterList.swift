/// A list of the CSCAs that one country trusts (ICAO 9303-12 section 8).
package struct MasterList: Sendable {
  /// The extended key usage of those who sign one.
  static let signerPurpose = OID(2, 23, 136, 1, 1, 3)
}
