import Glibc

extension Sockets {
  /// Tells the peer that no more will come, while what it still sends can be read.
  package static func shutdownWriting(_ fd: Int32) {
    // A peer that is gone already needs no telling.
    _ = Glibc.shutdown(fd, Int32(SHUT_WR))
  }

  /// Throws away what has arrived. False when the peer has closed its side.
  package static func discardInput(_ fd: Int32, into buffer: inout [UInt8]) -> Bool {
    let count = receive(fd, into: &buffer)
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
  }

  /// Reads what has arrived into the start of `buffer`: the count of bytes, 0 at the end, -1 with `errno` set.
  package static func receive(_ fd: Int32, into buffer: inout [UInt8]) -> Int {
    unsafe buffer.withUnsafeMutableBytes { unsafe recv(fd, $0.baseAddress, $0.count, 0) }
  }

  /// Sends what the socket takes of `bytes` from `offset` on: the count of bytes, or -1 with `errno` set.
  package static func send(_ fd: Int32, _ bytes: [UInt8], from offset: Int) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
      return unsafe Glibc.send(fd, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
    }
  }
}
