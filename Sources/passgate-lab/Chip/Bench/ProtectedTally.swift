import PassgateCrypto
import PassgateEngines

/// The work of OpenSSL that protected commands and answers need, counted as they pass by.
struct ProtectedTally {
  /// Bytes that one cipher has to work on, in whole blocks.
  struct Work: Equatable {
    var encrypted = 0
    var decrypted = 0
    var authenticated = 0
    /// With AES each cryptogram has a vector of its own: a counter, encrypted.
    var vectors = 0
  }

  private(set) var work: [ChipCipher: Work] = [:]
  private(set) var commands = 0
  private(set) var bytes = 0
  private var cipher: ChipCipher
  private let renewed: ChipCipher

  /// - Parameters:
  ///   - cipher: of the session that opens.
  ///   - renewed: of the session after chip authentication.
  init(_ cipher: ChipCipher, renewed: ChipCipher) {
    (self.cipher, self.renewed) = (cipher, renewed)
  }

  /// A command and its answer, as they travel.
  mutating func add(_ command: [UInt8], _ answer: [UInt8]) {
    commands += 1
    bytes += command.count + answer.count
    guard let decoded = CommandAPDU(decoding: command), decoded.cla & 0x0c == 0x0c,
      let response = ResponseAPDU(decoding: answer)
    else { return }
    let block = cipher.blockLength
    var spent = work[cipher] ?? Work()
    let (sealed, opened) = (Self.sealed(decoded.data), Self.sealed(response.data))
    spent.encrypted += sealed
    spent.decrypted += opened
    spent.vectors += [sealed, opened].count { $0 > 0 }
    // Counter and padded header; counter alone.
    spent.authenticated += 2 * block + Self.padded(Self.covered(decoded.data), block)
    spent.authenticated += block + Self.padded(Self.covered(response.data), block)
    work[cipher] = spent
    // GENERAL AUTHENTICATE within a session is chip authentication.
    if decoded.ins == 0x86 { cipher = renewed }
  }

  /// The two tokens of BAC, 32 bytes each with their codes.
  mutating func addBasicAccess() {
    var spent = work[.tripleDES] ?? Work()
    spent.encrypted += 32
    spent.decrypted += 32
    spent.authenticated += 2 * 40
    work[.tripleDES] = spent
  }

  /// All but data object 8E, which is the last.
  private static func covered(_ data: [UInt8]) -> Int { max(0, data.count - 10) }

  private static func padded(_ count: Int, _ block: Int) -> Int { (count / block + 1) * block }

  /// The bytes of the cryptogram, which is the first data object where there is one.
  private static func sealed(_ data: [UInt8]) -> Int {
    guard data.count > 4, data[0] == 0x87 || data[0] == 0x85 else { return 0 }
    let count =
      switch data[1] {
      case 0x81: Int(data[2])
      case 0x82: Int(data[2]) << 8 | Int(data[3])
      default: Int(data[1])
      }
    return data[0] == 0x87 ? max(0, count - 1) : count
  }
}
