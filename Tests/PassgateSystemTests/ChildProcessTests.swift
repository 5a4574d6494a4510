import PassgateSystem
import PassgateTestKit
import Testing

@Suite struct ChildProcessTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func shell(_ script: String) throws -> ChildProcess {
    try ChildProcess(
      "/bin/sh", ["-c", script, "passgate-child"], output: folder.path("output"),
      errors: folder.path("errors"))
  }

  private func status(_ child: ChildProcess) -> Int32 {
    while true { if let status = child.exitStatus { return status } }
  }

  @Test func tellsHowItEnded() throws {
    #expect(try status(shell("exit 0")) == 0)
    #expect(try status(shell("exit 7")) == 7)
    #expect(try status(shell("kill -KILL $$")) == 128 + 9)
  }

  @Test func putsItsStreamsIntoFiles() throws {
    #expect(try status(shell("read line; echo \"answer $line\"; echo trouble >&2")) == 0)
    #expect(try Files.read(folder.path("output")) == Array("answer \n".utf8))
    #expect(try Files.read(folder.path("errors")) == Array("trouble\n".utf8))
  }

  @Test func namesAProgramThatIsNotThere() {
    let refusal = #expect(throws: SystemError.self) {
      try ChildProcess(folder.path("none"), [], output: folder.path("o"), errors: folder.path("e"))
    }
    #expect(refusal?.message.contains("No such file") == true)
  }

  @Test func feedsAPipe() throws {
    let pipe = try Files.openNewPipe(folder.path("pipe"))
    let reader = try shell("exec head -n 2 '\(folder.path("pipe"))'")
    for line in ["one\n", "two\n"] { #expect(try Files.offer(Array(line.utf8), to: pipe)) }
    #expect(status(reader) == 0)
    #expect(try Files.read(folder.path("output")) == Array("one\ntwo\n".utf8))
  }

  @Test func refusesWhatAPipeCannotHold() throws {
    let pipe = try Files.openNewPipe(folder.path("pipe"))
    var taken = 0
    while try Files.offer([UInt8](repeating: 1, count: 4096), to: pipe) { taken += 1 }
    #expect(taken > 0)
  }

  @Test func signalsOnlyTheProgramThatIsMeant() throws {
    let child = try shell("trap 'exit 5' HUP; echo ready; while :; do :; done")
    while (try? Files.read(folder.path("output"))) != Array("ready\n".utf8) {}
    #expect(throws: SystemError.self) {
      try send(.hangup, toProcess: child.identifier, runningWith: "/etc/another.json5")
    }
    #expect(child.exitStatus == nil)
    try send(.hangup, toProcess: child.identifier, runningWith: "passgate-child")
    #expect(status(child) == 5)
  }
}
