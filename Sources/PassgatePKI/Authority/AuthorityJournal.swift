import PassgateCrypto
import PassgateSystem

/// The append-only journal of an authority: what was issued, revoked and tainted, and the numbers of its lists.
///
/// Whoever writes holds the folder's lock for as long as the journal is open. Lines are on disk before anything that
/// rests on them leaves the authority. A last line without its end is what a crash left of a line that nobody has
/// acted on yet: it is cut off, and said.
package final class AuthorityJournal {
  /// This much of the journal's end is read at each start instead of being looked up.
  private static let longestTail = 256 << 10
  private static let chunk = 4 << 20

  private let path: String
  private let file: RandomAccessFile
  private let lock: HeldLock
  private var index: JournalIndex
  /// How many bytes of the journal are whole lines.
  private var length: Int
  /// What is said in the lines that the index does not have yet.
  private var tail: [JournalIndex.Entry] = []
  private var tailByTag: [UInt64: [Int]] = [:]

  /// Opens the journal of `folder` and holds its lock; `notice` is told, in a sentence, of a wait for another command
  /// and of a repair.
  package init(_ folder: AuthorityFolder, notice: (String) -> Void = tellOperator) throws(PKIError) {
    path = folder.journal
    do throws(SystemError) {
      lock = try Files.lock(folder.lock) {
        notice("another command works in \(folder.path); this one goes on when that has ended")
      }
      file = try RandomAccessFile(path: path)
      length = try file.size()
      index = try JournalIndex.open(folder.index, journalLength: length)
    } catch {
      throw .system(error)
    }
    try readTail(notice)
  }

  private func readTail(_ notice: (String) -> Void) throws(PKIError) {
    let size = length
    try forEachLine(from: index.covered) { offset, line throws(PKIError) in
      guard let event = JournalEvent(line: line) else {
        throw .damaged(
          "\(path): the line at byte \(offset) is none of a journal's; take the journal from the backup, or move "
            + "the line out if it is not the authority's")
      }
      remember(event, at: offset)
      if tail.count >= 1 << 16 {
        try onFiles { () throws(SystemError) in try settle(upTo: offset + line.count + 1) }
      }
    }
    let end = length
    if end - index.covered > Self.longestTail {
      try onFiles { () throws(SystemError) in try settle(upTo: end) }
    }
    guard end < size else { return }
    try onFiles { () throws(SystemError) in try file.truncate(to: end) }
    notice(
      "\(path) ended in the midst of a line, which a crash has left and nothing rests on; its \(size - end) bytes "
        + "were cut off")
  }

  /// Enters the events, and returns when they would survive a power cut.
  package func append(_ events: [JournalEvent]) throws(PKIError) {
    var text: [UInt8] = []
    var places: [Int] = []
    for event in events {
      places.append(length + text.count)
      text += event.line
    }
    let (start, bytes) = (length, text)
    try onFiles { () throws(SystemError) in
      try file.write(bytes, at: start)
      try file.synchronise()
    }
    length += text.count
    for (event, place) in zip(events, places) { remember(event, at: place) }
    if length - index.covered > Self.longestTail {
      try onFiles { () throws(SystemError) in try settle(upTo: length) }
    }
  }

  private func remember(_ event: JournalEvent, at offset: Int) {
    for tag in event.tags {
      tail.append(JournalIndex.Entry(tag: tag, offset: offset))
      tailByTag[tag, default: []].append(offset)
    }
  }

  /// Moves what is remembered of the journal's end to the index.
  private func settle(upTo end: Int) throws(SystemError) {
    try index.add(tail, covering: end)
    tail = []
    tailByTag = [:]
  }
}

// MARK: - Questions

extension AuthorityJournal {
  /// The certificates of a key, in the order of their issue.
  package func certificates(ofKey keyID: [UInt8]) throws(PKIError) -> [CertificateRecord] {
    try events(.key, keyID).compactMap { event in
      if case .issued(let record) = event, record.keyID == keyID { record } else { nil }
    }
  }

  /// The certificate with a serial number.
  package func certificate(serial: [UInt8]) throws(PKIError) -> CertificateRecord? {
    for event in try events(.serial, serial) {
      if case .issued(let record) = event, record.serial == serial { return record }
    }
    return nil
  }

  /// The withdrawal of the certificate with a serial number.
  package func revocation(serial: [UInt8]) throws(PKIError) -> RevocationRecord? {
    for event in try events(.serial, serial) {
      if case .revoked(let record) = event, record.serial == serial { return record }
    }
    return nil
  }

