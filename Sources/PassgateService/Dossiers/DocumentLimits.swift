import PassgateStore

/// How much of documents and complaints the platform takes, and gives at once.
enum DocumentLimits {
  /// Chunks but the last have at least as many bytes: a row costs a page however little it holds.
  static let smallestChunk = 4_096
  /// Of a document in one reply to an officer.
  static let pageBytes: UInt64 = 256 * 1_024
  /// Complaints of one page.
  static let complaintPage = 500

  static let limits = DossierLimits(
    openUploadsOfKey: 32, documentsOfKey: 512, unclaimedBytesOfKey: 64 * mebibyte,
    bytesOfKey: 512 * mebibyte, unclaimedBytes: 1_024 * mebibyte, unclaimedAge: 7 * 86_400_000)

  private static let mebibyte: UInt64 = 1_024 * 1_024
}
