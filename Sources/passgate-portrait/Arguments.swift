import PassgateSystem

/// The command line of `passgate-portrait`.
let commandLine = CommandLine(
  program: "passgate-portrait", summary: "compare portraits, apart from the platform", commands: [])
