import PassgateDomain

/// The reading of some files of one folder, in batches: first the lengths of all, then what is in them.
struct FileReading: Sendable {
  /// A command that goes before the files.
  struct Lead: Sendable {
    let command: CommandAPDU
    /// The step that ends when the chip refuses it; nil when that does not matter.
    let stage: ChipStage?
  }

  private enum Step: Sendable {
    case lead(Lead)
    case select(ChipFile)
    case read(ChipFile, offset: Int, count: Int)
  }

  private struct Item: Sendable {
    let file: ChipFile
    var length: Int?
    var bytes: [UInt8] = []

    /// Enough to say the length, or for the file that says none.
    var headerLength: Int {
      if file.tag == nil { return 256 }
      return bytes.count < 4 ? 4 - bytes.count : 8 - bytes.count
    }
  }

  private var leads: [Lead]
  private var items: [Item]
  /// Files of which only the length is read for now.
  private var held: Set<ChipFile>
  private var selected: ChipFile?
  private var steps: [Step] = []
  private let needsFirst: Bool
  /// How many bytes all files of the document may still have.
  private var budget: Int
  private(set) var block: ReadBlock
  private(set) var files: [ChipFile: [UInt8]] = [:]
  /// Those that the chip does not give.
  private(set) var missing: Set<ChipFile> = []

  /// - Parameters:
  ///   - needsFirst: whether the others are not asked for when the first is missing.
  ///   - budget: how many bytes these files may have together.
  init(
    _ files: [ChipFile], after leads: [Lead] = [], holding held: Set<ChipFile> = [], needsFirst: Bool = false,
    block: ReadBlock = .standard, budget: Int = ChipFile.totalLimit
  ) {
    items = files.map { Item(file: $0) }
    self.leads = leads
    self.held = held
    self.needsFirst = needsFirst
    self.block = block
    self.budget = budget
  }

  /// The same with no file held any more, after more commands; nothing is taken to be selected still.
  func released(after leads: [Lead]) -> FileReading {
    var reading = self
    reading.held = []
    reading.leads += leads
    reading.selected = nil
    return reading
  }

  /// The part of all announced bytes that is read, 0 to 1; a file whose length is open counts for nothing.
  var progress: Double {
    let whole = files.values.reduce(0) { $0 + $1.count }
    let begun = items.compactMap { item in item.length.map { (read: item.bytes.count, length: $0) } }
    let announced = begun.reduce(whole) { $0 + $1.length }
    let read = begun.reduce(whole) { $0 + $1.read }
    return announced == 0 ? 0 : min(1, Double(read) / Double(announced))
  }

  // MARK: - Asking

  /// The next commands, none when all is read or held.
  ///
  /// - Parameter limit: at least 2, since a file must be selected to be read.
  mutating func next(limit: Int) -> [CommandAPDU] {
    steps = leads.prefix(limit).map(Step.lead)
    var selected = selected
    for item in items {
      let selection = selected == item.file ? [] : [Step.select(item.file)]
      let reads = reads(of: item, limit: limit - steps.count - selection.count)
      if reads.isEmpty { continue }
      selected = item.file
      steps += selection + reads
    }
    return steps.map(Self.command)
  }

  private func reads(of item: Item, limit: Int) -> [Step] {
    guard limit > 0 else { return [] }
    guard let length = item.length else {
      return [.read(item.file, offset: item.bytes.count, count: item.headerLength)]
    }
    guard !held.contains(item.file) else { return [] }
    return stride(from: item.bytes.count, to: length, by: block.size).prefix(limit).map {
      .read(item.file, offset: $0, count: min(block.size, length - $0))
    }
  }

  private static func command(_ step: Step) -> CommandAPDU {
    switch step {
    case .lead(let lead): lead.command
    case .select(let file): ReadCommands.select(file)
    case .read(_, let offset, let count): ReadCommands.read(at: offset, count: count)
    }
  }

  // MARK: - Answers

  /// Takes the answers to `next`, of which there may be fewer.
  mutating func take(_ answers: [ResponseAPDU]) throws(ChipFault) {
    for (step, answer) in zip(steps, answers) {
      switch step {
      case .lead(let lead): try take(answer, to: lead)
      case .select(let file): take(answer, toSelecting: file)
      case .read(let file, let offset, let count):
        try take(answer, file, offset: offset, count: count)
      }
    }
    steps = []
    try finish()
  }

  private mutating func take(_ answer: ResponseAPDU, to lead: Lead) throws(ChipFault) {
    leads.removeFirst()
    if let stage = lead.stage, !answer.isSuccess { throw .refused(stage, status: answer.status) }
  }

  private mutating func take(_ answer: ResponseAPDU, toSelecting file: ChipFile) {
    selected = answer.isSuccess ? file : nil
    if !answer.isSuccess { drop(file) }
  }

  private mutating func take(
    _ answer: ResponseAPDU, _ file: ChipFile, offset: Int, count: Int
  ) throws(ChipFault) {
    guard let index = items.firstIndex(where: { $0.file == file }) else { return }
    guard answer.isSuccess || answer.status == StatusWord.endOfFile else {
      return try refuse(answer.status, items[index])
    }
    let content = try ReadCommands.content(of: answer.data, at: offset)
    guard content.count <= count else { throw .protocolViolation(.files) }
    // Something before it came out shorter: this piece is asked for again.
    guard offset == items[index].bytes.count else { return }
    if content.isEmpty { return try refuse(answer.status, items[index]) }
    items[index].bytes += content
    if items[index].length == nil {
      try measure(index)
    } else if content.count < count {
      block.limit(to: content.count)
    }
  }

  /// A refused reading within a file whose length is known is tried in smaller pieces.
  private mutating func refuse(_ status: UInt16, _ item: Item) throws(ChipFault) {
    guard item.length != nil else { return drop(item.file) }
    let isLength =
      ReadBlock.isTooLong(status) || status == StatusWord.success || status == StatusWord.endOfFile
    guard isLength else { return drop(item.file) }
    guard block.stepDown(after: status) else { throw .malformed(item.file) }
  }

  private mutating func drop(_ file: ChipFile) {
    let isFirst = items.first?.file == file && files.isEmpty
    items.removeAll { $0.file == file }
    missing.insert(file)
    if needsFirst, isFirst { items = [] }
  }

  private mutating func measure(_ index: Int) throws(ChipFault) {
    let (file, bytes) = (items[index].file, items[index].bytes)
    guard file.tag != nil else {
      items[index].length = bytes.count
      return
    }
    do throws(LDSFault) {
      items[index].length = try file.length(from: bytes)
    } catch {
      throw error == .tooLarge ? .tooLarge(file) : .malformed(file)
    }
    guard let length = items[index].length else {
      guard bytes.count < 8 else { throw .malformed(file) }
      return
    }
    guard length <= budget else { throw .tooLarge(file) }
    budget -= length
  }

  /// Puts away what is complete.
  private mutating func finish() throws(ChipFault) {
    for item in items {
      guard let length = item.length, item.bytes.count >= length else { continue }
      files[item.file] = Array(item.bytes.prefix(length))
    }
    items.removeAll { files[$0.file] != nil }
  }
}
