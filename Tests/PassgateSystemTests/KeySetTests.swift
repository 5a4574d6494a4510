import PassgateCrypto
import PassgateSettings
import PassgateSystem
import PassgateTestKit
import Testing

@Suite("The file of a role's keys")
struct KeySetTests {
  static let set = KeySet(
    role: .reply, version: 7, previous: [UInt8](repeating: 7, count: 32),
    entries: [
      .init(
        keyID: [UInt8](repeating: 1, count: 32), algorithm: .sm2SM3, certificate: "reply-1.crt.pem",
        key: "reply-1.key.pem",
        lifecycle: KeyLifecycle(published: 1_000, active: 2_000, retiring: 3_000, retired: 4_000)),
      .init(
        keyID: [UInt8](repeating: 2, count: 32), algorithm: nil, certificate: nil, key: "pkcs11:object=two",
        lifecycle: KeyLifecycle()),
    ])

  @Test
  func isReadAsItWasWritten() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/reply.keys.json"
    try Files.writeDurably(Array(Self.set.json.utf8), to: path)
    #expect(try KeySet(file: path) == Self.set)
  }

  @Test(arguments: [
    ("\"role\":\"reply\"", "\"role\":\"repy\"", "role"),
    ("\"version\":7", "\"version\":0", "version"),
    ("1970-01-01T00:00:01.000Z", "yesterday", "keys[0].published"),
    ("1970-01-01T00:00:02.000Z", "1970-01-01T00:00:00.000Z", "keys[0].published"),
    (String(repeating: "02", count: 32), "02", "keys[1].keyId"),
  ])
  func saysWhereItIsWrong(_ right: String, _ wrong: String, _ place: String) throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/reply.keys.json"
    let text = Self.set.json.replacing(right, with: wrong)
    #expect(text != Self.set.json)
    try Files.writeDurably(Array(text.utf8), to: path)
    let error = #expect(throws: SettingsError.self) { try KeySet(file: path) }
    #expect(error?.description.contains(place) == true)
  }
}
