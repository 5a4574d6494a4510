import PassgateCrypto
import PassgateDomain
import PassgateSystem
import PassgateTestKit
import Testing

/// Public data of travel documents that is kept beside the package.
enum TravelDocuments {
  static let isThere = SharedData.path("emrtd/README.md") != nil
  static let hint: Comment = "needs ../shared/testdata/emrtd"

  static func bytes(_ name: String) throws -> [UInt8] {
    try Files.read(try #require(SharedData.path("emrtd/\(name)")))
  }

  static func certificate(_ name: String) throws -> DocumentCertificate {
    try DocumentCertificate(der: bytes(name))
  }

  /// The specimen of 2008, whose DG4 and DG15 EF.SOD does not cover.
  static func specimen2008() throws -> [ChipFile: [UInt8]] {
    var files: [ChipFile: [UInt8]] = [
      .sod: try bytes("chips/bsi2008/EF_SOD.bin"), .com: try bytes("chips/bsi2008/EF_COM.bin"),
    ]
    for group in [1, 2, 3, 4, 14, 15] {
      files[try #require(ChipFile(group: group))] = try bytes("chips/bsi2008/Datagroup\(group).bin")
    }
    return files
  }

  /// The specimen of BSI TR-03105-5, or its data groups with another EF.SOD.
  static func specimen03105(sod: String = "EF_SOD.bin") throws -> [ChipFile: [UInt8]] {
    let folder = "chips/bsi-tr03105-5"
    var files: [ChipFile: [UInt8]] = [.sod: try bytes("\(folder)/\(sod)")]
    for group in [1, 2, 3, 4, 14] {
      files[try #require(ChipFile(group: group))] = try bytes("\(folder)/EF_DG\(group).bin")
    }
    files[.dg15] = try bytes("\(folder)/EF_DG15_not_in_SOD.bin")
    return files
  }

  /// The data groups of the synthetic chains with an EF.SOD of theirs.
  static func synthetic(sod: String) throws -> [ChipFile: [UInt8]] {
    var files: [ChipFile: [UInt8]] = [.sod: try bytes("synthetic/\(sod)")]
    for group in [1, 2, 14, 15] {
      files[try #require(ChipFile(group: group))] = try bytes("chips/bsi2008/Datagroup\(group).bin")
    }
    return files
  }

  static let chains = [
    "sha1_rsa_65537_4096", "sha224_ecdsa_brainpoolP224r1", "sha256_ecdsa_brainpoolP256r1",
    "sha256_ecdsa_secp256r1", "sha256_rsa_65537_4096", "sha256_rsapss_32_65537_4096",
    "sha384_ecdsa_brainpoolP384r1", "sha384_rsapss_48_65537_3072", "sha512_ecdsa_secp521r1",
  ]

  static let june2008: Int64 = 1_212_278_400
  static let january2014: Int64 = 1_388_534_400
  static let january2026: Int64 = 1_767_225_600
  static let november2026: Int64 = 1_795_392_000
}
