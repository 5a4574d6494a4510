import CPKCS11
import Synchronization

/// A token in use: found, logged in to once, and with a bounded number of sessions, which any thread may borrow.
///
/// When it is lost, the first operation to notice looks for it anew and logs in again; while it cannot be found, all
/// fail at once with `.unavailable` and it is looked for at growing intervals. A wrong PIN is tried once: tokens
/// lock themselves after a few.
package final class PKCS11Token: Sendable {
  /// Reads the PIN from where it is kept; called at each login.
  package typealias PINReader = @Sendable () throws(CryptoError) -> [UInt8]

  private struct State {
    var epoch: UInt64 = 0
    /// The session that keeps the login, while the token is there.
    var anchor: (session: PKCS11Session, slot: CK_SLOT_ID)?
    var idle: [PKCS11Session] = []
    var backOff = BackOff()
    /// When the library may be started anew though others use it.
    var nextEndOfRun: UInt64 = 0
    /// SHA-256 of salt and the PIN that the token refused.
    var refusedPIN: [UInt8]?
  }

  private static let known = Mutex<[PKCS11Token]>([])

  /// Names the token; what it says of an object counts for nothing.
  let uri: PKCS11URI
  let limits: PKCS11Limits
  private let readPIN: PINReader?
  private let salt: [UInt8]
  private let permits: Permits
  private let connecting = Permits(1)
  private let state = Mutex(State())

  /// The token of `uri`, the same for all who name it alike: a process logs in to a token once.
  ///
  /// - Parameter readPIN: nil for a token with a keypad of its own.
  /// - Throws: `.library`.
  package static func shared(_ uri: PKCS11URI, readPIN: PINReader?) throws(CryptoError) -> PKCS11Token {
    try known.withLock { (tokens) throws(CryptoError) in
      if let token = tokens.first(where: { $0.uri.isSameToken(as: uri) }) { return token }
      let token = try PKCS11Token(uri, readPIN: readPIN)
      tokens.append(token)
      return token
    }
  }

  /// A token that shares nothing with others of the same name but the login.
  ///
  /// - Throws: `.library`.
  package init(
    _ uri: PKCS11URI, readPIN: PINReader?, limits: PKCS11Limits = PKCS11Limits()
  ) throws(CryptoError) {
    self.uri = uri.with(object: nil)
    self.limits = limits
    self.readPIN = readPIN
    salt = try randomBytes(16)
    permits = Permits(limits.sessions)
  }

  deinit {
    forget(epoch: state.withLock { $0.epoch })
  }

  /// Runs `body` with a session. A loss that it meets makes the token be found anew and `body` run again.
  ///
  /// - Throws: `.unavailable` when the token is gone or busy for too long; what `body` refuses.
  func perform<Result>(
    forWriting: Bool = false, _ body: (PKCS11Session) throws(PKCS11Fault) -> Result
  ) throws(CryptoError) -> Result {
    guard permits.take(within: limits.patience) else { throw tooBusy }
    defer { permits.give() }
    var tries = 1
    while true {
      do throws(PKCS11Fault) {
        return try attempt(forWriting, body)
      } catch {
        guard tries < error.tries else { throw error.error(at: uri.place) }
        tries += 1
      }
    }
  }

  private var tooBusy: CryptoError {
    CryptoError(
      .unavailable,
      "\(uri.place) gave no session within \(limits.patience / 1_000_000_000) seconds: it hangs or is overloaded"
    )
  }

  private func attempt<Result>(
    _ forWriting: Bool, _ body: (PKCS11Session) throws(PKCS11Fault) -> Result
  ) throws(PKCS11Fault) -> Result {
    let session = try borrow(forWriting)
    do throws(PKCS11Fault) {
      let result = try body(session)
      giveBack(session, isReusable: !forWriting)
      return result
    } catch {
      // What an operation that failed has left open in the session is not known.
      giveBack(session, isReusable: false)
      if error.isLoss { forget(epoch: session.epoch) }
      throw error
    }
  }
}

// MARK: - Sessions

extension PKCS11Token {
  private func borrow(_ forWriting: Bool) throws(PKCS11Fault) -> PKCS11Session {
    let anchor = try connected()
    if !forWriting, let idle = state.withLock({ $0.epoch == anchor.session.epoch ? $0.idle.popLast() : nil })
    {
      return idle
    }
    do throws(PKCS11Fault) {
      let run = anchor.session.run
      let handle = try run.openSession(anchor.slot, forWriting: forWriting)
      return PKCS11Session(run: run, handle: handle, epoch: anchor.session.epoch)
    } catch {
      if error.isLoss { forget(epoch: anchor.session.epoch) }
      throw error
    }
  }

  private func giveBack(_ session: PKCS11Session, isReusable: Bool) {
    let isKept = state.withLock { state in
      guard isReusable, state.epoch == session.epoch else { return false }
      state.idle.append(session)
      return true
    }
    if !isKept { session.close() }
  }

  /// Drops what was found in `epoch`, so that the next one to come finds the token anew.
  private func forget(epoch: UInt64) {
    let sessions = state.withLock { state -> [PKCS11Session] in
      guard state.epoch == epoch, let anchor = state.anchor else { return [] }
      defer {
        state.anchor = nil
        state.idle = []
        state.epoch += 1
      }
      return state.idle + [anchor.session]
    }
    if !sessions.isEmpty { disconnect(sessions) }
  }

