package import PassgateCrypto
package import PassgateSystem
package import PassgateWire

/// What signs request headers: a key of the caller's or its tenant's signing server.
package protocol RequestSigning: AnyObject {
  /// SHA-256 of the key's SubjectPublicKeyInfo.
  var keyID: [UInt8] { get }
  /// What the key signs with.
  var algorithm: SignatureAlgorithm { get }
  /// The public key in SubjectPublicKeyInfo, for self-declared calls; empty when it is not known here.
  var publicKey: [UInt8] { get }
  /// One signature for each header, in their order.
  func sign(headers: [[UInt8]]) throws(ClientError) -> [Signature]
}

/// Signs with a key in memory: all headers given at once share one signature over their tree.
package final class LocalSigning: RequestSigning {
  private let signer: FileSigner
  private let hasher: Hasher

  package init(_ key: PrivateKey, _ algorithm: SignatureAlgorithm) throws(ClientError) {
    do throws(CryptoError) {
      signer = try FileSigner(key, algorithm)
      hasher = try Hasher(algorithm.hash)
    } catch {
      throw .misuse("\(error)")
    }
  }

  package var keyID: [UInt8] { signer.publicKey.keyID }
  package var algorithm: SignatureAlgorithm { signer.algorithm }
  package var publicKey: [UInt8] { signer.publicKey.spki }

  package func sign(headers: [[UInt8]]) throws(ClientError) -> [Signature] {
    do throws(CryptoError) {
      let leaves = headers.map { SignedStatement.leaf(.request, header: $0.span, hasher: hasher) }
      return try MerkleSignature.sign(leaves: leaves, with: signer, hasher: hasher).map {
        Signature(value: $0.value, treeSize: $0.treeSize, leafIndex: $0.leafIndex, path: $0.path)
      }
    } catch {
      throw .signing("\(error)")
    }
  }
}

/// Asks the tenant's signing server: this program never sees the key.
package final class RemoteSigning: RequestSigning {
  package let keyID: [UInt8]
  package let algorithm: SignatureAlgorithm
  package var publicKey: [UInt8] { [] }
  private let server: SigningServerConnection

  /// - Parameters:
  ///   - user: whose requests are signed, and with which algorithm where `profile` names the key.
  package init(_ profile: Profile.SigningServer, for user: Profile, clock: any Clock) throws(ClientError) {
    server = try SigningServerConnection(profile, clock: clock)
    if let keyID = profile.keyID {
      (self.keyID, algorithm) = (keyID, user.algorithm)
    } else {
      (keyID, algorithm) = try server.currentKey(of: user.tenantID, in: user.deployment)
    }
  }

  package func sign(headers: [[UInt8]]) throws(ClientError) -> [Signature] {
    guard case .signed(let signatures) = try server.call(.signRequests(headers: headers)),
      signatures.count == headers.count
    else { throw .signing("it answered another question") }
    return signatures
  }
}

extension Profile {
  /// What signs this caller's requests. A signing server is asked which key it has, unless the profile names one.
  package func requestSigning(clock: any Clock) throws(ClientError) -> any RequestSigning {
    switch signing {
    case .key(let key): try LocalSigning(key, algorithm)
    case .server(let server): try RemoteSigning(server, for: self, clock: clock)
    }
  }
}
