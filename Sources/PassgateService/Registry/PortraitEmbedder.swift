import PassgateDomain
import PassgateSystem
import PassgateWire
import Synchronization

/// Makes of the portraits of an import what the registry keeps: an engine looks at each once, several at a time.
final class PortraitEmbedder: Sendable {
  /// What a portrait came to.
  enum Embedding: Sendable, Equatable {
    /// With its vector, or without one where nothing could look at it now: then its first use will.
    case kept(StoredPortrait)
    /// It can never be compared with.
    case refused(PortraitFault)
  }

  /// The time that a chunk may take, nanoseconds: what is not embedded by then is kept without a vector, so that
  /// the caller's own time does not end over it.
  static let patience: UInt64 = 10_000_000_000
  /// As many portraits at a time leave half of the engine to those who wait for a check.
  private static let lanes = max(1, processorCount() / 2)

  fileprivate enum Tally: CaseIterable {
    case embedded, postponed, refused
  }

  private let examiner: (any PortraitExaminer)?
  private let lanes: Int
  private let clock: any Clock
  private let tallies = Mutex([Tally: Int]())

  /// - Parameters:
  ///   - examiner: nil where nothing looks at pictures.
  ///   - lanes: portraits at a time.
  init(_ examiner: (any PortraitExaminer)?, lanes: Int = lanes, clock: any Clock) {
    (self.examiner, self.lanes, self.clock) = (examiner, lanes, clock)
  }

  /// One embedding for each portrait, in their order.
  func embed(_ portraits: [RegistryPortrait]) -> [Embedding] {
    let run = Run(
      portraits.map(\.image), embedder: self, deadline: clock.monotonicNanoseconds() + Self.patience)
    let helpers = (1..<max(1, min(lanes, portraits.count))).compactMap { _ in
      try? spawnThread(name: "embed") { run.work() }
    }
    run.work()
    for helper in helpers { helper.join() }
    let embeddings = run.embeddings
    note(embeddings)
    return embeddings
  }

  fileprivate func embed(_ image: [UInt8], deadline: UInt64) -> Embedding {
    guard PortraitFormat(image) != nil else { return .refused(.badImage) }
    let plain = Embedding.kept(StoredPortrait(image: image))
    guard let examiner, let model = examiner.standing?.modelID, clock.monotonicNanoseconds() < deadline else {
      return plain
    }
    do throws(PortraitFailure) {
      let finding = try examiner.examine(PortraitTask(referenceImage: image), deadline: deadline)
      if let fault = PortraitFault(rawValue: UInt8(clamping: finding.referenceFault)) {
        return .refused(fault)
      }
      // A vector is worth nothing under another model's name.
      guard !finding.referenceVector.isEmpty, examiner.standing?.modelID == model else { return plain }
      return .kept(StoredPortrait(image: image, vector: finding.referenceVector, modelID: model))
    } catch {
      return plain
    }
  }

  private func note(_ embeddings: [Embedding]) {
    tallies.withLock { tallies in
      for embedding in embeddings { tallies[Tally(embedding), default: 0] += 1 }
    }
  }

  func writeMetrics(deployment: String, to text: inout PrometheusText) {
    let tallies = tallies.withLock(\.self)
    for tally in Tally.allCases {
      text.metric(
        "passgate_registry_portraits_total", "counter",
        "Portraits that imports have brought, by what they came to.",
        labels: ["deployment": deployment, "outcome": "\(tally)"], tallies[tally] ?? 0)
    }
  }
}

extension PortraitEmbedder.Tally {
  fileprivate init(_ embedding: PortraitEmbedder.Embedding) {
    switch embedding {
    case .kept(let portrait): self = portrait.vector.isEmpty ? .postponed : .embedded
    case .refused: self = .refused
    }
  }
}

/// The portraits of one chunk, taken one by one by whoever has time.
private final class Run: Sendable {
  private struct State: Sendable {
    var next = 0
    var embeddings: [PortraitEmbedder.Embedding?]
  }

  private let images: [[UInt8]]
  private let embedder: PortraitEmbedder
  private let deadline: UInt64
  private let state: Mutex<State>

  init(_ images: [[UInt8]], embedder: PortraitEmbedder, deadline: UInt64) {
    (self.images, self.embedder, self.deadline) = (images, embedder, deadline)
    state = Mutex(State(embeddings: Array(repeating: nil, count: images.count)))
  }

  var embeddings: [PortraitEmbedder.Embedding] { state.withLock { $0.embeddings.compactMap(\.self) } }

  func work() {
    while let index = take() {
      let embedding = embedder.embed(images[index], deadline: deadline)
      state.withLock { $0.embeddings[index] = embedding }
    }
  }

  private func take() -> Int? {
    state.withLock { state in
      guard state.next < images.count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }
}
