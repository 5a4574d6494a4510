package import PassgateSystem
import Synchronization

/// Answers `GET /metrics` with Prometheus text on a loopback port, one request at a time.
package final class MetricsEndpoint: Sendable {
  private let thread = Mutex<RunningThread?>(nil)
  private let isStopped = Atomic<Bool>(false)
  /// The port it listens on.
  package let port: UInt16

  /// Time a scraper has to send its request and take the answer, milliseconds.
  private static let patience = 2_000

  package init(_ endpoint: Endpoint, log: Log, text: @escaping @Sendable () -> String) throws(SystemError) {
    let listener = ListeningSocket(try Sockets.listen(host: endpoint.host, port: endpoint.port))
    port = try Sockets.localPort(listener.socket.raw)
    let thread = try spawnThread(name: "metrics") { [self] in
      while !isStopped.load(ordering: .relaxed) {
        do throws(SystemError) {
          try Self.serveNext(listener, text)
        } catch {
          log.warning("metrics_failed", ["problem": .string("\(error)")])
        }
      }
    }
    self.thread.withLock { $0 = thread }
  }

  /// Ends the thread within a quarter of a second.
  package func stop() {
    isStopped.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
  }

  private final class ListeningSocket: Sendable {
    let socket: FileDescriptor
    init(_ socket: consuming FileDescriptor) { self.socket = socket }
  }

  private static func serveNext(_ listener: ListeningSocket, _ text: () -> String) throws(SystemError) {
    guard try Sockets.poll(listener.socket.raw, for: .readable, timeoutMilliseconds: 250),
      let accepted = try Sockets.accept(listener.socket.raw)
    else { return }
    let socket = accepted.takeDescriptor()
    guard try Sockets.poll(socket.raw, for: .readable, timeoutMilliseconds: patience) else { return }
    var request = [UInt8](repeating: 0, count: 4_096)
    let count = Sockets.receive(socket.raw, into: &request)
    let isMetrics = request[..<max(0, count)].starts(with: Array("GET /metrics ".utf8))
    let body = isMetrics ? text() : "only GET /metrics is served here\n"
    try send(
      "HTTP/1.1 \(isMetrics ? "200 OK" : "404 Not Found")\r\nContent-Type: text/plain; version=0.0.4\r\n"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)", to: socket.raw)
  }

  private static func send(_ text: String, to fd: Int32) throws(SystemError) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      guard try Sockets.poll(fd, for: .writable, timeoutMilliseconds: patience) else { return }
      let count = Sockets.send(fd, bytes, from: sent)
      guard count > 0 else { return }
      sent += count
    }
    Sockets.shutdownWriting(fd)
  }
}
