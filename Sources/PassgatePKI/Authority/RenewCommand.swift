import PassgateCrypto
import PassgateSystem

extension AuthorityCommand {
  static let renew = AuthorityCommand(
    row: .init(
      path: ["renew"], arguments: ["CERTIFICATE"],
      options: [
        directory,
        .init(
          name: "--csr", value: "FILE",
          help:
            "The request (PKCS#10, PEM) for the holder's new key. Without it a new key is made here, as for an "
            + "officer or the platform's own server."),
        .init(
          name: "--proof", value: "FILE",
          help:
            "A signature by the old key over the bytes of the request's file, as 'openssl dgst -sha256 -sign' makes "
            + "it: for a request that came on paper or by mail. One that came over the platform was signed there."
        ),
        .init(
          name: "--early", value: "REASON",
          help: "Renew before a third of the life is left, and say why: a suspicion, a change of algorithm."),
        .init(
          name: "--days", value: "N", range: 1...(CertificateProfiles.purposes.map(\.maximumDays).max() ?? 1),
          help: "How long the new certificate is valid; as long as the policy allows unless given."),
        .init(
          name: "--out", value: "PREFIX", required: true,
          help: "Where to write: PREFIX.crt.pem and, for a key that is made here, PREFIX.key.pem."),
      ],
      summary: "issue the successor of a certificate, for a new key",
      details: """
        The successor has the subject, purpose, tenant and server names of the certificate, a new key, and a validity of \
        its own. The old certificate works on until it ends or is revoked.

        A certificate can be renewed from the day on which a third of its life is left; before that the command says \
        which day that is. By an authority under suspicion, at once. After its end nobody can prove anything with its \
        key: the holder enrols again with 'issue'.

        Whatever interrupts the command, running it again finishes with the same key and the same certificate. The \
        platform's keys that a key set names are replaced with 'rotate' instead, which decides on all times.
        """,
      examples: [
        .init(
          "passgate-pki renew hotel-17.crt.pem --directory pki --csr new.csr.pem --proof new.sig --out hotel-17-2027",
          "Renew for a tenant that sent its request by mail."),
        .init(
          "passgate-pki renew officer-3.crt.pem --directory pki --out officer-3-2027",
          "Renew an officer's certificate with a key that is made here."),
      ]),
    run: { invocation, clock throws(PKIError) in
      var renewal = Renewal(
        folder: try folder(invocation), certificatePath: invocation.arguments[0],
        requestPath: invocation.value("--csr"), outputPrefix: try Program.path(invocation, "--out"))
      renewal.proofPath = invocation.value("--proof")
      renewal.early = invocation.value("--early")
      renewal.days = invocation.integer("--days")
      guard renewal.proofPath == nil || renewal.requestPath != nil else {
        throw .policy("--proof is a signature over a request; give --csr too")
      }
      let result = try renewal.run(clock)
      return Program.Answer(text: invocation.flag("--json") ? result.json : result.text)
    })
}
