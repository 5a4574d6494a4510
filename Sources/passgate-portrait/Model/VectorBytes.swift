extension Float {
  /// Its 4 bytes (IEEE 754), as they travel and stand in a calibration's file.
  var littleEndian: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * $0)) } }
}

extension [Float] {
  /// Of 4 bytes each; what is left over counts for nothing.
  init(littleEndian bytes: [UInt8]) {
    self = (0..<bytes.count / 4).map { index in
      let number = bytes[4 * index..<4 * index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      return Float(bitPattern: number)
    }
  }
}
