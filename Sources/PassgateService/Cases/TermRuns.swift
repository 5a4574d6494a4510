import PassgateDomain
import PassgateSystem
import PassgateWire

/// What terms bring about, with nobody's call.
extension CaseOffice {
  /// Terms that run out in one go, between which the worker does what others ask for.
  private static let termsAtOnce = 64

  /// Does what needs nobody's call: drops uploads that no case took, records what terms that are over bring about.
  /// Called many times a second; there is seldom anything to do.
  func tend(on worker: Worker) {
    if terms.isMinuteOver() {
      if isHeld {
        log.error("clock_held", ["remedy": "set the wall clock right; SIGUSR1 vouches for it as it is"])
      }
      _ = worker.submit { [self] in dossiers?.purge() }
    }
    guard terms.begin() else { return }
    let isQueued = worker.submit { [self] in
      runTerms(atMost: Self.termsAtOnce)
      terms.end()
    }
    if !isQueued { terms.end() }
  }

  /// Records what is due by the wall clock, in each case the oldest first; nothing while the clock is held.
  package func runTerms() { runTerms(atMost: .max) }

  /// Cases that are supervised come first: however many applications run out in one night, no suspension waits.
  private func runTerms(atMost limit: Int) {
    guard !terms.isHeld else { return }
    let (supervised, others) = allFolders.reduce(into: ([String](), [String]())) { ids, folder in
      guard let due = folder.law.nextDue, due <= clock.wallMilliseconds() else { return }
      let isSupervised = folder.law.state == .open || folder.law.state == .suspended
      if isSupervised { ids.0.append(folder.law.tenantID) } else { ids.1.append(folder.law.tenantID) }
    }
    var count = 0
    for id in supervised + others {
      count += runTerms(of: id)
      guard count < limit else { return }
    }
    ledger.between { terms.expect(nextDue) }
  }

  private func isDue(_ act: PassgateDomain.CaseAct, of tenantID: String) -> Bool {
    folder(tenantID)?.law.dueActs(at: clock.wallMilliseconds()).first == act
  }

  /// - Returns: how many terms ran out.
  @discardableResult
  func runTerms(of tenantID: String) -> Int {
    var count = 0
    while let act = folder(tenantID)?.law.dueActs(at: clock.wallMilliseconds()).first {
      let outcome = note(act, by: .clock, tenantID: tenantID)
      // Another thread may have recorded it meanwhile.
      let isDone = outcome.reason == .noReason || !isDue(act, of: tenantID)
      guard isDone else {
        log.error("term_not_recorded", ["tenant": .string(tenantID), "reason": .string(outcome.reason.name)])
        return count
      }
      count += 1
    }
    return count
  }

  /// True while the wall clock is not believed and no term runs out.
  package var isHeld: Bool { terms.isHeld }

  /// An operator vouches for the wall clock after it was found to have jumped.
  package func trustClock() { terms.trust() }
}
