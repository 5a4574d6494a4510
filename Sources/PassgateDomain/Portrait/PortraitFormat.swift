/// What a portrait is, by its first bytes.
package enum PortraitFormat: String, Sendable, Hashable, CaseIterable {
  case jpeg = "JPEG"
  /// In the boxes of a JP2 file.
  case jpeg2000 = "JPEG 2000"
  /// A codestream without boxes, as in Chinese passports.
  case jpeg2000Codestream = "JPEG 2000 codestream"

  /// Nil for anything else. A JPEG is known by its start alone: some begin with EXIF and not with JFIF.
  package init?(_ bytes: some Collection<UInt8>) {
    guard let format = Self.allCases.first(where: { bytes.starts(with: $0.start) }) else { return nil }
    self = format
  }

  private var start: [UInt8] {
    switch self {
    case .jpeg: [0xFF, 0xD8, 0xFF]
    case .jpeg2000: [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
    case .jpeg2000Codestream: [0xFF, 0x4F, 0xFF, 0x51]
    }
  }
}
