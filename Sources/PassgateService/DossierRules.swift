import PassgateDomain
import PassgateStore

/// What a document may be, and how much of documents the platform takes.
enum DossierRules {
  static let documentBytes: UInt64 = 16 * mebibyte
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

  /// What a document of each media type begins with (ISO 32000-1 7.5.2; ISO/IEC 10918-1 B.2.1: SOI and the next
  /// marker; PNG, ISO/IEC 15948 5.2).
  private static let beginnings: [Material.MediaType: [UInt8]] = [
    .pdf: [0x25, 0x50, 0x44, 0x46, 0x2D],
    .jpeg: [0xFF, 0xD8, 0xFF],
    .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
  ]

  /// Whether the bytes begin as documents of this type do.
  static func begins(_ bytes: [UInt8], as type: Material.MediaType) -> Bool {
    beginnings[type].map(bytes.starts(with:)) ?? false
  }
}
