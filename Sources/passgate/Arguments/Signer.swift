import PassgateSystem

/// The tenant's own signing server.
let signerCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["signer", "health"], options: commonOptions, summary: "ask whether the signing server can sign",
      details: """
        Asks the signing server that the profile names, with the profile's application certificate. It exits 1 while \
        the device of one of its keys does not answer.
        """), SignerCommands.health
  ),
  (
    CommandLine.Command(
      path: ["signer", "keys"], options: commonOptions,
      summary: "list the keys that this application may use",
      details: """
        Of a tenant's keys in a deployment one is in use: a profile without signing.keyId signs with that one, so that \
        a new key needs no new profile. Keys for data have a name instead of a tenant.
        """), SignerCommands.keys
  ),
  (
    CommandLine.Command(
      path: ["signer", "sign"], arguments: ["FILE"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--key", value: "NAME", help: "The key for data; needed when the application may use several."
        ),
        CommandLine.Option(
          name: "--out", value: "FILE", help: "Where to write the signature; FILE.sig if not given."),
        CommandLine.Option(
          name: "--certificate-out", value: "FILE",
          help: "Write the key's certificate there, for whoever verifies."),
      ],
      summary: "have a file signed with a key for data",
      details: """
        For the tenant's own business: the platform registers no such key, and a file that begins like a statement of \
        its protocol is refused. The signature is over the bytes of the file, at most 64 KiB; sign the digest of a \
        larger one.
        """,
      examples: [
        CommandLine.Example(
          "passgate signer sign invoice.xml --key archive --certificate-out archive.crt.pem",
          "Sign an invoice.")
      ]), SignerCommands.sign
  ),
  (
    CommandLine.Command(
      path: ["signer", "verify"], arguments: ["FILE"],
      options: commonOptions + [
        CommandLine.Option(name: "--signature", value: "FILE", required: true, help: "The signature."),
        CommandLine.Option(
          name: "--certificate", value: "FILE", required: true,
          help: "The certificate of whoever signed, PEM."),
        CommandLine.Option(
          name: "--algorithm", value: "NAME", choices: signatureAlgorithmNames,
          help: "What was signed with, where the key alone does not tell."),
      ],
      summary: "have the signature of a file verified",
      details: """
        Says whether the signature is of the certificate's key; whether to believe the certificate is for the caller to \
        judge. Exit: 0 it is, 1 it is not.
        """), SignerCommands.verify
  ),
]
