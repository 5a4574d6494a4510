import Testing

@testable import PassgateWire

@Suite struct ArenaTests {
  @Test func nothingIsAllocatedAboveTheBudget() {
    let arena = Arena(budget: 100)
    #expect(unsafe arena.allocate(60) != nil)
    #expect(unsafe arena.allocate(41) == nil)
    #expect(unsafe arena.allocate(-1) == nil)
    #expect(unsafe arena.allocate(.max) == nil)
    #expect(unsafe arena.allocate(40) != nil)
    #expect(arena.remaining == 0)
  }

  @Test func memoryIsAlignedAndApart() throws {
    let arena = Arena(budget: .max)
    var end: UInt = 0
    for size in [1, 8, 3, 0, 5_000, 24] {
      let memory = unsafe UInt(bitPattern: arena.memory(size))
      #expect(memory % 8 == 0)
      #expect(memory >= end || memory + UInt(size) <= end)
      end = memory + UInt(size)
    }
  }

  @Test func unpackingStopsAtTheBudget() {
    let bytes = Samples.request.encoded()
    let fields = Arena(budget: 64).unpack(bytes.span, as: Request.descriptor)
    #expect(fields == nil)
  }

  /// The dearest shape of all that the scan lets through: the most elements of the fewest bytes.
  @Test func theDearestMessageStaysWithinItsBudget() {
    let bytes = Array(repeatElement(Raw.content(4, []), count: 4_096).joined())
    let arena = Arena(budget: DecodingLimits.budget(forBytes: bytes.count))
    #expect(throws: Never.self) { try preScan(bytes.span, as: Signature.descriptor) }
    let fields = arena.unpack(bytes.span, as: Signature.descriptor)
    #expect(fields == nil)
    #expect(throws: WireError(.overBudget)) { try Signature(decoding: bytes.span) }
  }

  @Test(arguments: Samples.all) func ordinaryMessagesUseHalfTheirBudget(_ sample: Samples.Sample) throws {
    let message = try #require(sample.message as? any MappedMessage)
    useHalfTheirBudget(message)
  }

  private func useHalfTheirBudget<Message: MappedMessage>(_ message: Message) {
    let bytes = message.encoded()
    let budget = DecodingLimits.budget(forBytes: bytes.count)
    let arena = Arena(budget: budget)
    let isUnpacked = arena.unpack(bytes.span, as: Message.descriptor) != nil
    #expect(isUnpacked && arena.remaining > budget / 2)
  }
}

/// What the scan and the mapping take for granted of the generated code.
@Suite struct DescriptorTests {
  private static let roots = [
    Frame.descriptor, RequestHeader.descriptor, ResponseHeader.descriptor, Refusal.descriptor,
    VerifyIdentityRequest.descriptor, VerifyIdentityReply.descriptor, VerifyBatchRequest.descriptor,
    VerifyBatchReply.descriptor, RegistryRecord.descriptor, ImportChunkRequest.descriptor,
    ImportChunkReply.descriptor, ImportStatusRequest.descriptor, ImportStatusReply.descriptor,
    DeleteRecordRequest.descriptor, DeleteRecordReply.descriptor, ProvisionRequest.descriptor,
    ProvisionReply.descriptor, ListTenantsRequest.descriptor, ListTenantsReply.descriptor,
    ListEvidenceRequest.descriptor, ListEvidenceReply.descriptor, HealthCheckRequest.descriptor,
    HealthCheckReply.descriptor, ListMethodsRequest.descriptor, ListMethodsReply.descriptor,
    LedgerEvent.descriptor, StoredPortrait.descriptor,
  ]

  @Test func fieldsAreNumberedWithoutGapsAndOfKnownKinds() {
    for root in Self.roots { check(root, depth: 1) }
  }

  private func check(_ message: MessageDescriptor, depth: Int) {
    #expect(depth <= DecodingLimits.depth, "a recursive type")
    #expect(message.fieldCount <= 16)
    for index in 0..<message.fieldCount where depth <= DecodingLimits.depth {
      let field = message.field(at: index)
      #expect(field.number == UInt32(index + 1))
      #expect(field.kind != nil)
      if let inner = message.message(number: index + 1) { check(inner, depth: depth + 1) }
    }
  }

  @Test func everyBodyBeginsWithASalt() {
    let stored = [RegistryRecord.descriptor, LedgerEvent.descriptor, StoredPortrait.descriptor].map(
      \.structureSize)
    for body in Self.roots.dropFirst(3) where !stored.contains(body.structureSize) {
      #expect(body.field(number: 1).name == "salt")
    }
  }
}
