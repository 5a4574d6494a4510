import CLinux
import Glibc

/// Packets between processes of one machine, each whole, some with a descriptor.
package enum Packets {
  /// One that has come.
  package struct Packet: ~Copyable {
    package let bytes: [UInt8]
    /// What came with it: closed unless it is taken.
    package let descriptor: FileDescriptor?

    /// Takes the descriptor over.
    package consuming func takeDescriptor() -> FileDescriptor? { descriptor }
  }

  /// Sends one, and a descriptor with it, which stays its owner's too.
  package static func send(_ bytes: [UInt8], on socket: Int32, passing descriptor: Int32? = nil)
    throws(SystemError)
  {
    try checked(unsafe linux_send_packet(socket, bytes, bytes.count, descriptor ?? -1), "send a packet")
  }

  /// The next, of at most `limit` bytes; nil when the other side is gone.
  package static func receive(on socket: Int32, limit: Int) throws(SystemError) -> Packet? {
    var buffer = [UInt8](repeating: 0, count: limit)
    var passed: Int32 = -1
    let count = unsafe linux_receive_packet(socket, &buffer, limit, &passed)
    let descriptor = passed >= 0 ? FileDescriptor(adopting: passed) : nil
    if count == -ECONNRESET { return nil }
    guard try checked(count, "receive a packet") > 0 else { return nil }
    return Packet(bytes: Array(buffer.prefix(Int(count))), descriptor: descriptor)
  }
}
