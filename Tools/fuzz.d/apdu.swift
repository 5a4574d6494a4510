// Answers of a chip to secure messaging, BAC and PACE: the first byte chooses, then come answers of one length byte each.
import PassgateCrypto
import PassgateDomain
import PassgateEngines

private let password = AccessPassword.mrz(documentNumber: "L898902C3", birthDate: "740812", expiry: "120415")
private let read = CommandAPDU(0x00, 0xB0, 0x00, 0x00, le: 256)

func examine(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let answers = pieces(bytes.dropFirst()).compactMap { ResponseAPDU(decoding: $0) }
  switch choice % 4 {
  case 0: openAll(answers, .tripleDES)
  case 1: openAll(answers, .aes128)
  case 2: converse(answers)
  default: agree(answers)
  }
}

private func pieces(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
  var (rest, found) = (bytes, [[UInt8]]())
  while let count = rest.popFirst() {
    found.append(Array(rest.prefix(Int(count))))
    rest = rest.dropFirst(Int(count))
  }
  return found
}

private func openAll(_ answers: [ResponseAPDU], _ cipher: ChipCipher) {
  var messaging = SecureMessaging(SessionKeys(sharing: [UInt8](repeating: 7, count: 32), cipher))
  guard tried({ try messaging.protect(answers.map { _ in read }) }) != nil else { return }
  let opened = tried { try messaging.open(answers) }
  // Nobody guesses a code of eight bytes.
  precondition(opened == nil || answers.isEmpty)
}

private func converse(_ answers: [ResponseAPDU]) {
  guard var bac = tried({ try BAC(password, random: { [UInt8](repeating: 1, count: $0) }) }) else { return }
  _ = tried { try bac.next([]) }
  for answer in answers.prefix(8) { _ = tried { try bac.next([answer]) } }
}

/// A chip that offers the generic mapping over a curve of 256 bits.
private let offer: [UInt8] = [
  0x31, 0x14, 0x30, 0x12, 0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02, 0x02, 0x01,
  0x02,
  0x02, 0x01, 0x0D,
]

private func agree(_ answers: [ResponseAPDU]) {
  guard let infos = tried({ try SecurityInfos(offer) }),
    var pace = tried({ try PACE(infos, password, random: { [UInt8](repeating: 1, count: $0) }) })
  else { return }
  _ = tried { try pace.next([]) }
  for answer in answers.prefix(8) { _ = tried { try pace.next([answer]) } }
}
