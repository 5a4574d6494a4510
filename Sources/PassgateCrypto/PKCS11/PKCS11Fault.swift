import CPKCS11

/// Why an operation on a token did not come to its end.
enum PKCS11Fault: Error {
  /// A function of the library returned something other than CKR_OK.
  case returned(CK_RV, by: String)
  /// What is in the token is not what was asked for.
  case refused(CryptoError)
  /// The key is not to be seen: it was removed, or the token was and its objects with it.
  case missing(CryptoError)
  /// The library was started anew since, for the sake of another token.
  case runEnded

  /// Whether finding the token anew, with new sessions and a new login, may help.
  var isLoss: Bool {
    switch self {
    case .returned(let code, _): !Self.lasting.contains(code)
    case .refused: false
    case .missing, .runEnded: true
    }
  }

  /// How often an operation that fails so is tried in all: what another token caused says nothing about this one.
  var tries: Int {
    switch self {
    case .runEnded: 8
    case .returned, .refused, .missing: isLoss ? 2 : 1
    }
  }

  /// The sentence for callers; `place` is what the operation was on.
  func error(at place: String) -> CryptoError {
    switch self {
    case .refused(let error), .missing(let error): error
    case .runEnded: CryptoError(.unavailable, "\(place): its library is being started anew")
    case .returned(let code, let function):
      CryptoError(
        isLoss ? .unavailable : .library, "\(place): \(function) failed with \(Self.name(of: code))")
    }
  }

  /// What no new session mends: the token does not do this, or not with this key.
  private static let lasting: Set<CK_RV> = [
    CKR_ACTION_PROHIBITED, CKR_ATTRIBUTE_READ_ONLY, CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID,
    CKR_ATTRIBUTE_VALUE_INVALID, CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL, CKR_CANT_LOCK,
    CKR_CURVE_NOT_SUPPORTED,
    CKR_DATA_INVALID, CKR_DATA_LEN_RANGE, CKR_DOMAIN_PARAMS_INVALID, CKR_FUNCTION_NOT_SUPPORTED,
    CKR_KEY_FUNCTION_NOT_PERMITTED, CKR_KEY_SIZE_RANGE, CKR_KEY_TYPE_INCONSISTENT, CKR_MECHANISM_INVALID,
    CKR_MECHANISM_PARAM_INVALID, CKR_TEMPLATE_INCOMPLETE, CKR_TEMPLATE_INCONSISTENT,
    CKR_TOKEN_WRITE_PROTECTED,
  ]

  /// The codes an operator is likely to meet; the others are shown as a number.
  private static let names: [CK_RV: String] = [
    CKR_ARGUMENTS_BAD: "CKR_ARGUMENTS_BAD", CKR_ATTRIBUTE_TYPE_INVALID: "CKR_ATTRIBUTE_TYPE_INVALID",
    CKR_ATTRIBUTE_VALUE_INVALID: "CKR_ATTRIBUTE_VALUE_INVALID", CKR_CANT_LOCK: "CKR_CANT_LOCK",
    CKR_CRYPTOKI_NOT_INITIALIZED: "CKR_CRYPTOKI_NOT_INITIALIZED",
    CKR_CURVE_NOT_SUPPORTED: "CKR_CURVE_NOT_SUPPORTED",
    CKR_DEVICE_ERROR: "CKR_DEVICE_ERROR", CKR_DEVICE_MEMORY: "CKR_DEVICE_MEMORY",
    CKR_DEVICE_REMOVED: "CKR_DEVICE_REMOVED", CKR_FUNCTION_FAILED: "CKR_FUNCTION_FAILED",
    CKR_FUNCTION_NOT_SUPPORTED: "CKR_FUNCTION_NOT_SUPPORTED", CKR_GENERAL_ERROR: "CKR_GENERAL_ERROR",
    CKR_HOST_MEMORY: "CKR_HOST_MEMORY", CKR_KEY_FUNCTION_NOT_PERMITTED: "CKR_KEY_FUNCTION_NOT_PERMITTED",
    CKR_KEY_HANDLE_INVALID: "CKR_KEY_HANDLE_INVALID", CKR_KEY_SIZE_RANGE: "CKR_KEY_SIZE_RANGE",
    CKR_KEY_TYPE_INCONSISTENT: "CKR_KEY_TYPE_INCONSISTENT", CKR_MECHANISM_INVALID: "CKR_MECHANISM_INVALID",
    CKR_MECHANISM_PARAM_INVALID: "CKR_MECHANISM_PARAM_INVALID",
    CKR_OBJECT_HANDLE_INVALID: "CKR_OBJECT_HANDLE_INVALID", CKR_OPERATION_ACTIVE: "CKR_OPERATION_ACTIVE",
    CKR_PIN_EXPIRED: "CKR_PIN_EXPIRED", CKR_PIN_INCORRECT: "CKR_PIN_INCORRECT",
    CKR_PIN_INVALID: "CKR_PIN_INVALID",
    CKR_PIN_LEN_RANGE: "CKR_PIN_LEN_RANGE", CKR_PIN_LOCKED: "CKR_PIN_LOCKED",
    CKR_SESSION_CLOSED: "CKR_SESSION_CLOSED",
    CKR_SESSION_COUNT: "CKR_SESSION_COUNT", CKR_SESSION_HANDLE_INVALID: "CKR_SESSION_HANDLE_INVALID",
    CKR_SLOT_ID_INVALID: "CKR_SLOT_ID_INVALID", CKR_TEMPLATE_INCONSISTENT: "CKR_TEMPLATE_INCONSISTENT",
    CKR_TOKEN_NOT_PRESENT: "CKR_TOKEN_NOT_PRESENT", CKR_TOKEN_NOT_RECOGNIZED: "CKR_TOKEN_NOT_RECOGNIZED",
    CKR_TOKEN_WRITE_PROTECTED: "CKR_TOKEN_WRITE_PROTECTED", CKR_USER_NOT_LOGGED_IN: "CKR_USER_NOT_LOGGED_IN",
    CKR_USER_PIN_NOT_INITIALIZED: "CKR_USER_PIN_NOT_INITIALIZED",
  ]

  private static func name(of code: CK_RV) -> String {
    names[code] ?? "code 0x" + String(code, radix: 16)
  }
}
