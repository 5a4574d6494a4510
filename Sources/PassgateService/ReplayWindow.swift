/// The sequence numbers of one key on one connection: a sliding window as in RFC 4303 section 3.4.3.
///
/// A number is asked for before the signature is verified and marked only afterwards, so that a forger
/// cannot use up numbers.
struct ReplayWindow {
  /// Numbers the window spans.
  static let span: UInt64 = 4_096

  private var highest: UInt64 = 0
  private var seen = [UInt64](repeating: 0, count: Int(span / 64))

  /// True when `sequence` (from 1) has not been marked and is not older than the window.
  func accepts(_ sequence: UInt64) -> Bool {
    if sequence == 0 { return false }
    if sequence > highest { return true }
    if highest - sequence >= Self.span { return false }
    return seen[word(sequence)] & bit(sequence) == 0
  }

  /// Marks a number that `accepts` allowed.
  mutating func mark(_ sequence: UInt64) {
    if sequence > highest { advance(to: sequence) }
    seen[word(sequence)] |= bit(sequence)
  }

  private mutating func advance(to sequence: UInt64) {
    if sequence - highest >= Self.span {
      for index in seen.indices { seen[index] = 0 }
    } else {
      var next = highest
      while next < sequence {
        next += 1
        seen[word(next)] &= ~bit(next)
      }
    }
    highest = sequence
  }

  private func word(_ sequence: UInt64) -> Int { Int(sequence % Self.span / 64) }
  private func bit(_ sequence: UInt64) -> UInt64 { 1 << (sequence % 64) }
}
