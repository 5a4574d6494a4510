import PassgateDomain
import PassgateSoftChip
import PassgateSystem
import PassgateTestKit
import Testing

/// The software chip in the real virtual reader, which asks for its answer to reset as soon as it is there.
@Suite(.enabled(if: VirtualReader.isInstalled, "needs pcscd and vsmartcard-vpcd"))
struct VirtualReaderTests {
  @Test func theReaderFindsTheChip() throws {
    let reader = try VirtualReader()
    let socket = try Sockets.connect(host: "127.0.0.1", port: reader.port, timeoutMilliseconds: 5_000)
    var card = VirtualCard(SoftChip(SoftDocument(files: [:], accessZone: [])))
    var (buffer, sent) = ([UInt8](repeating: 0, count: 256), [VirtualCard.Action]())
    while sent.isEmpty, try Sockets.poll(socket.raw, for: .readable, timeoutMilliseconds: 10_000) {
      let count = Sockets.receive(socket.raw, into: &buffer)
      try #require(count > 0)
      sent = card.take(buffer[..<count])
    }
    #expect(sent == [.send([0x00, 0x05, 0x3b, 0x80, 0x80, 0x01, 0x01])])
  }
}
