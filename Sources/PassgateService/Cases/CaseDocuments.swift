import PassgateCrypto
import PassgateDomain
import PassgateWire

/// Documents of dossiers, and complaints.
extension CaseOffice {
  /// Takes a chunk of a document that an applicant's key will hand in.
  //= Measures art.6(1)
  func putDocument(_ order: Order) -> Outcome {
    dossiers?.putDocument(order) ?? .refusal(.internal)
  }

  /// A page of a document of a case or of a complaint, for officers; that it was read is recorded.
  func getDocument(_ order: Order) -> Outcome {
    guard let dossiers else { return .refusal(.internal) }
    if let refusal = record(order) { return refusal }
    // A complaint may name a tenant that has no case, or none.
    return dossiers.getDocument(order)
  }

  /// A page of the complaints, for officers.
  //= Measures art.11
  func listComplaints(_ order: Order) -> Outcome {
    guard let dossiers else { return .refusal(.internal) }
    return recordReading(order) ?? dossiers.listComplaints(order)
  }

  /// Anybody's complaint under a case id. It is a step of the case of the tenant that it names, and recorded all the
  /// same when it names none that there is.
  //= Measures art.11
  func complain(_ order: Order) -> Outcome {
    do throws(BodyFault) {
      let body = try ComplainRequest.body(order.request.body)
      guard let dossiers else { return .refusal(.internal) }
      if let held = prepare(body.tenantID) { return held }
      var draft: Draft?
      return ledger.once(
        order, operationID: body.operationID, contentDigest: sha256(body.content.span), keepsBody: false,
        act: { place in
          do throws(DossierFault) {
            let sealed = try dossiers.seal(complaint: body, of: order.header.keyID)
            let reply = ComplainReply(salt: freshSalt(), caseID: sealed.caseID).encoded()
            guard hasCase(body.tenantID) else { return Deed(.success(reply)) }
            let act = PassgateDomain.CaseAct.complain(caseID: sealed.caseID, digest: sealed.digest)
            var intent = Intent(act: act, actor: .anyone(order.header.keyID), tenantID: body.tenantID)
            intent.order = order
            return deed(intent, at: place, into: &draft, reply: reply)
          } catch {
            return Deed(error.outcome)
          }
        },
        whenRecorded: { commit(draft) })
    } catch {
      return error.outcome
    }
  }
}
