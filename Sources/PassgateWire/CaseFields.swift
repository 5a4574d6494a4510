extension FieldReader {
  /// Characters of a text that somebody writes into a case.
  private static let lineCharacters = 1...2000

  /// A text that is read by people: 1 to 2,000 characters (Unicode scalars).
  func line(_ number: Int) throws(WireError) -> String {
    try checkLine(number)
    return text(number)
  }

  /// Throws where `line` would.
  func checkLine(_ number: Int) throws(WireError) {
    let count = text(number).unicodeScalars.count
    guard FieldReader.lineCharacters.contains(count) else {
      throw WireError(count == 0 ? .missing : .badLength, field: name(number))
    }
  }

  /// The id of a tenant, officer, scene or case: `[a-z0-9-]{1,32}`.
  func identifier(_ number: Int) throws(WireError) -> String {
    try text(number, WireLength.tenant, of: isIdentifierCharacter)
  }

  /// The same or the empty text.
  func identifierOrNothing(_ number: Int) throws(WireError) -> String {
    try text(number, 0...WireLength.tenant.upperBound, of: isIdentifierCharacter)
  }

  /// 32 bytes, or none.
  func digestOrNothing(_ number: Int) throws(WireError) -> [UInt8] {
    bytes(number).isEmpty ? [] : try bytes(number, exactly: WireLength.digest)
  }

  /// At most `limit` digests of 32 bytes.
  func digests(_ number: Int, atMost limit: Int) throws(WireError) -> [[UInt8]] {
    let digests = byteStrings(number)
    guard digests.count <= limit else { throw WireError(.tooMany, field: name(number)) }
    for (index, digest) in digests.enumerated() where digest.count != WireLength.digest {
      throw WireError(.badLength, field: "\(name(number))[\(index)]")
    }
    return digests
  }

  /// 1 to 32 texts, each as `line` wants it.
  func lines(_ number: Int) throws(WireError) -> [String] {
    let lines = texts(number)
    guard !lines.isEmpty else { throw WireError(.missing, field: name(number)) }
    guard lines.count <= ActRequest.evidenceLimit else { throw WireError(.tooMany, field: name(number)) }
    for (index, line) in lines.enumerated()
    where !FieldReader.lineCharacters.contains(line.unicodeScalars.count) {
      throw WireError(.badLength, field: "\(name(number))[\(index)]")
    }
    return lines
  }

  /// A number from 1.
  func positive(_ number: Int) throws(WireError) -> UInt64 {
    let value = uint64(number)
    guard value > 0 else { throw WireError(.missing, field: name(number)) }
    return value
  }

  /// Throws unless a field that `isThere` may be, which is when `condition` holds.
  func allow(_ number: Int, _ isThere: Bool, onlyIf condition: Bool) throws(WireError) {
    guard !isThere || condition else { throw WireError(.notAllowed, field: name(number)) }
  }

  /// Throws unless a field is there exactly when `condition` holds.
  func require(_ number: Int, _ isThere: Bool, exactlyIf condition: Bool) throws(WireError) {
    try allow(number, isThere, onlyIf: condition)
    guard isThere || !condition else { throw WireError(.missing, field: name(number)) }
  }
}
