import Synchronization

/// What the platform has seen and no event tells, so that a restart forgets nothing.
extension LedgerStore {
  /// Notes when a key was used last, milliseconds since 1970; an earlier time than the one that is known changes nothing.
  package func noteUse(of keyID: [UInt8], at milliseconds: UInt64) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in
      try state.noteUse.run([.blob(keyID), .number(milliseconds)])
    }
  }

  /// When keys were used last, milliseconds since 1970, by their ids; of those only that somebody noted.
  package func lastUses() throws(StoreError) -> [[UInt8]: UInt64] {
    try state.withLock { (state) throws(StoreError) in
      let rows = try state.uses.all([]) { ($0.bytes(0), $0.number(1)) }
      return Dictionary(rows) { max($0, $1) }
    }
  }

  /// Keeps the revocation list (DER) that is believed of an issuer, by its key id, in place of the one before.
  package func keep(revocationList list: [UInt8], of issuer: [UInt8]) throws(StoreError) {
    try state.withLock { (state) throws(StoreError) in try state.keepList.run([.blob(issuer), .blob(list)]) }
  }

  /// The revocation lists (DER) that were believed last, one of each issuer.
  package func revocationLists() throws(StoreError) -> [[UInt8]] {
    try state.withLock { (state) throws(StoreError) in try state.lists.all([]) { $0.bytes(0) } }
  }
}
