import CLinux
import Glibc

/// Two connected sockets of this process that never block.
package struct SocketPair: ~Copyable {
  package let first: FileDescriptor
  package let second: FileDescriptor

  package init() throws(SystemError) { try self.init(type: SOCK_STREAM.rawValue) }

  /// A pair on which each message stays whole (see `Packets`).
  package static func packets() throws(SystemError) -> SocketPair {
    try SocketPair(type: SOCK_SEQPACKET.rawValue)
  }

  private init(type: UInt32) throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(type | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw SystemError(doing: "make a pair of sockets", code: errno)
    }
    first = FileDescriptor(adopting: ends[0])
    second = FileDescriptor(adopting: ends[1])
  }

  /// Keeps the first and closes the second, which somebody else holds by now.
  package consuming func keepFirst() -> FileDescriptor { first }
}
