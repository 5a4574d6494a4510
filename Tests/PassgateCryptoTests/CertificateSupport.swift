import Foundation
import PassgateCrypto
import PassgateTestKit

/// A moment inside every validity that the tests use by default: 2026-12-01.
let testTime: Int64 = 1_796_083_200

extension Certificate {
  convenience init(_ der: [UInt8]) throws(CryptoError) {
    try self.init(der: der.span)
  }
}

/// The certificates of a PEM file of the shared vectors.
func sharedCertificates(_ name: String) throws -> [Certificate] {
  try Certificate.parsePEM(sharedFile(name))
}

/// A file of the shared vectors.
func sharedFile(_ name: String) throws -> [UInt8] {
  let path = SharedData.path("pki/sm2/\(name)")
  return try path.map { Array(try Data(contentsOf: URL(filePath: $0))) } ?? []
}

/// Whether the shared SM2 vectors are on this machine.
let hasSM2Files = SharedData.path("pki/sm2/openssl_root.crt.pem") != nil
