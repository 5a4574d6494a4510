/// Bytes that nobody may learn: wiped when the last owner lets go, and never printed.
///
/// Whoever takes `bytes` out to keep them has a copy to answer for.
package final class SecretBytes: @unchecked Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  /// The bytes, for handing on to a function. They never change before they are wiped.
  package private(set) var bytes: [UInt8]

  /// Takes over `bytes`.
  package init(_ bytes: consuming [UInt8]) {
    self.bytes = bytes
  }

  deinit {
    wipe(&bytes)
  }

  package static func == (one: SecretBytes, other: SecretBytes) -> Bool {
    constantTimeEqual(one.bytes, other.bytes)
  }

  package func hash(into hasher: inout Swift.Hasher) { hasher.combine(bytes) }

  package var description: String { "SecretBytes(withheld)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
