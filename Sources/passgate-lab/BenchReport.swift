import PassgateSystem
import PassgateWire

/// Shows what a load measured, as lines or as one JSON document. Times are microseconds.
struct BenchReport {
  let asJSON: Bool
  let connections: Int
  let shape: LoadDriver.Shape
  let verifyEvery: Int

  private static let quantiles: [(name: String, share: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1),
  ]

  /// - Parameter bare: the bare operations before and after, with the server at rest.
  func show(_ result: LoadDriver.Result, bare: BareCost) {
    print(asJSON ? json(result, bare) : text(result, bare))
  }

  private func text(_ result: LoadDriver.Result, _ bare: BareCost) -> String {
    let tally = result.tally
    let latencies = Self.quantiles.map { "\($0.name) \(rounded(latency(tally, $0.share)))" }
    var lines = [
      "\(connections) connections, \(shapeText): \(tally.answered) answers in \(rounded(result.seconds)) s, "
        + "\(Int(rate(result))) a second",
      "latency, us       \(latencies.joined(separator: "   "))",
      "replies verified  \(tally.verified) in full (one in \(verifyEvery)); all name their requests",
      "bare OpenSSL, us  verify \(rounded(bare.verify / 1e3)) + sign \(rounded(bare.sign / 1e3)) "
        + "= \(rounded(bare.pair / 1e3))",
    ]
    if let cost = cost(result) {
      lines.append(
        "server, us        \(rounded(cost / 1e3)) a request = \(rounded(cost / bare.pair)) x bare"
          + (result.bare.pair > 0
            ? ", \(rounded(cost / result.bare.pair)) x bare under the same load" : ""))
    }
    for (reason, count) in tally.refused.sorted(by: { $0.value > $1.value }) {
      lines.append("REFUSED           \(count) \(reason.name)")
    }
    return lines.joined(separator: "\n")
  }

  private func json(_ result: LoadDriver.Result, _ bare: BareCost) -> String {
    let tally = result.tally
    var json = JSONWriter()
    json.object { json in
      json.number("answered", tally.answered)
      json.number("seconds", result.seconds)
      json.number("rate", rate(result))
      json.object("latency") { json in
        for quantile in Self.quantiles { json.number(quantile.name, latency(tally, quantile.share)) }
      }
      json.number("verified", tally.verified)
      json.object("refused") { json in
        for (reason, count) in tally.refused.sorted(by: { $0.value > $1.value }) {
          json.number(reason.name, count)
        }
      }
      json.number("bareVerify", bare.verify / 1e3)
      json.number("bareSign", bare.sign / 1e3)
      if let cost = cost(result) {
        json.number("server", cost / 1e3)
        json.number("ratio", cost / bare.pair)
        if result.bare.pair > 0 { json.number("underLoad", cost / result.bare.pair) }
      }
    }
    return json.result
  }

  private var shapeText: String {
    switch shape {
    case .closed(let depth): "\(depth) in flight on each"
    case .open(let rate): "\(Int(rate)) a second at random moments"
    }
  }

  /// Processor time of the server for each answer, nanoseconds.
  private func cost(_ result: LoadDriver.Result) -> Double? {
    result.serverTime.map { Double($0) / Double(max(1, result.tally.answered)) }
  }

  private func rate(_ result: LoadDriver.Result) -> Double { Double(result.tally.answered) / result.seconds }

  private func latency(_ tally: LoadTally, _ share: Double) -> Double {
    Double(tally.latency.quantile(share)) / 1e3
  }

  /// Three digits behind the point at most.
  private func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