  /// The suspicion against an issuing key.
  package func taint(ofKey keyID: [UInt8]) throws(PKIError) -> TaintRecord? {
    for event in try events(.issuer, keyID) {
      if case .tainted(let record) = event, record.keyID == keyID { return record }
    }
    return nil
  }

  /// The last list of an issuing key.
  package func lastList(ofIssuer keyID: [UInt8]) throws(PKIError) -> ListRecord? {
    try events(.issuer, keyID).compactMap { event in
      if case .listed(let record) = event, record.issuer == keyID { record } else { nil }
    }.max { $0.number < $1.number }
  }

  private func events(_ kind: JournalTag, _ value: [UInt8]) throws(PKIError) -> [JournalEvent] {
    let tag = kind.tag(value)
    let settled = try onFiles { () throws(SystemError) in try index.offsets(of: tag) }
    var events: [JournalEvent] = []
    for offset in settled + (tailByTag[tag] ?? []) {
      let text = try onFiles { () throws(SystemError) in try line(at: offset) }
      if let event = JournalEvent(line: text) { events.append(event) }
    }
    return events
  }

  private func line(at offset: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    repeat {
      bytes += try file.read(at: offset + bytes.count, count: min(4096, length - offset - bytes.count))
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return Array(bytes[..<end]) }
    } while offset + bytes.count < length
    return bytes
  }

  /// Every event in its order; `label` begins the line of progress.
  package func forEach(
    _ label: String = "Reading", _ body: (JournalEvent) throws(PKIError) -> Void
  ) throws(PKIError) {
    var progress = Progress(label: label, total: length)
    try forEachLine(from: 0) { offset, line throws(PKIError) in
      guard let event = JournalEvent(line: line) else {
        throw .damaged("\(path): the line at byte \(offset) is none of a journal's")
      }
      try body(event)
      progress.update(offset)
    }
    progress.finish(length)
  }

  /// The whole lines from a byte on, without their ends; `length` is set to where the last of them ends.
  private func forEachLine(
    from start: Int, _ body: (_ offset: Int, _ line: [UInt8]) throws(PKIError) -> Void
  ) throws(PKIError) {
    let end = length
    var (position, rest) = (start, [UInt8]())
    while position + rest.count < end {
      let (from, count) = (position + rest.count, min(Self.chunk, end - position - rest.count))
      rest += try onFiles { () throws(SystemError) in try file.read(at: from, count: count) }
      var begin = 0
      while let newline = rest[begin...].firstIndex(of: UInt8(ascii: "\n")) {
        try body(position + begin, Array(rest[begin..<newline]))
        begin = newline + 1
      }
      position += begin
      rest.removeFirst(begin)
    }
    length = position
  }
}

extension AuthorityJournal {
  /// A key serves one holder and one purpose, and none after it was given up.
  func requireFreeKey(for new: CertificateRecord) throws(PKIError) {
    for old in try certificates(ofKey: new.keyID) {
      let place = "certificate \(Hex.encode(old.serial))"
      guard old.purpose == new.purpose, old.subject == new.subject, old.tenant == new.tenant else {
        throw .policy(
          "this key is another's: \(place) certifies it for \(old.purpose) to "
            + "\(old.tenant ?? old.subject); one key serves one holder and one purpose, so a new key is needed"
        )
      }
      if try revocation(serial: old.serial) != nil {
        throw .policy("this key was given up: \(place) of it is revoked; a new key is needed")
      }
      if try taint(ofKey: old.issuer) != nil {
        throw .policy("\(place) of this key is by an authority under suspicion; a new key is needed")
      }
    }
  }
}

/// Says a sentence that is no part of the result, and no failure either.
func tellOperator(_ sentence: String) {
  writeError("passgate-pki: \(terminalSafe(sentence))\n")
}

/// What the journal is asked by.
private enum JournalTag: Character {
  case key = "k"
  case serial = "s"
  case issuer = "i"

  func tag(_ value: [UInt8]) -> UInt64 { JournalIndex.tag(rawValue, value) }
}

extension JournalEvent {
  /// What the event is found by.
  fileprivate var tags: [UInt64] {
    switch self {
    case .issued(let record): [JournalTag.key.tag(record.keyID), JournalTag.serial.tag(record.serial)]
    case .revoked(let record): [JournalTag.serial.tag(record.serial)]
    case .tainted(let record): [JournalTag.issuer.tag(record.keyID)]
    case .listed(let record): [JournalTag.issuer.tag(record.issuer)]
    }
  }
}