  private func disconnect(_ sessions: [PKCS11Session]) {
    sessions.first?.run.module.connections.withLock { $0 -= 1 }
    for session in sessions { session.close() }
  }
}

// MARK: - Finding and logging in

extension PKCS11Token {
  private typealias Anchor = (session: PKCS11Session, slot: CK_SLOT_ID)

  /// The session that keeps the login, made by one thread while the others wait.
  private func connected() throws(PKCS11Fault) -> Anchor {
    if let anchor = state.withLock({ $0.anchor }) { return anchor }
    guard connecting.take(within: limits.patience) else { throw .refused(tooBusy) }
    defer { connecting.give() }
    if let anchor = state.withLock({ $0.anchor }) { return anchor }
    let now = limits.now()
    if let error = state.withLock({ $0.backOff.error(at: now) }) { throw .refused(error) }
    do throws(PKCS11Fault) {
      let anchor = try connect(epoch: state.withLock { $0.epoch })
      anchor.session.run.module.connections.withLock { $0 += 1 }
      state.withLock { state in
        state.anchor = anchor
        state.backOff.succeeded()
      }
      return anchor
    } catch .runEnded {
      throw .runEnded
    } catch {
      let shown = error.error(at: uri.place)
      state.withLock { $0.backOff.failed(with: shown, limits) }
      throw .refused(shown)
    }
  }

  /// Finds the token and logs in, if need be after a new start of the library.
  private func connect(epoch: UInt64) throws(PKCS11Fault) -> Anchor {
    let module = try onCrypto { () throws(CryptoError) in try PKCS11Module.load(uri.modulePath) }
    do throws(PKCS11Fault) {
      return try connect(module.start(), epoch)
    } catch .runEnded {
      // Another token had it started anew in between: once more.
    } catch {
      guard error.isLoss, mayEndRun(of: module) else { throw error }
      module.endRun()
    }
    return try connect(module.start(), epoch)
  }

  /// Whether it is time: a new start costs each other token of the library a new login.
  private func mayEndRun(of module: PKCS11Module) -> Bool {
    let isAlone = module.connections.withLock { $0 == 0 }
    let now = limits.now()
    return state.withLock { state in
      guard isAlone || now >= state.nextEndOfRun else { return false }
      state.nextEndOfRun = now + limits.pauseOfRuns
      return true
    }
  }

  private func connect(_ run: PKCS11Run, _ epoch: UInt64) throws(PKCS11Fault) -> Anchor {
    let (slot, info) = try find(run)
    let session = PKCS11Session(
      run: run, handle: try run.openSession(slot, forWriting: false), epoch: epoch)
    do throws(PKCS11Fault) {
      try login(session, info)
    } catch {
      session.close()
      throw error
    }
    return (session, slot)
  }

  private func find(_ run: PKCS11Run) throws(PKCS11Fault) -> (CK_SLOT_ID, CK_TOKEN_INFO) {
    var found: [(CK_SLOT_ID, CK_TOKEN_INFO)] = []
    for slot in try run.slots() {
      // A slot may lose its token between the two calls.
      guard let info = try? run.token(in: slot), uri.matches(info, in: slot) else { continue }
      found.append((slot, info))
    }
    guard let first = found.first else {
      throw .missing(
        CryptoError(.unavailable, "\(uri.place) is not there: \(uri.modulePath) shows no such token"))
    }
    guard found.count == 1 else {
      throw .refused(
        CryptoError(.mismatch, "\(found.count) tokens match \(uri.place): add serial=NUMBER to its URI"))
    }
    return first
  }

  private func login(_ session: PKCS11Session, _ info: CK_TOKEN_INFO) throws(PKCS11Fault) {
    guard info.flags & CKF_LOGIN_REQUIRED != 0 else { return }
    guard info.flags & CKF_USER_PIN_LOCKED == 0 else {
      throw refusal("has locked its PIN after wrong ones; unlock it with the tool of its vendor")
    }
    guard info.flags & CKF_USER_PIN_FINAL_TRY == 0 else {
      throw refusal(
        "has one try left before it locks its PIN, which is left to you: log in with its vendor's tool")
    }
    guard let readPIN else {
      guard info.flags & CKF_PROTECTED_AUTHENTICATION_PATH != 0 else {
        throw refusal("asks for a PIN: add &pin-source=file:FILE to its URI")
      }
      return try session.login(pin: nil)
    }
    try login(session, readPIN)
  }

  private func login(_ session: PKCS11Session, _ readPIN: PINReader) throws(PKCS11Fault) {
    var pin = try onCrypto(readPIN)
    defer { wipe(&pin) }
    let digest = sha256((salt + pin).span)
    guard state.withLock({ $0.refusedPIN != digest }) else { throw wrongPIN }
    do throws(PKCS11Fault) {
      try session.login(pin: pin)
    } catch {
      guard case .returned(CKR_PIN_INCORRECT, _) = error else { throw error }
      state.withLock { $0.refusedPIN = digest }
      throw wrongPIN
    }
  }

  private var wrongPIN: PKCS11Fault {
    refusal(
      "refused the PIN, which was tried once and is not tried again, because tokens lock themselves: correct the file "
        + "that pin-source names")
  }

  private func refusal(_ sentence: String) -> PKCS11Fault {
    .refused(CryptoError(.unavailable, "\(uri.place) \(sentence)"))
  }
}
