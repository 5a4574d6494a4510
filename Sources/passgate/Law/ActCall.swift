import PassgateCaseFile
import PassgateClient
import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateWire

// One act in a case: sent, and what came of it shown.
extension CaseCalls {
  /// Carries out an act with the clause, evidence and operation id of the command line; with `--dry-run` only shows
  /// what would come of it.
  func perform(_ act: PassgateDomain.CaseAct, _ invocation: CommandLine.Invocation) throws -> ExitStatus {
    let evidence = try invocation.evidence()
    let clause = try invocation.clause()
    if invocation.flag("--dry-run") { return try rehearse(act, clause, evidence) }
    let operationID = try invocation.operationID { try randomBytes(16) }
    let message = try PassgateWire.CaseAct(act)
    platform.announce(operationID)
    return try asking(again: operationID) {
      let answer = try call(act.kind.methodName) { salt in
        ActRequest(
          salt: salt, operationID: operationID, tenantID: tenantID,
          clause: clause.map { PassgateWire.Clause($0) }, act: message, evidence: evidence)
      }
      guard let reply = try platform.success(answer, as: ActReply.self) else { return .refused }
      show(try recorded(reply.event), answer, operationID)
      return .done
    }
  }

  /// An act whose answer is lost may have been recorded: says how to find out.
  private func asking(again operationID: [UInt8], _ act: () throws -> ExitStatus) throws -> ExitStatus {
    do {
      return try act()
    } catch let error as ClientError {
      throw Failure(
        "\(error)\nwhether it was recorded is not known; to find out, run the same command again with "
          + "--operation \(Hex.encode(operationID))")
    }
  }

  private func show(_ event: PassgateDomain.CaseEvent, _ answer: Answer, _ operationID: [UInt8]) {
    if platform.asJSON {
      print(
        envelopeJSON(answer) { json in
          json.string("operationId", Hex.encode(operationID))
          EventText.write(event, to: &json)
        })
      return
    }
    print(EventText.recorded(event))
    if let due = EventText.due(event, now: answer.header.createdMilliseconds) { print(due) }
    if let next = NextStep.after(event, side) { print(next) }
    platform.printSignatureLine(answer)
  }

  /// What would come of an act now, by the case as the platform tells it and by the same rules.
  private func rehearse(
    _ act: PassgateDomain.CaseAct, _ clause: PassgateDomain.Clause?, _ evidence: [[UInt8]]
  ) throws -> ExitStatus {
    guard let history = try history() else { return .refused }
    let now = history.now
    let event: PassgateDomain.CaseEvent
    do throws(CaseFault) {
      event = try Case.decide(
        act, by: side == .officer ? .officer(callerID) : .tenant, clause: clause, evidence: evidence,
        tenantID: tenantID, in: history.current, at: now, calendar: .builtIn)
    } catch {
      throw Failure("it would be refused: \(error)", .refused)
    }
    if platform.asJSON {
      printJSON { json in
        json.bool("dryRun", true)
        EventText.write(event, to: &json)
      }
    } else {
      print("nothing was sent; it would be \(EventText.recorded(event))")
      if let due = EventText.due(event, now: now) { print(due) }
      if let consequence = NextStep.consequence(of: event) { print(consequence) }
    }
    return .done
  }
}

extension PlatformCalls {
  /// Tells the id of an operation before its call, so that an unknown outcome can be asked for.
  func announce(_ operationID: [UInt8]) {
    if !asJSON { note("operation \(Hex.encode(operationID))") }
  }
}
