import CConfinementTrials
import Glibc
import PassgateSystem
import Testing

/// What a confined process can do, and what it cannot.
@Suite struct ConfinementTests {
  /// Something it tries, and how that ends.
  struct Attempt: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let trial: trial
    let ends: Int32

    init(_ description: String, _ trial: trial, _ ends: Int32) {
      (testDescription, self.trial, self.ends) = (description, trial, ends)
    }
  }

  /// Death by the filter.
  private static let killed = 128 + SIGSYS

  @Test(
    arguments: [
      Attempt("to end", TRIAL_NOTHING, 0),
      Attempt("to answer", TRIAL_ANSWER, 0),
      Attempt("to take memory", TRIAL_TAKE_MEMORY, 0),
    ]) func itCanDoItsWork(_ attempt: Attempt)
  {
    #expect(trial_run(attempt.trial) == attempt.ends)
  }

  @Test(
    arguments: [
      Attempt("more memory than it may", TRIAL_TAKE_ALL_MEMORY, ENOMEM),
      Attempt("to write where errors went", TRIAL_WRITE_ERROR, EBADF),
      Attempt("to open a file", TRIAL_OPEN, killed),
      Attempt("to open a file from what it has", TRIAL_OPEN_AT, killed),
      Attempt("to make a socket", TRIAL_SOCKET, killed),
      Attempt("to make a process", TRIAL_FORK, killed),
      Attempt("to make a thread", TRIAL_THREAD, killed),
      Attempt("to become another program", TRIAL_EXECUTE, killed),
      Attempt("to send a signal", TRIAL_KILL, killed),
      Attempt("to trace", TRIAL_TRACE, killed),
      Attempt("to read another's memory", TRIAL_READ_OTHERS, killed),
      Attempt("to map code", TRIAL_MAP_CODE, killed),
      Attempt("to map a file", TRIAL_MAP_FILE, killed),
      Attempt("to turn memory into code", TRIAL_MAKE_CODE, killed),
      Attempt("to pass a descriptor", TRIAL_PASS_DESCRIPTOR, killed),
      Attempt("to raise a limit", TRIAL_RAISE_LIMIT, killed),
      Attempt("to make a namespace", TRIAL_NAMESPACE, killed),
    ]) func itCanDoNothingElse(_ attempt: Attempt)
  {
    #expect(trial_run(attempt.trial) == attempt.ends)
  }

  @Test func itEndsWithItsParent() {
    #expect(trial_ends_with_parent() == 1)
  }

  @Test func itServesNoOtherParent() {
    let step = unsafe trial_with_wrong_parent().map { unsafe String(cString: $0) }
    #expect(step == "end with its parent")
  }

  @Test(arguments: ["0", "7 user network ipc mount", "2 network"]) func whatItHasTravelsAsWords(
    _ words: String
  )
    throws
  {
    #expect(try #require(Confinement(words: words)).words == words)
  }

  @Test func strangeWordsAreRefused() { #expect(Confinement(words: "7 moon") == nil) }

  @Test func itIsToldInWords() throws {
    let all = "\(try #require(Confinement(words: "7 user network")))"
    #expect(all.hasSuffix("; landlock: version 7; namespaces: user, network"))
    #expect("\(try #require(Confinement(words: "0")))".hasSuffix("; landlock: none; namespaces: none"))
  }
}
