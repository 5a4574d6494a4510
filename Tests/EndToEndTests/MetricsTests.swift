import PassgateSystem
import Testing

extension EndToEnd {
  @Suite(SharedSite()) struct MetricsTests {
    private let site: Site
    private let port: UInt16

    init() throws {
      site = try SharedSite.site
      port = UInt16(try #require(try site.platform?.event("metrics")["port"]?.integer))
    }

    /// Status line, headers and body of one exchange.
    private struct Page {
      let status: Substring
      let headers: [Substring]
      let body: String
    }

    private func fetch(_ request: String) throws -> Page {
      let socket = try Sockets.connect(host: "127.0.0.1", port: port, timeoutMilliseconds: 5_000)
      let bytes = Array("\(request) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
      try #require(Sockets.send(socket.raw, bytes, from: 0) == bytes.count)
      var answer: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while try Sockets.poll(socket.raw, for: .readable, timeoutMilliseconds: 5_000) {
        let count = Sockets.receive(socket.raw, into: &buffer)
        if count <= 0 { break }
        answer += buffer[..<count]
      }
      let parts = String(decoding: answer, as: UTF8.self).split(separator: "\r\n\r\n", maxSplits: 1)
      try #require(parts.count == 2)
      let lines = parts[0].split(separator: "\r\n")
      return Page(status: lines[0], headers: Array(lines.dropFirst()), body: String(parts[1]))
    }

    /// The samples of a scrape, each under its name and labels; throws for a line Prometheus would not take.
    private func scrape() throws -> [String: Double] {
      let page = try fetch("GET /metrics")
      try #require(page.status == "HTTP/1.1 200 OK")
      try #require(page.headers.contains("Content-Type: text/plain; version=0.0.4"))
      try #require(page.headers.contains("Content-Length: \(page.body.utf8.count)"))
      try #require(page.body.hasSuffix("\n"))
      let help = /# HELP ([a-z_]+) .+/
      let type = /# TYPE ([a-z_]+) (counter|gauge|histogram)/
      let sample = /([a-z_]+)(?:\{(?:[a-z_]+="[^"\\\n]*",?)+\})? [-+0-9.eInf]+/
      var family = ""
      var families: Set<String> = []
      var samples: [String: Double] = [:]
      for line in page.body.split(separator: "\n") {
        if let match = line.wholeMatch(of: help) {
          family = String(match.1)
          // A family is described once, and its samples stand together.
          try #require(families.insert(family).inserted)
        } else if let match = line.wholeMatch(of: type) {
          try #require(match.1 == family)
        } else {
          let match = try #require(line.wholeMatch(of: sample), "\(line)")
          try #require(["", "_bucket", "_sum", "_count"].contains { match.1 == family + $0 })
          let parts = line.split(separator: " ")
          let value = try #require(Double(parts[parts.count - 1]))
          try #require(samples.updateValue(value, forKey: parts.dropLast().joined(separator: " ")) == nil)
        }
      }
      return samples
    }

    private func calls(_ reason: String, _ status: String) -> String {
      "passgate_calls_total{deployment=\"sandbox\",method=\"passgate.v1.Verification/VerifyIdentity\","
        + "status=\"\(status)\",reason=\"\(reason)\"}"
    }

    @Test func countersMove() throws {
      let before = try scrape()
      let session = try site.session("hotel.json5")
      for _ in 0..<3 { _ = try session.verify() }
      for _ in 0..<2 { _ = try session.verify(scene: "lounge") }
      #expect(throws: (any Error).self) { try site.session("auditor.json5").verify().verdict }

      // Loops publish their counts a few times a second.
      let ok = calls("NONE", "OK")
      let clock = SystemClock()
      let deadline = clock.monotonicNanoseconds() + 10_000_000_000
      var after = before
      while clock.monotonicNanoseconds() < deadline {
        after = try scrape()
        if after[ok, default: 0] >= before[ok, default: 0] + 3,
          after[calls("SCENE_NOT_AGREED", "PERMISSION_DENIED")] == 2,
          after[calls("NOT_PERMITTED", "PERMISSION_DENIED")] == 1
        {
          break
        }
      }
      #expect(after[ok, default: 0] == before[ok, default: 0] + 3)
      #expect(after[calls("SCENE_NOT_AGREED", "PERMISSION_DENIED")] == 2)
      #expect(after[calls("NOT_PERMITTED", "PERMISSION_DENIED")] == 1)
      #expect(after["passgate_connections{deployment=\"sandbox\"}", default: 0] >= 1)
      expectHistogram(after)
    }

    /// Buckets are cumulative, and the last holds all.
    private func expectHistogram(_ samples: [String: Double]) {
      let prefix = "passgate_call_seconds_bucket{deployment=\"sandbox\",le=\""
      let buckets = samples.filter { $0.key.hasPrefix(prefix) }
        .map { (bound: Double($0.key.dropFirst(prefix.count).dropLast(2)) ?? .infinity, count: $0.value) }
        .sorted { $0.bound < $1.bound }
      #expect(buckets.count == 14)
      #expect(buckets.map(\.count) == buckets.map(\.count).sorted())
      #expect(buckets.last?.count == samples["passgate_call_seconds_count{deployment=\"sandbox\"}"])
      #expect(samples["passgate_call_seconds_sum{deployment=\"sandbox\"}", default: 0] > 0)
    }

    @Test(arguments: [
      "GET /", "GET /metricsx", "GET /metrics/", "POST /metrics", "HEAD /metrics", "get /metrics",
    ])
    func nothingElseIsServed(_ request: String) throws {
      let page = try fetch(request)
      #expect(page.status == "HTTP/1.1 404 Not Found")
      #expect(page.body == "only GET /metrics is served here\n")
    }
  }
}
