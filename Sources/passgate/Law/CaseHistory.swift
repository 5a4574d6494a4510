import PassgateCaseFile
import PassgateClient
import PassgateDomain
import PassgateWire

/// A case as the platform tells it: every signature, every link and every step of the law verified.
struct CaseHistory {
  let file: CaseFile
  /// The keys that it was verified with.
  let keys: [ReplyKey]
  /// When the platform told it, by the platform's clock, milliseconds since 1970.
  let now: UInt64

  /// What the events come to.
  var current: Case { file.law }
  /// Those that the reader is shown, in order.
  var events: [PassgateDomain.CaseEvent] { file.entries.compactMap(\.event) }

  /// Counted from 1 over all drafts.
  var nextAgreementVersion: UInt32 {
    let versions = events.compactMap { event -> UInt32? in
      if case .draftAgreement(let agreement) = event.act { agreement.version } else { nil }
    }
    return (versions.max() ?? 0) + 1
  }
}

extension CaseCalls {
  /// Reads the whole case and verifies it; nil after a refusal has been shown.
  func history() throws -> CaseHistory? {
    let trust = try CaseTrust(anchors: platform.profile.anchors)
    var file: CaseFile?
    var keys: [ReplyKey] = []
    var (after, now): (UInt64, UInt64) = (0, 0)
    repeat {
      let answer = try call("GetCase") { [after] salt in
        GetCaseRequest(salt: salt, tenantID: tenantID, after: after)
      }
      guard let page = try platform.success(answer, as: GetCaseReply.self) else { return nil }
      keys += page.keys.filter { !keys.contains($0) }
      trust.learn(page.keys)
      file = try Self.reading(page.events, behind: file, trust)
      guard page.next == 0 || page.next > after else {
        throw Failure("the platform repeats a page of the case")
      }
      (after, now) = (page.next, answer.header.createdMilliseconds)
    } while after > 0
    guard let file, file.tenantID == tenantID else { throw Failure("the platform told another case") }
    return CaseHistory(file: file, keys: keys, now: now)
  }

  private static func reading(
    _ events: [SignedEvent], behind file: CaseFile?, _ trust: CaseTrust
  ) throws -> CaseFile {
    do throws(CaseFileError) {
      guard var file else { return try CaseFile(events, trust: trust) }
      try file.append(events, trust: trust)
      return file
    } catch {
      throw Failure("the case that the platform told does not verify: \(error)")
    }
  }

  /// What was recorded, as it stands in the case.
  func recorded(_ event: SignedEvent) throws -> PassgateDomain.CaseEvent {
    guard let history = try history() else { throw Failure("the case cannot be read", .refused) }
    guard let event = history.file.entries.first(where: { $0.digest == event.digest })?.event else {
      throw Failure("the event that was answered does not stand in the case")
    }
    return event
  }
}
