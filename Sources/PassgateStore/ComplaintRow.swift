import Synchronization

/// A complaint as it is kept: who sent it by key, whom it concerns, and its sealed text.
package struct ComplaintRow: Sendable, Equatable {
  /// 16 bytes.
  package let caseID: [UInt8]
  /// SHA-256 of the complainant's SubjectPublicKeyInfo.
  package let keyID: [UInt8]
  /// 16 bytes.
  package let operationID: [UInt8]
  /// Empty when the complainant does not know it.
  package let tenantID: String
  /// Unix time in milliseconds.
  package let at: UInt64
  /// SHA-256 of the text.
  package let digest: [UInt8]
  /// The text, unreadable without the deployment's secret.
  package let sealed: [UInt8]

  package init(
    caseID: [UInt8], keyID: [UInt8], operationID: [UInt8], tenantID: String, at: UInt64, digest: [UInt8],
    sealed: [UInt8]
  ) {
    self.caseID = caseID
    self.keyID = keyID
    self.operationID = operationID
    self.tenantID = tenantID
    self.at = at
    self.digest = digest
    self.sealed = sealed
  }
}

/// A complaint as it is listed.
package struct ListedComplaint: Sendable, Equatable {
  /// From 1, rising with time.
  package let number: UInt64
  /// 16 bytes.
  package let caseID: [UInt8]
  /// Unix time in milliseconds.
  package let at: UInt64
  /// Empty when the complainant does not know it.
  package let tenantID: String
  /// SHA-256 of the text.
  package let digest: [UInt8]
}

extension DossierStore {
  /// Keeps a complaint durably, unless this key's operation was kept before.
  /// - Returns: the case id under which it is kept: of a repeat, the first one's.
  /// - Throws: `.alreadyRecorded` when the operation was used for another complaint.
  package func keep(_ complaint: ComplaintRow) throws(StoreError) -> [UInt8] {
    try state.withLock { (state) throws(StoreError) in
      try state.database.transaction { () throws(StoreError) in try state.keep(complaint) }
    }
  }

  /// Complaints behind this number in their order, without their texts.
  package func complaints(after number: UInt64, limit: Int) throws(StoreError) -> [ListedComplaint] {
    try state.withLock { (state) throws(StoreError) in
      try state.listComplaints.all([.number(number), .number(UInt64(limit))]) { row in
        ListedComplaint(
          number: row.number(0), caseID: row.bytes(1), at: row.number(2), tenantID: row.text(3),
          digest: row.bytes(4))
      }
    }
  }

  /// The complaint about a tenant with this digest: its case id and sealed text, or nil.
  package func complaint(digest: [UInt8], about tenantID: String) throws(StoreError)
    -> (caseID: [UInt8], sealed: [UInt8])?
  {
    try state.withLock { (state) throws(StoreError) in
      try state.readComplaint.first([.text(tenantID), .blob(digest)]) { ($0.bytes(0), $0.bytes(1)) }
    }
  }
}

extension DossierStore.State {
  func keep(_ complaint: ComplaintRow) throws(StoreError) -> [UInt8] {
    try insertComplaint.run([
      .blob(complaint.caseID), .blob(complaint.keyID), .blob(complaint.operationID),
      .text(complaint.tenantID), .number(complaint.at), .blob(complaint.digest), .blob(complaint.sealed),
    ])
    let kept = try findComplaint.first([.blob(complaint.keyID), .blob(complaint.operationID)]) { row in
      (caseID: row.bytes(0), isSame: row.text(1) == complaint.tenantID && row.bytes(2) == complaint.digest)
    }
    guard let kept, kept.isSame else { throw .alreadyRecorded }
    return kept.caseID
  }
}
