import CPKCS11
import Glibc
import Synchronization

/// The functions of a library. One that is missing there is nil.
@safe struct PKCS11Functions {
  let list: UnsafePointer<CK_FUNCTION_LIST>

  /// Loads a library.
  fileprivate init(library path: String) throws(CryptoError) {
    guard let library = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let why = unsafe dlerror().map { unsafe String(cString: $0) } ?? path
      throw CryptoError(.unavailable, "the library of a token could not be loaded: \(why)")
    }
    guard let symbol = unsafe dlsym(library, "C_GetFunctionList") else {
      throw CryptoError(.unavailable, "\(path) is no PKCS#11 library: it has no C_GetFunctionList")
    }
    let getFunctionList = unsafe unsafeBitCast(symbol, to: CK_C_GetFunctionList.self)
    var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
    guard unsafe getFunctionList(&list) == CKR_OK, let list = unsafe list else {
      throw CryptoError(.unavailable, "\(path) gave no list of its functions")
    }
    unsafe self.list = UnsafePointer(list)
  }
}

/// A token's library, loaded once in a process and never unloaded. It is not finalised when the process ends either:
/// what it has allocated and which threads it runs is its own, and libraries have been seen to crash there.
@safe final class PKCS11Module: @unchecked Sendable {
  /// Where it was loaded from.
  let path: String
  private let functions: PKCS11Functions
  private let gate = CallGate()
  /// Changed while the gate is closed.
  private var runs: UInt64 = 0
  /// Held while the library is started, which no two threads may do at once.
  private let starting = Mutex(())
  /// How many tokens are connected through it.
  let connections = Mutex(0)

  private static let loaded = Mutex<[String: PKCS11Module]>([:])

  /// The library at an absolute path.
  ///
  /// - Throws: `.unavailable` when it cannot be loaded.
  static func load(_ path: String) throws(CryptoError) -> PKCS11Module {
    try loaded.withLock { (modules) throws(CryptoError) in
      if let module = modules[path] { return module }
      let module = try PKCS11Module(path)
      modules[path] = module
      return module
    }
  }

  private init(_ path: String) throws(CryptoError) {
    self.path = path
    functions = try PKCS11Functions(library: path)
  }

  /// Calls one function of the library, which must return CKR_OK or one of `accepted`; answers which. A call for a run
  /// that is over fails without being made, because the numbers of sessions and objects begin anew with each run.
  @discardableResult
  fileprivate func call(
    _ name: String, run: UInt64, _ accepted: [CK_RV], _ function: (PKCS11Functions) -> CK_RV?
  ) throws(PKCS11Fault) -> CK_RV {
    var code: CK_RV?
    _ = gate.pass {
      if run == runs { code = function(functions) ?? CKR_FUNCTION_NOT_SUPPORTED }
    }
    guard let code else { throw .runEnded }
    guard code == CKR_OK || accepted.contains(code) else { throw .returned(code, by: name) }
    return code
  }

  /// The library, started now or before.
  func start() throws(PKCS11Fault) -> PKCS11Run {
    var run: UInt64 = 0
    var code: CK_RV = CKR_FUNCTION_FAILED
    _ = gate.pass {
      run = runs
      code = starting.withLock { _ in initialize() }
    }
    guard [CKR_OK, CKR_CRYPTOKI_ALREADY_INITIALIZED].contains(code) else {
      throw .returned(code, by: "C_Initialize")
    }
    return PKCS11Run(module: self, number: run)
  }

  private func initialize() -> CK_RV {
    var arguments = unsafe CK_C_INITIALIZE_ARGS()
    unsafe arguments.flags = CKF_OS_LOCKING_OK
    return unsafe functions.list.pointee.C_Initialize?(&arguments) ?? CKR_FUNCTION_NOT_SUPPORTED
  }

  /// Ends the library's run, so that the next one looks for tokens anew: some see one that came back in no other way.
  /// Whoever has sessions finds his token and logs in again. Does nothing while a call hangs.
  func endRun() {
    gate.close {
      runs += 1
      _ = unsafe functions.list.pointee.C_Finalize?(nil)
    }
  }
}

/// A library between its start and the end of its run.
struct PKCS11Run: Sendable {
  let module: PKCS11Module
  let number: UInt64

  /// Calls one function of the library, which must return CKR_OK or one of `accepted`; answers which.
  @discardableResult
  func call(
    _ name: String, accepting accepted: [CK_RV] = [], _ function: (PKCS11Functions) -> CK_RV?
  ) throws(PKCS11Fault) -> CK_RV {
    try module.call(name, run: number, accepted, function)
  }

  /// The slots that hold a token now.
  func slots() throws(PKCS11Fault) -> [CK_SLOT_ID] {
    var count: CK_ULONG = 0
    // Asking for the number alone makes a library look for tokens that came or went.
    try call("C_GetSlotList") { unsafe $0.list.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), nil, &count) }
    var slots = [CK_SLOT_ID](repeating: 0, count: Int(count) + 8)
    count = CK_ULONG(slots.count)
    try call("C_GetSlotList") { unsafe $0.list.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), &slots, &count) }
    return Array(slots.prefix(Int(count)))
  }

  /// What the token in a slot says of itself.
  func token(in slot: CK_SLOT_ID) throws(PKCS11Fault) -> CK_TOKEN_INFO {
    var info = CK_TOKEN_INFO()
    try call("C_GetTokenInfo") { unsafe $0.list.pointee.C_GetTokenInfo?(slot, &info) }
    return info
  }

  /// A new session; one that shall make objects is for writing.
  func openSession(_ slot: CK_SLOT_ID, forWriting: Bool) throws(PKCS11Fault) -> CK_SESSION_HANDLE {
    var handle: CK_SESSION_HANDLE = 0
    let flags = CKF_SERIAL_SESSION | (forWriting ? CKF_RW_SESSION : 0)
    try call("C_OpenSession") { unsafe $0.list.pointee.C_OpenSession?(slot, flags, nil, nil, &handle) }
    return handle
  }
}

extension PKCS11URI {
  /// Whether it names the token in this slot.
  func matches(_ info: CK_TOKEN_INFO, in slot: CK_SLOT_ID) -> Bool {
    let pairs = [
      (token, text(info.label)), (manufacturer, text(info.manufacturerID)), (model, text(info.model)),
      (serial, text(info.serialNumber)),
    ]
    return pairs.allSatisfy { wanted, found in wanted == nil || wanted == found }
      && (slotID ?? slot) == slot
  }

  /// A field of fixed length, filled up with blanks.
  private func text<Field>(_ field: Field) -> String {
    let bytes = unsafe withUnsafeBytes(of: field) { unsafe Array($0) }
    let end = bytes.lastIndex { $0 != UInt8(ascii: " ") && $0 != 0 }.map { $0 + 1 } ?? 0
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
