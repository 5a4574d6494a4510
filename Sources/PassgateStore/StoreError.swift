/// Why a store refused or failed. The text names the store, the cause and the remedy, never a key or a row.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file at this place was made by another program, or is a store of another kind.
  case foreign(place: String)
  /// The file was written by a later release: its schema version, and the latest one known here.
  case newerVersion(place: String, found: Int64, known: Int64)
  /// Another process, or another store object of this one, has the file open for writing.
  case inUse(place: String)
  /// The disk or quota is exhausted; the transaction was rolled back and the store still serves reads.
  case full(place: String)
  /// SQLite found the file's contents inconsistent.
  case damaged(place: String)
  /// Any other failure of the system or of SQLite, in its own words; the transaction was rolled back.
  case failed(place: String, problem: String)
  /// A chunk or event that is not the next one: the number the store expects.
  case outOfOrder(expected: UInt64)
  /// A chunk for an import whose last chunk was stored before.
  case importComplete
  /// The ledger already holds an event of this actor and operation.
  case alreadyRecorded

  package var description: String {
    switch self {
    case .foreign(let place):
      "\(place): this file was not made by Passgate for this use; name another path or move the file away"
    case .newerVersion(let place, let found, let known):
      "\(place): the file has schema version \(found) and this program knows \(known); "
        + "run the newer program or restore a backup made before it"
    case .inUse(let place):
      "\(place): another server holds its lock file (.lock beside it); stop it or give this one its own path"
    case .full(let place):
      "\(place): no space left, nothing was written; free space on its disk or raise its quota"
    case .damaged(let place):
      "\(place): the file's contents are damaged; stop the server and restore it from a backup"
    case .failed(let place, let problem):
      "\(place): \(problem); nothing was written, check the disk and the permissions of file and folder"
    case .outOfOrder(let expected):
      "number \(expected) is expected next; continue from there"
    case .importComplete:
      "this import is complete; start another one under a new import id"
    case .alreadyRecorded:
      "this actor's operation is recorded already; return the recorded outcome"
    }
  }
}
