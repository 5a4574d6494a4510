/// What libFuzzer calls with each input; `examine` is the target's own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  examine(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// What a reader says of bytes does not matter here, only that it says something.
func tried<Value>(_ read: () throws -> Value) -> Value? { try? read() }
