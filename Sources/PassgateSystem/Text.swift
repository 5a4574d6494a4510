/// Whether a scalar could steer a terminal, break a line or reorder what a reader sees: C0, DEL, C1, the line
/// and paragraph separators, and the bidirectional controls of UAX #9.
func isSteering(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}

/// The text with every steering character replaced by U+FFFD, so that a peer's or a file's words can be shown
/// on a terminal in one line.
package func terminalSafe(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isSteering) else { return text }
  var safe = String.UnicodeScalarView()
  safe.append(contentsOf: text.unicodeScalars.map { isSteering($0) ? "\u{FFFD}" : $0 })
  return String(safe)
}
