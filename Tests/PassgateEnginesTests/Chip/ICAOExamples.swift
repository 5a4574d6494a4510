import PassgateTestKit
import Testing

/// The worked examples of ICAO 9303-11 that are used here.
struct ICAOExamples: Decodable {
  struct KeySeed: Decodable {
    let doc: String
    let dob: String
    let doe: String
    let kseed: String
  }

  struct BasicAccess: Decodable {
    let kenc: String
    let kmac: String
    let rnd_ifd: String
    let k_ifd: String
    let ks_enc: String
    let ks_mac: String
    let ssc: String
    let apdu: [[String]]
  }

  struct Messaging: Decodable {
    struct Exchange: Decodable {
      let plain_command: String
      let protected_command: String
      let protected_response: String
      let plain_response: String
    }

    let ks_enc: String
    let ks_mac: String
    let ssc_start: String
    let exchanges: [Exchange]
  }

  struct Recovered: Decodable {
    let rnd_ifd: String
    let recovered_F: String
  }

  struct Signed: Decodable {
    let spki: String
    let rnd_ifd: String
    let signature: String
  }

  let D2_kseed: [KeySeed]
  let D3_bac: BasicAccess
  let D4_secure_messaging_3des: Messaging
  let F_active_authentication_iso9796_2: Recovered
  let AA_rsa1024_sha1_signature_bouncycastle: Signed

  static let isThere = SharedData.path("emrtd/vectors/icao9303-11.json") != nil
  static let absence: Comment = "needs ../shared/testdata/emrtd/vectors"

  static func load() throws -> ICAOExamples {
    try SharedData.decode(ICAOExamples.self, "emrtd/vectors/icao9303-11.json")
  }
}
