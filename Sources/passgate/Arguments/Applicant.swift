import PassgateSystem

/// The organisation's side of its case (Measures art.6, 7, 9, 12, 13).
let applicantCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["apply"],
      options: actOptions + [
        CommandLine.Option(
          name: "--dossier", value: "DIR", help: "The folder with dossier.json5 and its documents."),
        CommandLine.Option(
          name: "--check", help: "Say everything that is missing or wrong, and send nothing."),
        CommandLine.Option(
          name: "--template", value: "DIR", help: "Write a dossier.json5 to fill in into this folder."),
        CommandLine.Option(
          name: "--new-key", help: "Make the key that the profile names, if there is none yet."),
      ],
      summary: "apply for the authentication of documents (art.7(1))",
      details: """
        An organisation applies with the five sets of materials of art.6 and a key of its own. The case belongs to \
        this key from then on: keep it, and keep it secret.

        Before anything is sent the dossier is judged as the platform will judge it, and everything that is missing \
        or wrong is said at once. Documents travel in chunks; after an interruption the same command goes on where \
        it ended. The profile has deployment production, the tenant's id that you choose, and signing.key; it needs \
        no certificate. Sources/passgate/README.md describes dossier.json5.

        用一把自己的密钥和第六条规定的五类材料提出申请。先用 --template 生成材料清单,填写后用 --check 检查,再提交。
        """ + "\n\n" + repeatRule,
      examples: [
        CommandLine.Example("passgate apply --template dossier", "Begin a dossier."),
        CommandLine.Example("passgate apply --dossier dossier --check", "See what is missing."),
        CommandLine.Example("passgate apply --dossier dossier --new-key", "Apply, with a key made for it."),
      ]), DossierCommands.apply
  ),
  (
    CommandLine.Command(
      path: ["supplement"], options: actOptions + [.dossier],
      summary: "submit what the review asked for (art.7(2))",
      details: """
        The dossier takes the place of the one before, whole: also documents that stay as they were are named in \
        it. Those that the platform has are not sent again.

        补充申请材料:新的材料清单整体取代原清单,平台已有的文件不会重复发送。
        """,
      examples: [
        CommandLine.Example("passgate supplement --dossier dossier", "Submit the corrected dossier.")
      ]),
    DossierCommands.supplement
  ),
  (
    CommandLine.Command(
      path: ["materials", "changed"],
      options: actOptions + [
        CommandLine.Option(
          name: "--kind", value: "KIND", required: true, choices: Words.materials.map(\.value),
          help: "Which of the five sets of materials."),
        CommandLine.Option(
          name: "--on", value: "DATE", required: true, help: "The day of the change, YYYY-MM-DD."),
      ],
      summary: "declare that what a material states has changed (art.6(2))",
      details: """
        Within fifteen days from the change the material is to be submitted anew with 'passgate materials renew'. \
        If it is not, the service is suspended (art.13(2)).

        材料登记事项发生变更时申报,并在变更之日起十五日内重新提交,否则暂停认证业务。
        """,
      examples: [
        CommandLine.Example(
          "passgate materials changed --kind registration --on 2026-11-20", "The licence has changed.")
      ]),
    MaterialsCommands.changed
  ),
  (
    CommandLine.Command(
      path: ["materials", "renew"], options: actOptions + [.dossier],
      summary: "submit materials anew (art.6(2))",
      details: """
        The dossier takes the place of the one before. Only another document renews a material.

        重新提交变更或者失效的材料;只有内容不同的新文件才算更新。
        """,
      examples: [
        CommandLine.Example("passgate materials renew --dossier dossier", "Submit the new licence.")
      ]),
    DossierCommands.renew
  ),
  (
    CommandLine.Command(
      path: ["status"], options: commonOptions,
      summary: "show the case: where it stands, what runs, what to do next",
      details: """
        Tells the story that the platform's officers see, from the same signed events, each of which is verified. \
        Terms are in Beijing time: days count from the day after the receipt, and a term ends at 24:00 of its last \
        day, or of the first working day after it.

        查询办理进度:已办事项、正在计算的期限、待办事项和未回执的通知。
        """,
      examples: [
        CommandLine.Example("passgate status --profile applicant.json5", "See what is to be done next.")
      ]),
    StatusCommand.run
  ),
  (
    CommandLine.Command(
      path: ["figures"], options: commonOptions,
      summary: "show how much is checked, and the quota (art.8, art.10)",
      details: figuresRule + "\n\n查询实测认证量和约定认证量,平台看到的数字与此相同。"),
    FiguresCommand.run
  ),
  (
    CommandLine.Command(
      path: ["notice", "acknowledge"], arguments: ["NUMBER"], options: actOptions,
      summary: "confirm the receipt of a notice or a suspension",
      details: """
        The receipt starts the term: ten days after a notice (art.12), thirty after a suspension (art.13). Without \
        it the notice counts as received after the days that the agreement names.

        签收提示通知或者暂停通知。期限自签收次日起算:提示通知十日,暂停通知三十日。编号见 passgate status。
        """,
      examples: [CommandLine.Example("passgate notice acknowledge 14", "Confirm the receipt of notice 14.")]),
    NoticeCommands.acknowledge
  ),
  (
    CommandLine.Command(
      path: ["notice", "feedback"], arguments: ["NUMBER"], options: actOptions + [.evidence, .text],
      summary: "tell what was corrected",
      details: """
        The term stands still until an officer has verified it. If it is refused, the same term goes on. After the \
        end of the term feedback is refused.

        反馈改正结果。核查期间期限中止;核查不通过的,原期限继续计算。期限届满后不再受理。
        """ + "\n\n" + textRule,
      examples: [CommandLine.Example("passgate notice feedback 14 --text answer.txt", "Answer notice 14.")]),
    NoticeCommands.feedback
  ),
  (
    CommandLine.Command(
      path: ["agreement", "show"],
      options: commonOptions + [.out("Write the text to this file.", required: false)],
      summary: "show the agreement on use, security and confidentiality (art.9)",
      details: """
        The draft that is to be signed; where there is none, the version in force.

        查看使用和安全保密协议:待签署的文本,没有则为现行文本。
        """,
      examples: [
        CommandLine.Example("passgate agreement show --out agreement.txt", "Keep the text to read it.")
      ]),
    AgreementCommands.show
  ),
  (
    CommandLine.Command(
      path: ["agreement", "sign"],
      options: actOptions + [
        CommandLine.Option(
          name: "--digest", value: "HEX",
          help: "The SHA-256 of the text that you have read; on a terminal it is asked for.")
      ],
      summary: "sign the draft of the agreement (art.7(4))",
      details: """
        Signs the digest of the text with the organisation's key. Read the text first: 'passgate agreement show'. \
        It is in force when an officer has countersigned it.

        用本单位密钥签署协议文本的摘要。签署前请先阅读全文:passgate agreement show。平台方会签后生效。
        """,
      examples: [CommandLine.Example("passgate agreement sign --digest HEX", "Sign without a terminal.")]),
    AgreementCommands.sign
  ),
  (
    CommandLine.Command(
      path: ["certificate", "request"],
      options: actOptions + [
        CommandLine.Option(
          name: "--key", value: "FILE", help: "The private key, PEM; the request is made from it."),
        CommandLine.Option(name: "--new-key", help: "Make the key of --key, if there is none yet."),
        CommandLine.Option(
          name: "--csr", value: "FILE",
          help: "A request that was made elsewhere, PKCS#10 in PEM, instead of --key."),
        CommandLine.Option(
          name: "--deployment", value: "DEPLOYMENT", required: true, choices: ["sandbox", "production"],
          help: "Where its key is to be used: a key serves one deployment."),
        CommandLine.Option(
          name: "--algorithm", value: "ALGORITHM", choices: signatureAlgorithmNames,
          help:
            "What the key signs with; the default is what signed the request, for a new key ecdsa-p256-sha256."
        ),
      ],
      summary: "ask for a certificate of a key (art.7(3), art.8)",
      details: """
        For the sandbox as soon as the access mode is decided, for production once debugging has ended. The key \
        stays where it is: only the request is sent.

        为密钥申请证书:先申请调试环境(sandbox),调试通过后申请正式环境(production)。私钥不离开本机。
        """,
      examples: [
        CommandLine.Example(
          "passgate certificate request --key sandbox.key.pem --new-key --deployment sandbox",
          "Make a key and ask for its certificate.")
      ]),
    CertificateCommands.request
  ),
  (
    CommandLine.Command(
      path: ["certificate", "fetch"],
      options: commonOptions + [
        .out("Where to write the certificate, PEM."),
        CommandLine.Option(
          name: "--deployment", value: "DEPLOYMENT", choices: ["sandbox", "production"],
          help: "That of this deployment; the default is the latest of all."),
        CommandLine.Option(
          name: "--tls-out", value: "FILE",
          help: "Where to write the connection's certificate, which SM2 keys of mobile certificates have."),
      ],
      summary: "fetch the certificate that was registered last",
      details: """
        It is verified and goes into a profile of its deployment as tls.certificate; what signs there is its key.

        领取最近登记的证书,填入相应环境的配置文件。
        """,
      examples: [
        CommandLine.Example(
          "passgate certificate fetch --deployment sandbox --out sandbox.crt.pem", "For the debugging.")
      ]), CertificateCommands.fetch
  ),
  (
    CommandLine.Command(
      path: ["complain"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--organisation", value: "NAME", help: "The organisation, as you know it."),
        CommandLine.Option(name: "--tenant", value: "ID", help: "Its id, if you know it."),
        .text,
      ],
      summary: "complain about an organisation, such as for taking fees (art.11)",
      details: """
        Anybody may: the call is signed with a key made for it. The text is kept sealed, for officers alone; the \
        case id that is answered refers to it. Write what happened, where and when; leave out document numbers.

        任何人都可以投诉,例如借认证业务收费。内容仅供平台管理人员查阅,请勿填写证件号码;请保存返回的编号。
        """,
      examples: [
        CommandLine.Example(
          "passgate complain --organisation 'Harbour Hotel' --text complaint.txt", "Complain.")
      ]), ComplainCommand.run
  ),
]
