import Glibc
import PassgateDomain
import PassgateSystem

/// `passgate-lab traffic`: how well the detectors of abnormal traffic see invented abuse, and how often they are wrong.
struct TrafficCommand {
  /// Reports about honest traffic, of all detectors together, that a tenant may cause in a month.
  static let falseAlarmsPerMonth = 0.1

  private let seed: UInt64
  private let count: Int
  private let asJSON: Bool

  static func run(_ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let command = TrafficCommand(
      seed: UInt64(invocation.integer("--seed") ?? 1), count: invocation.integer("--tenants") ?? 80,
      asJSON: invocation.flag("--json"))
    return command.run()
  }

  private func run() -> ExitStatus {
    var trial = TrafficTrial(days: 60)
    var progress = Progress(label: "Watching tenants", total: count)
    for tenant in 0..<count {
      let kind = TrafficKind.all[tenant % TrafficKind.all.count]
      trial.run(kind, seed: seed &* 1_000_003 &+ UInt64(tenant))
      progress.update(tenant + 1)
    }
    progress.finish(count)
    let cost = ObservationCost.measure(seed: seed)
    print(asJSON ? json(trial.tally, cost) : table(trial.tally, cost))
    return trial.tally.isGood ? .done : .wrong
  }

  // MARK: The report

  private func table(_ tally: TrafficTally, _ cost: Double) -> String {
    var lines = [
      "| abuse planted | detector | weak | medium | strong | false alarms |",
      "|---|---|---|---|---|---|",
    ]
    for (abuse, cells) in zip(TrafficAbuse.all, tally.cells) {
      let found = cells.map(\.text).joined(separator: " | ")
      lines.append(
        "| \(abuse.name) | `\(abuse.detector.rule.id)` | \(found) | \(tally.falseAlarms(of: abuse.detector)) |"
      )
    }
    let alarms = tally.falseAlarms.reduce(0, +)
    lines += [
      "",
      "\(count) tenants of \(TrafficKind.all.count) kinds, \(tally.checks) honest checks in "
        + "\(rounded(tally.months)) tenant-months: \(alarms) false alarms, "
        + "\(rounded(tally.alarmsPerMonth, 1_000)) for a tenant in a month (target below "
        + "\(Self.falseAlarmsPerMonth)). \(rounded(cost, 1)) ns for each observation; "
        + "\(MemoryLayout<TenantTraffic>.size) bytes for each tenant.",
    ]
    return lines.joined(separator: "\n")
  }

  private func json(_ tally: TrafficTally, _ cost: Double) -> String {
    var json = JSONWriter()
    json.object { json in
      json.number("tenants", count)
      json.number("checks", tally.checks)
      json.number("tenantMonths", tally.months)
      json.number("falseAlarmsPerMonth", tally.alarmsPerMonth)
      json.number("nanosecondsEach", cost)
      json.number("bytesPerTenant", MemoryLayout<TenantTraffic>.size)
      json.array("abuses") { json in
        for (abuse, cells) in zip(TrafficAbuse.all, tally.cells) { write(abuse, cells, tally, to: &json) }
      }
    }
    return json.result
  }

  private func write(
    _ abuse: TrafficAbuse, _ cells: [TrafficTally.Cell], _ tally: TrafficTally, to json: inout JSONWriter
  ) {
    json.object { json in
      json.string("abuse", abuse.name)
      json.string("detector", abuse.detector.rule.id)
      json.number("falseAlarms", tally.falseAlarms(of: abuse.detector))
      json.array("intensities") { json in
        for cell in cells {
          json.object { json in
            json.number("planted", cell.planted)
            json.number("found", cell.delays.count)
            if let hours = cell.medianDelay { json.number("medianHours", hours) }
          }
        }
      }
    }
  }
}

extension TrafficTally.Cell {
  /// "78 of 80, 4.1 h".
  fileprivate var text: String {
    "\(delays.count) of \(planted)" + (medianDelay.map { ", \(rounded($0)) h" } ?? "")
  }
}

/// Rounded to a tenth, or to what else is named.
private func rounded(_ value: Double, _ parts: Double = 10) -> Double { (value * parts).rounded() / parts }

/// What one observation costs a loop.
enum ObservationCost {
  /// Nanoseconds of this thread's processor time, for a month of an airline's checks.
  static func measure(seed: UInt64) -> Double {
    let kind = TrafficKind.all[2]
    var stream = TrafficStream(kind, seed: seed)
    let checks = (0..<30).flatMap { stream.day($0) }
    var watch = TenantTraffic()
    watch.adopt(TrafficTrial.terms(of: kind))
    var anomalies: [Anomaly] = []
    let start = threadNanoseconds()
    for check in checks { watch.observe(check, &anomalies) }
    return Double(threadNanoseconds() - start) / Double(max(1, checks.count))
  }

  private static func threadNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
