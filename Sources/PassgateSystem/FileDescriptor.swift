import Glibc

/// One open descriptor and its only owner: closed when the value ends, exactly once.
package struct FileDescriptor: ~Copyable, Sendable {
  /// The number the kernel knows it by; valid while the value lives.
  package let raw: Int32

  /// Takes over an open descriptor.
  package init(adopting raw: Int32) { self.raw = raw }

  /// Closes it now rather than at the end of the scope.
  package consuming func close() {}

  /// Gives the number away unclosed; the receiver must close it.
  package consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }

  deinit { _ = Glibc.close(raw) }
}
