import PassgateCrypto
import PassgateSystem

private let json = CommandLine.Option(name: "--json", help: "Answer in JSON.")
private let seed = CommandLine.Option(
  name: "--seed", value: "S", range: 0...Int.max,
  help: "What the records are made from; equal seeds make equal records. The default is 1.")

/// The commands of `passgate-lab` and what runs each.
let commands: [(CommandLine.Command, @Sendable (CommandLine.Invocation) throws -> ExitStatus)] =
  [
    (
      CommandLine.Command(
        path: ["generate"],
        options: [
          CommandLine.Option(
            name: "--count", value: "N", required: true, range: 1...100_000_000, help: "How many records."),
          seed,
          CommandLine.Option(name: "--out", value: "FILE", help: "Where to; the default is standard output."),
          CommandLine.Option(
            name: "--format", value: "FORMAT", choices: ["csv", "ndjson"], help: "The default is csv."),
          CommandLine.Option(
            name: "--claims", value: "FILE",
            help: "Write a claim about each record here, as verify identity --batch reads them."),
          CommandLine.Option(
            name: "--wrong", value: "PERCENT", range: 0...100,
            help: "How many claims of a hundred are wrong; the default is 10."),
        ],
        summary: "invent lifelike registry records",
        details: """
          The persons do not exist. A record depends on the seed and its place alone, so the bench knows the claims \
          for any registry that was filled from the same seed.
          """,
        examples: [
          CommandLine.Example(
            "passgate-lab generate --count 1000000 --seed 7 --out records.csv", "A registry of a million.")
        ]),
      GenerateCommand.run
    ),
    (
      CommandLine.Command(
        path: ["tamper"],
        options: [
          profileOption, json,
          CommandLine.Option(
            name: "--field", value: "NAME",
            help: "Alter this part of a request: all, or one of "
              + RequestAlteration.all.map(\.name).joined(separator: ", ") + "."),
          CommandLine.Option(
            name: "--reply", value: "NAME",
            help: "Alter this part of a reply: all, or one of "
              + ReplyAlteration.all.map(\.name).joined(separator: ", ") + "."),
        ],
        summary: "show that altered messages are refused",
        details: """
          Takes a good signed request, changes exactly one thing behind its signature, sends it, and shows the \
          platform's refusal, whose own signature is verified; then does the same to replies, which the client must \
          refuse. Without --field and --reply everything is tried. An untouched message comes first, as the control.
          """,
        examples: [
          CommandLine.Example("passgate-lab tamper --profile mobile.json5", "Try everything."),
          CommandLine.Example(
            "passgate-lab tamper --profile mobile.json5 --field sequence", "Try one thing."),
        ]),
      TamperCommand.run
    ),
    (
      CommandLine.Command(
        path: ["bench"],
        options: [
          profilesOption, json, seed, serverPID,
          CommandLine.Option(
            name: "--connections", value: "C", range: 1...20_000,
            help: "Connections, shared among the profiles in turn; the default is 16."),
          CommandLine.Option(
            name: "--depth", value: "D", range: 1...256,
            help: "Closed loop: calls in flight on each connection; the default is 1."),
          CommandLine.Option(
            name: "--rate", value: "R", range: 1...1_000_000,
            help: "Open loop: calls a second at random moments, timed from the moment they were due."),
          CommandLine.Option(
            name: "--seconds", value: "S", range: 1...3_600,
            help: "To measure, after a warm-up; the default is 5."),
          CommandLine.Option(
            name: "--records", value: "N", range: 1...100_000_000,
            help: "Records of the registry, made by generate from the same seed; the default is 1000."),
          CommandLine.Option(
            name: "--wrong", value: "PERCENT", range: 0...100,
            help: "How many claims of a hundred are wrong; the default is 2."),
          CommandLine.Option(
            name: "--verify", value: "N", range: 1...1_000_000,
            help: "Verify the signature of one reply in N; 1 is all, the default is 64."),
          CommandLine.Option(
            name: "--batch", help: "Sign the requests of a connection that go out together as one tree."),
          CommandLine.Option(
            name: "--prepare", value: "COUNT", range: 0...10_000_000,
            help: "Sign so many requests, over all connections, before the load begins."),
          CommandLine.Option(
            name: "--processor", value: "P", range: 0...1_023, help: "Keep the load on this processor."),
        ],
        summary: "measure the platform under load",
        details: """
          With --server-pid the report has the server's processor time for each request, and its ratio to the bare \
          cost: one verification and one signature by OpenSSL with prepared contexts, measured in the same run before \
          and after. Machines vary; ratios are what can be compared. Each request is signed by itself unless --batch, \
          because different tenants' requests are.
          """,
        examples: [
          CommandLine.Example(
            "passgate-lab bench --profile mobile.json5 --connections 16 --depth 16 --server-pid 4711",
            "A closed loop with 256 calls in flight."),
          CommandLine.Example(
            "passgate-lab bench --profile mobile.json5 --rate 1500", "Latency at 1,500 calls a second."),
        ]),
      BenchCommand.run
    ),
    (
      CommandLine.Command(
        path: ["load"],
        options: [
          profilesOption, json, seed,
          CommandLine.Option(
            name: "--rate", value: "R", range: 1...1_000_000, help: "Calls a second; the default is 100."),
          CommandLine.Option(
            name: "--connections", value: "C", range: 1...1_000,
            help: "Connections of each profile; the default is 4."),
          CommandLine.Option(
            name: "--connection-age", value: "S", range: 1...86_400,
            help: "Replace each connection after S seconds, so that new ones are made all the time."),
          CommandLine.Option(
            name: "--seconds", value: "S", range: 1...86_400,
            help: "How long at most; the default is 10, or an hour with --until."),
          CommandLine.Option(name: "--until", value: "FILE", help: "Ends when there is such a file."),
          CommandLine.Option(
            name: "--report", value: "FILE", help: "Keep the report there too, renewed five times a second."),
          CommandLine.Option(
            name: "--records", value: "N", range: 1...100_000_000,
            help: "Records of the registry, made by generate from the same seed; the default is 1000."),
          CommandLine.Option(
            name: "--image", value: "FILE",
            help: "Make portrait checks of them, with this JPEG: the tenants must have agreed on those."),
        ],
        summary: "keep calls coming while something is done to the platform",
        details: """
          Every reply is verified as a client must: only keys that Hello has announced are believed. A connection that \
          the platform ends is replaced, and what it left unprocessed sent again; calls without an authentic answer \
          have failed. A profile that is replaced while the load runs is taken up at once. The report \
          has every key that signed a request or a reply, how often, and when last. The status is 0 when every call was \
          answered and none refused.
          """,
        examples: [
          CommandLine.Example(
            "passgate-lab load --profile mobile.json5 --profile signing.json5 --rate 500 --seconds 60",
            "A minute, during which keys are rotated.")
        ]),
      LoadCommand.run
    ),
    (
      CommandLine.Command(
        path: ["idle"],
        options: [
          profilesOption, json, serverPID,
          CommandLine.Option(
            name: "--connections", value: "C", range: 1...20_000, help: "Connections; the default is 1000."),
        ],
        summary: "measure what an idle connection costs the server",
        details: "Each connection makes one call first. The files a process may have open bound their number."
      ),
      IdleCommand.run
    ),
    (
      CommandLine.Command(
        path: ["traffic"],
        options: [
          json, seed,
          CommandLine.Option(
            name: "--tenants", value: "N", range: 1...10_000,
            help: "How many invented tenants, of eight kinds in turn; the default is 80."),
        ],
        summary: "measure the detectors of abnormal traffic",
        details: """
          Each tenant's checks of 60 days are invented: common names, families, regular customers, mistakes, \
          weekends, a campaign, holidays. After 40 days each abuse is planted in a copy of what follows, at three \
          intensities, and has a week to be found: the table says how often it was, the median of the hours \
          from the first abusive check to the report, and how often each detector spoke about honest traffic. It needs \
          no platform. The status is 1 when strong abuse was missed or a tenant has 0.1 false alarms or more in a month.
          """,
        examples: [
          CommandLine.Example("passgate-lab traffic --tenants 400 --seed 7", "A longer measurement.")
        ]),
      TrafficCommand.run
    ),
    (
      CommandLine.Command(
        path: ["token"],
        options: [
          json,
          CommandLine.Option(
            name: "--key", value: "URI", required: true, help: "The key in its token, as RFC 7512 names it."),
          CommandLine.Option(
            name: "--algorithm", value: "NAME", choices: SignatureAlgorithm.allCases.map(\.name),
            help: "What it signs with; the default is ecdsa-p256-sha256."),
          CommandLine.Option(
            name: "--seconds", value: "S", range: 1...600,
            help: "For each of the four runs; the default is 3."),
        ],
        summary: "measure how fast a PKCS#11 token signs",
        details: """
          Signatures a second on one thread and on two, of the key in the token and of a new one of its kind in memory. \
          Replies that go out together share one signature, so the platform answers many more requests than that.
          """,
        examples: [
          CommandLine.Example(
            "passgate-lab token --key 'pkcs11:token=passgate;object=reply-2?module-path=/usr/lib/softhsm/libsofthsm2.so"
              + "&pin-source=file:token.pin'", "Measure a reply key.")
        ]),
      TokenCommand.run
    ),
  ] + chipCommands

