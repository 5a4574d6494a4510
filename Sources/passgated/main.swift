import Glibc
import PassgateService
import PassgateSystem

// The shell of the platform: arguments, configuration, signals. Everything else is in PassgateService.

func fail(_ sentences: [String]) -> Never {
  for sentence in sentences { writeError("passgated: \(sentence)\n") }
  exit(2)
}

func check(_ file: String, asJSON: Bool, inTokens: Bool) -> Never {
  let problems: [String]
  let clock = SystemClock()
  switch DaemonSettings.read(file, clock: clock) {
  case .success(let settings):
    let unproven = inTokens ? settings.unprovenKeys(at: clock.wallMilliseconds()) : []
    problems = unproven + settings.portraitProblems()
  case .failure(let found): problems = found.list
  }
  if asJSON {
    var json = JSONWriter()
    json.object { json in
      json.bool("ok", problems.isEmpty)
      json.array("problems") { json in for problem in problems { json.string(problem) } }
    }
    print(json.result)
  } else if problems.isEmpty {
    print("\(file) is in order")
  } else {
    for problem in problems { writeError("\(problem)\n") }
  }
  exit(problems.isEmpty ? 0 : 2)
}

func serve(_ file: String) throws {
  let clock = SystemClock()
  // Before the first thread, because threads inherit what is blocked.
  let signals = try SignalWatcher()
  var settings: DaemonSettings
  switch DaemonSettings.read(file, clock: clock) {
  case .success(let read): settings = read
  case .failure(let problems): fail(problems.list)
  }
  let log = Log(minimum: settings.logLevel)
  let daemon = try Daemon(settings, log: log, clock: clock)
  while true {
    switch try signals.wait() {
    case .terminate, .interrupt:
      log.info("draining")
      daemon.drain()
      log.info("ended")
      return
    case .clockVouched: daemon.trustClock()
    case .hangup:
      switch DaemonSettings.read(file, replacing: settings, clock: clock) {
      case .success(let read):
        daemon.reload(read)
        settings = read
      case .failure(let problems):
        for problem in problems.list { log.error("reload_refused", ["problem": .string(problem)]) }
      }
    }
  }
}

switch commandLine.parse() {
case .help(let text): print(text)
case .version: print(softwareVersion)
case .usage(let problem):
  writeError("\(problem)\n")
  exit(2)
case .run(let invocation):
  let file = invocation.value("--config") ?? ""
  do {
    // Before the first secret is read, in a check too.
    try ProcessHardening.apply()
    if invocation.flag("--check") {
      check(file, asJSON: invocation.flag("--json"), inTokens: invocation.flag("--tokens"))
    }
    try serve(file)
  } catch {
    fail(["\(error)"])
  }
}
