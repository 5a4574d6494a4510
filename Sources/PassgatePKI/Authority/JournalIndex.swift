import PassgateCrypto
import PassgateSystem

/// Where the journal speaks of a key or a serial number: a hash table in a file, so that one question costs the same
/// among a hundred certificates and among a hundred thousand.
///
/// It says nothing that the journal does not say: a lost or foreign one is made again from there. Slots of 16 bytes
/// (tag, offset + 1; big-endian; 0 for empty) follow a header of as many bytes as two slots: magic, capacity, slots
/// taken, and how many bytes of the journal are entered. That number goes up only when the slots are on disk.
struct JournalIndex: ~Copyable {
  private static let magic = Array("PGINDEX1".utf8)
  private static let slotSize = 16
  private static let headerSize = 32
  private static let firstCapacity = 1 << 10
  /// Slots read at once on the way to an empty one.
  private static let window = 32

  private let path: String
  private var file: RandomAccessFile
  private var capacity: Int
  private var taken: Int
  /// How many bytes of the journal are entered.
  private(set) var covered: Int

  /// One thing that the journal says of `tag`, in the line that begins at `offset`.
  struct Entry {
    let tag: UInt64
    let offset: Int
  }

  /// Opens the index of a journal of `length` bytes; one that is missing or belongs to another begins empty.
  static func open(_ path: String, journalLength length: Int) throws(SystemError) -> JournalIndex {
    let file = try RandomAccessFile(path: path)
    let header = try file.read(at: 0, count: headerSize)
    let numbers = stride(from: 8, to: header.count - 7, by: 8).map { Int(clamping: number(header, at: $0)) }
    let size = try file.size()
    guard header.starts(with: magic), numbers.count == 3,
      numbers[0] >= firstCapacity, numbers[0] & (numbers[0] - 1) == 0,
      numbers[0] == (size - headerSize) / slotSize, numbers[1] < numbers[0], numbers[2] <= length
    else {
      var index = JournalIndex(path, file, capacity: 0, taken: 0, covered: 0)
      try index.rebuild(capacity: firstCapacity, [], covering: 0)
      return index
    }
    return JournalIndex(path, file, capacity: numbers[0], taken: numbers[1], covered: numbers[2])
  }

  private init(_ path: String, _ file: consuming RandomAccessFile, capacity: Int, taken: Int, covered: Int) {
    self.path = path
    self.file = file
    self.capacity = capacity
    self.taken = taken
    self.covered = covered
  }

  /// What a key id, a serial number or another thing is looked up by.
  static func tag(_ kind: Character, _ value: [UInt8]) -> UInt64 {
    let digest = sha256((Array(String(kind).utf8) + value).span)
    return number(digest, at: 0)
  }

  /// Where the lines begin that may speak of `tag`, in their order: two tags may share a hash, so the line decides.
  func offsets(of tag: UInt64) throws(SystemError) -> [Int] {
    var found: [Int] = []
    var slot = Int(tag & UInt64(capacity - 1))
    while true {
      let bytes = try slots(from: slot)
      for place in stride(from: 0, to: bytes.count, by: Self.slotSize) {
        let offset = Self.number(bytes, at: place + 8)
        if offset == 0 { return found.sorted() }
        if Self.number(bytes, at: place) == tag { found.append(Int(clamping: offset) - 1) }
      }
      slot = (slot + bytes.count / Self.slotSize) & (capacity - 1)
    }
  }

  /// Enters what the journal says up to its byte `end`.
  mutating func add(_ entries: [Entry], covering end: Int) throws(SystemError) {
    guard (taken + entries.count) * 2 <= capacity else {
      return try grow(by: entries, covering: end)
    }
    for entry in entries { try put(entry) }
    try file.synchronise()
    covered = end
    try file.write(header, at: 0)
    try file.synchronise()
  }
}

// MARK: - Slots

extension JournalIndex {
  private var header: [UInt8] {
    Self.magic + Self.bytes(UInt64(capacity)) + Self.bytes(UInt64(taken)) + Self.bytes(UInt64(covered))
  }

  /// Some slots from one on, not beyond the end of the table.
  private func slots(from slot: Int) throws(SystemError) -> [UInt8] {
    let count = min(Self.window, capacity - slot)
    let bytes = try file.read(at: Self.headerSize + slot * Self.slotSize, count: count * Self.slotSize)
    guard bytes.count == count * Self.slotSize else {
      throw SystemError(message: "\(path) ends too early; remove it, and it is made again from the journal")
    }
    return bytes
  }

  private mutating func put(_ entry: Entry) throws(SystemError) {
    let wanted = Self.bytes(entry.tag) + Self.bytes(UInt64(entry.offset + 1))
    var slot = Int(entry.tag & UInt64(capacity - 1))
    while true {
      let bytes = try slots(from: slot)
      for place in stride(from: 0, to: bytes.count, by: Self.slotSize) {
        let held = bytes[place..<(place + Self.slotSize)]
        // A run that died before the header was written has entered it already.
        if held.elementsEqual(wanted) { return }
        if Self.number(bytes, at: place + 8) == 0 {
          taken += 1
          return try file.write(wanted, at: Self.headerSize + slot * Self.slotSize + place)
        }
      }
      slot = (slot + bytes.count / Self.slotSize) & (capacity - 1)
    }
  }

  private mutating func grow(by entries: [Entry], covering end: Int) throws(SystemError) {
    let bytes = try file.read(at: Self.headerSize, count: capacity * Self.slotSize)
    var all: [Entry] = []
    for place in stride(from: 0, to: bytes.count, by: Self.slotSize) {
      let offset = Self.number(bytes, at: place + 8)
      if offset > 0 {
        all.append(Entry(tag: Self.number(bytes, at: place), offset: Int(clamping: offset) - 1))
      }
    }
    all += entries
    // Four times what is needed, so that the next growth is far.
    var larger = capacity
    while larger < all.count * 4 { larger *= 2 }
    try rebuild(capacity: larger, all, covering: end)
  }

  /// Replaces the file with a table of these entries alone.
  private mutating func rebuild(
    capacity: Int, _ entries: [Entry], covering end: Int
  ) throws(SystemError) {
    self.capacity = capacity
    taken = entries.count
    covered = end
    var table = [UInt64](repeating: 0, count: capacity * 2)
    for entry in entries {
      var slot = Int(entry.tag & UInt64(capacity - 1))
      while table[slot * 2 + 1] != 0 { slot = (slot + 1) & (capacity - 1) }
      table[slot * 2] = entry.tag
      table[slot * 2 + 1] = UInt64(entry.offset + 1)
    }
    try Files.writeDurably(header + table.flatMap(Self.bytes), to: path, mode: 0o600)
    file = try RandomAccessFile(path: path)
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  }

  private static func number(_ bytes: [UInt8], at start: Int) -> UInt64 {
    bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
