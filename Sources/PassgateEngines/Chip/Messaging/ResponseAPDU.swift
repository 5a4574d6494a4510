/// A chip's answer (ISO 7816-4 section 5.1).
package struct ResponseAPDU: Sendable, Equatable {
  /// The most bytes that are taken: 65,536 of data and the status.
  package static let sizeLimit = 65_538

  package var data: [UInt8]
  package var status: UInt16

  package init(_ data: [UInt8] = [], status: UInt16 = StatusWord.success) {
    self.data = data
    self.status = status
  }

  /// Nil when there is no status, or more than a chip can answer.
  package init?(decoding bytes: [UInt8]) {
    guard 2...Self.sizeLimit ~= bytes.count else { return nil }
    let end = bytes.count - 2
    self.init(Array(bytes[..<end]), status: UInt16(bytes[end]) << 8 | UInt16(bytes[end + 1]))
  }

  /// What is sent.
  package var bytes: [UInt8] { data + [UInt8(status >> 8), UInt8(truncatingIfNeeded: status)] }

  package var isSuccess: Bool { status == StatusWord.success }
}

/// The status words that are told apart (ISO 7816-4 section 5.1.3).
package enum StatusWord {
  package static let success: UInt16 = 0x9000
  /// There is less than was asked for.
  package static let endOfFile: UInt16 = 0x6282
  package static let wrongLength: UInt16 = 0x6700
  package static let messagingNotSupported: UInt16 = 0x6882
  package static let securityNotSatisfied: UInt16 = 0x6982
  package static let conditionsNotSatisfied: UInt16 = 0x6985
  /// An object of secure messaging is missing.
  package static let messagingObjectMissing: UInt16 = 0x6987
  /// An object of secure messaging is wrong.
  package static let messagingObjectWrong: UInt16 = 0x6988
  package static let wrongData: UInt16 = 0x6a80
  package static let fileNotFound: UInt16 = 0x6a82
  package static let wrongParameters: UInt16 = 0x6a86
  package static let referenceNotFound: UInt16 = 0x6a88
  package static let wrongOffset: UInt16 = 0x6b00
  package static let instructionNotSupported: UInt16 = 0x6d00
  package static let classNotSupported: UInt16 = 0x6e00
  package static let noDiagnosis: UInt16 = 0x6f00

  /// 6300 and 63Cx: the password is not the chip's, with the tries that are left in x.
  package static func isWrongPassword(_ status: UInt16) -> Bool {
    status == 0x6300 || status & 0xfff0 == 0x63c0
  }

  /// The length that a 6Cxx asks for, 1 to 256; nil for any other status.
  package static func lengthWanted(_ status: UInt16) -> Int? {
    guard status >> 8 == 0x6c else { return nil }
    return status & 0xff == 0 ? 256 : Int(status & 0xff)
  }
}
