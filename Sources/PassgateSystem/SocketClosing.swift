import Glibc

extension Sockets {
  /// Tells the peer that no more will come, while what it still sends can be read.
  package static func shutdownWriting(_ fd: Int32) {
    // A peer that is gone already needs no telling.
    _ = Glibc.shutdown(fd, Int32(SHUT_WR))
  }

  /// Throws away what has arrived. False when the peer has closed its side.
  package static func discardInput(_ fd: Int32, into buffer: inout [UInt8]) -> Bool {
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(fd, $0.baseAddress, $0.count, 0) }
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
  }
}