private let profilesOption = CommandLine.Option(
  name: "--profile", value: "FILE", repeated: true,
  help: "A tenant's profile with a signing key, once for each tenant; the default is PASSGATE_PROFILE.")
private let serverPID = CommandLine.Option(
  name: "--server-pid", value: "PID", range: 1...Int(Int32.max),
  help: "The platform's process on this machine.")

private let profileOption = CommandLine.Option(
  name: "--profile", value: "FILE", help: "The client profile, JSON5; the default is PASSGATE_PROFILE.")

/// The profile that the command line or the environment names.
func profilePath(_ invocation: CommandLine.Invocation) throws -> String {
  guard let file = invocation.value("--profile") ?? environment("PASSGATE_PROFILE") else {
    throw Failure("no profile: give --profile FILE or set PASSGATE_PROFILE to the file's path")
  }
  return file
}

/// The command line of `passgate-lab`.
let commandLine = CommandLine(
  program: "passgate-lab", summary: "invent records and chips, attack signatures, measure the platform",
  details: "For trying things out and for measuring. It is no part of an installation in service.",
  exitStatus: [
    CommandLine.ExitStatus(ExitStatus.done.rawValue, "done; every alteration was noticed"),
    CommandLine.ExitStatus(
      ExitStatus.wrong.rawValue, "an altered message was accepted, a good one refused, or calls failed"),
    CommandLine.ExitStatus(ExitStatus.failed.rawValue, "could not run: usage, file or network"),
  ],
  commands: commands.map(\.0))
