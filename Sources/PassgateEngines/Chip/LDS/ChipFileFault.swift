package import PassgateDomain

/// A file of a chip that cannot be used, and why; it names the file and never what is in it.
package struct ChipFileFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nil when it is about all files together.
  package let file: ChipFile?
  package let fault: LDSFault

  package init(_ file: ChipFile?, _ fault: LDSFault) {
    self.file = file
    self.fault = fault
  }

  package var description: String { file.map { "\($0.name): \(fault)" } ?? "\(fault)" }
}

extension ChipFile {
  /// The tag of the data object that the file is (ICAO 9303-10 section 4.1); nil for EF.ATR/INFO, which is several.
  package var tag: UInt32? {
    switch self {
    case .com: 0x60
    case .dg1: 0x61
    case .dg2: 0x75
    case .dg3: 0x63
    case .dg4: 0x76
    case .dg5: 0x65
    case .dg6: 0x66
    case .dg7: 0x67
    case .dg8: 0x68
    case .dg9: 0x69
    case .dg10: 0x6A
    case .dg11: 0x6B
    case .dg12: 0x6C
    case .dg13: 0x6D
    case .dg14: 0x6E
    case .dg15: 0x6F
    case .dg16: 0x70
    case .sod: 0x77
    case .cardAccess: 0x31
    case .cardSecurity: 0x30
    case .attributes: nil
    }
  }

  /// The data group that EF.COM lists by this tag.
  package init?(listedTag: UInt8) {
    let group = Self.allCases.first { $0.group != nil && $0.tag == UInt32(listedTag) }
    guard let group else { return nil }
    self = group
  }

  /// How long the file is by its first bytes, so that a reader asks for no byte behind its end.
  ///
  /// - Returns: Nil when more bytes are needed to say, of which eight are enough, and for EF.ATR/INFO.
  /// - Throws: `.forbidden`, `.tooLarge`, `.unexpected`, or what a length cannot be.
  package func length(from start: some Collection<UInt8>) throws(LDSFault) -> Int? {
    guard !isForbidden else { throw .forbidden }
    guard let tag, let header = try TLV.Header(ArraySlice(start)) else { return nil }
    guard header.tag == tag else { throw .unexpected(tag: header.tag) }
    guard header.length <= sizeLimit - header.count else { throw .tooLarge }
    return header.count + header.length
  }

  /// Holds files that were sent against what one document may have: no fingerprints or irises, whatever they are,
  /// no file or sum of files beyond its limit, and each the one data object that it should be.
  package static func check(_ files: [ChipFile: [UInt8]]) throws(ChipFileFault) {
    for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
      do {
        try file.check(bytes)
      } catch {
        throw ChipFileFault(file, error)
      }
    }
    guard files.values.reduce(0, { $0 + $1.count }) <= totalLimit else { throw ChipFileFault(nil, .tooLarge) }
  }

  private func check(_ bytes: [UInt8]) throws(LDSFault) {
    guard !isForbidden else { throw .forbidden }
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= sizeLimit else { throw .tooLarge }
    guard tag != nil else { return }
    guard let length = try length(from: bytes), length <= bytes.count else { throw .truncated }
    guard length == bytes.count else { throw .trailingBytes }
  }
}
