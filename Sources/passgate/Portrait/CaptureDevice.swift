import PassgateClient
import PassgateCrypto
import PassgateSystem
import PassgateWire

/// A capture device's key and certificate in files: for trying attestation out, because a device proper signs inside
/// itself what its own camera took.
struct CaptureDevice {
  private let certificates: [Certificate]
  private let signer: FileSigner

  /// That of `--attest-key` and `--attest-certificate`; nil where neither is given.
  init?(_ invocation: CommandLine.Invocation) throws {
    switch (invocation.value("--attest-key"), invocation.value("--attest-certificate")) {
    case (nil, nil): return nil
    case (let key?, let certificate?): try self.init(key: key, certificate: certificate)
    default: throw Failure("--attest-key and --attest-certificate go together")
    }
  }

  private init(key path: String, certificate: String) throws {
    let key = try PrivateKey(pem: try Files.readSecret(path))
    guard let algorithm = SignatureAlgorithm.allCases.first(where: { $0.keyKind == key.publicKey.kind })
    else { throw Failure("\(path): no signature algorithm of the platform fits this key") }
    signer = try FileSigner(key, algorithm)
    let pem = try Files.read(certificate, limit: 64 << 10)
    do throws(CryptoError) {
      certificates = try Certificate.parsePEM(pem)
    } catch {
      throw Failure("\(certificate): \(error)")
    }
  }

  /// - Parameter milliseconds: Unix time by the platform's clock.
  func attestation(of image: [UInt8], nonce: [UInt8], at milliseconds: UInt64) throws -> CaptureAttestation {
    try .signing(
      image: image, nonce: nonce, capturedMilliseconds: milliseconds, certificates: certificates,
      signer: signer)
  }
}

/// The platform's clock, as an answer told it: this machine's may be wrong.
struct PlatformClock {
  private let told: UInt64
  private let heard = SystemClock().monotonicNanoseconds()

  init(_ answer: Answer) { told = answer.header.createdMilliseconds }

  /// Unix time.
  var milliseconds: UInt64 { told + (SystemClock().monotonicNanoseconds() - heard) / 1_000_000 }
}
