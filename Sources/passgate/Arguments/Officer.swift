import PassgateSystem

/// The officers' side of a case: from the review to the opening (Measures art.7 to 9).
let onboardingCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["operator", "cases"], options: commonOptions + [.limit],
      summary: "list the cases: state, open matters, what is due next",
      details:
        "OPEN counts the notices and suspensions that are not closed. With --json one line for each case.",
      examples: [CommandLine.Example("passgate operator cases --profile reviewer.json5", "See all.")]),
    CasesCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "explain"], arguments: ["TENANT"], options: commonOptions,
      summary: "tell the legal story of a case so far, and what may happen next",
      details: """
        Every step with who took it and the clause that it rests on, the terms that run and what their end brings, \
        what may happen next and on which grounds, the materials with their digests, and the clauses in the words \
        of the Measures. It is told from the signed events, each of which is verified. Other cases of the same \
        organisation are named: one may have been terminated.
        """,
      examples: [CommandLine.Example("passgate operator explain hotel-17", "Read a case.")]),
    StatusCommand.explain
  ),
  (
    CommandLine.Command(
      path: ["operator", "rehearse"], arguments: ["[TENANT]"],
      options: commonOptions + [
        CommandLine.Option(
          name: "--until", value: "DATE", required: true,
          help: "The last day to look at, YYYY-MM-DD, Beijing.")
      ],
      summary: "show what the clocks would do if nobody acted",
      details: """
        Nothing is sent but questions. Without TENANT all cases are looked at in which a term ends by then. Days of \
        rest are those of this program's calendar; of years that it does not know it counts weekends alone.
        """,
      examples: [
        CommandLine.Example("passgate operator rehearse --until 2027-01-31", "What January would bring.")
      ]), RehearseCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "figures"], arguments: ["TENANT"], options: commonOptions,
      summary: "show how much a tenant checks, and its quota (art.8, art.10)",
      details: figuresRule, examples: [CommandLine.Example("passgate operator figures hotel-17", "Look.")]),
    FiguresCommand.officer
  ),
  (
    CommandLine.Command(
      path: ["operator", "document"], arguments: ["TENANT", "DIGEST"],
      options: commonOptions + [.out("Where to write the document.")],
      summary: "read a document of a dossier",
      details: """
        'operator explain' lists the documents with their digests. What comes is compared with the digest, and \
        written for this user alone. Reading is recorded.
        """,
      examples: [
        CommandLine.Example(
          "passgate operator document hotel-17 DIGEST --out licence.pdf", "Look at the licence.")
      ]),
    DocumentCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "complaints"],
      options: commonOptions + [
        CommandLine.Option(name: "--read", value: "CASE-ID", help: "Print the text of this complaint.")
      ],
      summary: "list complaints, and read one (art.11)",
      details: """
        Anybody may complain, about a tenant or about an organisation that the platform does not know by the name. \
        Texts are kept sealed; reading one is recorded.
        """,
      examples: [
        CommandLine.Example("passgate operator complaints", "List them."),
        CommandLine.Example("passgate operator complaints --read CASE-ID", "Read one."),
      ]),
    ComplaintsCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "review"], arguments: ["TENANT"],
      options: officerActOptions + [
        .dryRun,
        CommandLine.Option(
          name: "--pass", value: "FILE",
          help: "Pass it, with what was found on the five conditions of art.5, JSON5."),
        CommandLine.Option(name: "--fail", help: "Do not pass it; give --reason."),
        CommandLine.Option(name: "--supplement", help: "Ask for more; give --reason."),
        CommandLine.Option(
          name: "--reason", value: "TEXT", repeated: true, help: "A reason; the organisation reads it."),
        CommandLine.Option(
          name: "--template", value: "FILE", help: "Only write an empty file of findings to fill in."),
      ],
      summary: "conclude the review of an application (art.7(2))",
      details: """
        Each of the five conditions of art.5 is found to be met, with what shows it and the day on which it is to \
        be looked at again.
        """ + "\n\n" + textRule,
      examples: [
        CommandLine.Example("passgate operator review hotel-17 --template findings.json5", "Begin."),
        CommandLine.Example("passgate operator review hotel-17 --pass findings.json5", "Pass it."),
        CommandLine.Example(
          "passgate operator review hotel-17 --supplement --reason 'The licence is cut off.'", "Ask for more."
        ),
      ]), OfficerActs.review
  ),
  (
    CommandLine.Command(
      path: ["operator", "assess"], arguments: ["TENANT"],
      options: officerActOptions + [
        CommandLine.Option(
          name: "--mode", value: "MODE", choices: Words.modes.map(\.value), help: "The way of access."),
        CommandLine.Option(
          name: "--quota-day", value: "NUMBER", range: 1...Int(UInt32.max), help: "Checks of a day."),
        CommandLine.Option(
          name: "--quota-minute", value: "NUMBER", range: 1...Int(UInt32.max),
          help: "Checks of the busiest minute."),
        CommandLine.Option(
          name: "--measured-day", value: "NUMBER", range: 1...Int(UInt32.max),
          help: "What was measured on a busy day; the default is what the platform has measured."),
        CommandLine.Option(
          name: "--measured-minute", value: "NUMBER", range: 1...Int(UInt32.max),
          help: "What was measured in the busiest minute."),
        CommandLine.Option(name: "--reason", value: "TEXT", help: "Why; the organisation reads it."),
        CommandLine.Option(
          name: "--suggest", help: "Compute mode, quota and reason from the volume, and print them."),
        CommandLine.Option(
          name: "--policy", value: "FILE", help: "Figures for --suggest, JSON5; there are built-in ones."),
        CommandLine.Option(name: "--accept", help: "Send what --suggest computes."),
      ],
      summary: "decide on the way of access from the volume (art.8)",
      details: """
        Mobile certificate or signing server: the provider's decision, from the volume that was declared and, once \
        the service is open, measured. A later assessment makes a new version of the agreement necessary.
        """ + "\n\n" + textRule,
      examples: [
        CommandLine.Example("passgate operator assess hotel-17 --suggest", "See what the figures suggest."),
        CommandLine.Example("passgate operator assess hotel-17 --suggest --accept", "Decide so."),
      ]), AssessCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "agreement", "draft"], arguments: ["TENANT"],
      options: actOptions + [
        CommandLine.Option(
          name: "--terms", value: "FILE",
          help: "Other terms than the dossier's scenes, JSON5; the default is all that was asked for."),
        CommandLine.Option(
          name: "--deemed-days", value: "DAYS", range: 1...30,
          help: "After how many days a notice counts as received; the default is 5."),
        .dryRun,
      ],
      summary: "draft the agreement from its template (art.9)",
      details: """
        Mode and quota are those of the last assessment, the scenes those of the dossier or of --terms, which may be \
        less and never more. The text has the five clauses of art.9; it is printed. With --dry-run it is printed \
        and not sent.
        """,
      examples: [
        CommandLine.Example("passgate operator agreement draft hotel-17 --dry-run", "Read it first."),
        CommandLine.Example(
          "passgate operator agreement draft hotel-17 --terms terms.json5", "Agree on less."),
      ]),
    AgreementDraftCommand.run
  ),
  (
    CommandLine.Command(
      path: ["operator", "agreement", "countersign"], arguments: ["TENANT"], options: officerActOptions,
      summary: "sign the agreement after the organisation (art.7(4))",
      details: "Signs the digest of the draft, which it prints. The version is in force from then on.",
      examples: [CommandLine.Example("passgate operator agreement countersign hotel-17", "Sign.")]),
    OfficerActs.countersign
  ),
  (
    CommandLine.Command(
      path: ["operator", "certificate", "list"], arguments: ["TENANT"], options: commonOptions,
      summary: "list the certificates that were asked for and registered",
      examples: [CommandLine.Example("passgate operator certificate list hotel-17", "List them.")]),
    CertificateDesk.list
  ),
  (
    CommandLine.Command(
      path: ["operator", "certificate", "csr"], arguments: ["TENANT"],
      options: commonOptions + [
        .out("Where to write the request, PEM."),
        CommandLine.Option(
          name: "--key", value: "HEX", help: "The beginning of the key's id, where several requests wait."),
      ],
      summary: "take a certificate request out, for the issuing authority",
      details: """
        The proof of possession is verified. Compare the key's id with the organisation over another channel, issue \
        it with 'passgate-pki issue' for the purpose that is printed, then register it.
        """,
      examples: [
        CommandLine.Example(
          "passgate operator certificate csr hotel-17 --out hotel-17.csr.pem", "Take the request out.")
      ]),
    CertificateDesk.request
  ),
  (
    CommandLine.Command(
      path: ["operator", "certificate", "register"], arguments: ["TENANT"],
      options: officerActOptions + [
        CommandLine.Option(
          name: "--certificate", value: "FILE", required: true, help: "The certificate that was issued, PEM."),
        CommandLine.Option(
          name: "--tls-certificate", value: "FILE",
          help: "The connection's certificate, PEM: for SM2 keys of mobile certificates only."),
      ],
      summary: "register an issued certificate, so that its key may sign",
      examples: [
        CommandLine.Example(
          "passgate operator certificate register hotel-17 --certificate hotel-17.crt.pem", "Register it.")
      ]), CertificateDesk.register
  ),
  (
    CommandLine.Command(
      path: ["operator", "open"], arguments: ["TENANT"], options: officerActOptions + [.dryRun],
      summary: "open the service (art.7(5))",
      details: """
        Needs the conformance pass, the agreement signed by both, a certificate for production and materials in \
        date. With --dry-run it says which step is missing.
        """,
      examples: [
        CommandLine.Example("passgate operator open hotel-17 --dry-run", "See what is missing."),
        CommandLine.Example("passgate operator open hotel-17", "Open it."),
      ]),
    OfficerActs.open
  ),
]

/// The officers' side of a case: supervision (Measures art.5, 10, 12 to 15).
let supervisionCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["operator", "inspect"], arguments: ["TENANT"], options: officerActOptions + [.text],
      summary: "record an inspection and what it found (art.10)",
      details: "The organisation reads what was found.\n\n" + textRule,
      examples: [CommandLine.Example("passgate operator inspect hotel-17 --text found.txt", "Record it.")]),
    OfficerActs.inspect
  ),
  (
    CommandLine.Command(
      path: ["operator", "notice"], arguments: ["TENANT"],
      options: officerActOptions + [.clause(1...3, of: 12), .text, .dryRun],
      summary: "issue a notice to correct (art.12)",
      details: """
        12(1) rules or measures of security not kept, 12(2) abnormal traffic, 12(3) a security risk. The service \
        goes on. Ten days run from the receipt; what is not corrected then suspends the service (art.13(1)).
        """ + "\n\n" + textRule,
      examples: [
        CommandLine.Example(
          "passgate operator notice hotel-17 --clause '12(2)' --text notice.txt --evidence traffic.csv",
          "Notice abnormal traffic.")
      ]), OfficerActs.notice
  ),
  (
    CommandLine.Command(
      path: ["operator", "verify"], arguments: ["TENANT", "NUMBER"],
      options: officerActOptions + [
        CommandLine.Option(name: "--accept", help: "It was corrected."),
        CommandLine.Option(name: "--refuse", help: "It was not: the same term goes on."), .text,
      ],
      summary: "verify the correction that feedback reports",
      details: """
        NUMBER is that of the notice or suspension. Accepted, the matter is closed; refused, the same term goes on, \
        and has lapsed at once if it is over.
        """ + "\n\n" + textRule,
      examples: [
        CommandLine.Example(
          "passgate operator verify hotel-17 14 --accept --text seen.txt", "Close the matter of notice 14.")
      ]), OfficerActs.verify
  ),
  (
    CommandLine.Command(
      path: ["operator", "suspend"], arguments: ["TENANT"],
      options: officerActOptions + [.clause(2...6, of: 13), .text, .dryRun],
      summary: "suspend the service at once (art.13)",
      details: """
        13(2) materials not submitted anew, 13(3) use beyond the scope, 13(4) problems that disturb the platform, \
        13(5) breach of the agreement, 13(6) breach of law; 13(1) is the clock's. Checks are refused at once; the \
        sandbox and the case's own calls go on. Thirty days run from the receipt.
        """ + "\n\n" + textRule,
      examples: [
        CommandLine.Example(
          "passgate operator suspend hotel-17 --clause '13(3)' --text order.txt --dry-run", "See first.")
      ]), OfficerActs.suspend
  ),
  (
    CommandLine.Command(
      path: ["operator", "reopen"], arguments: ["TENANT"], options: officerActOptions + [.text, .dryRun],
      summary: "reopen a suspended service (art.13)",
      details:
        "Possible when every ground was corrected in time and verified; the provider may, and need not.",
      examples: [CommandLine.Example("passgate operator reopen hotel-17 --text order.txt", "Reopen.")]),
    OfficerActs.reopen
  ),
  (
    CommandLine.Command(
      path: ["operator", "terminate"], arguments: ["TENANT"],
      options: officerActOptions + [.clause(2...8, of: 14), .text, .dryRun],
      summary: "propose to terminate the service for good (art.14)",
      details: """
        14(2) false materials, 14(3) conditions of art.5 lost, 14(4) function transferred or results leaked, \
        14(5) fees taken, 14(6) unlawful use, 14(7) grave breach of the agreement, 14(8) grave breach of law; \
        14(1) is the clock's. Nothing happens until another officer confirms within 24 hours. It is final.
        """ + "\n\n" + textRule,
      examples: [
        CommandLine.Example(
          "passgate operator terminate hotel-17 --clause '14(4)' --text order.txt --dry-run", "See first.")
      ]), OfficerActs.terminate
  ),
  (
    CommandLine.Command(
      path: ["operator", "refer"], arguments: ["TENANT"], options: officerActOptions + [.text, .dryRun],
      summary: "propose to report a case to the authorities (art.15)",
      details: """
        Another officer confirms within 24 hours. The organisation does not see it. 'passgate evidence export' \
        makes the pack.
        """ + "\n\n" + textRule,
      examples: [CommandLine.Example("passgate operator refer hotel-17 --text report.txt", "Propose it.")]),
    OfficerActs.refer
  ),
  (
    CommandLine.Command(
      path: ["operator", "confirm"], arguments: ["TENANT", "NUMBER"],
      options: officerActOptions + [.dryRun],
      summary: "carry out what another officer proposed",
      details: "Read it first: 'passgate operator explain TENANT'. Whoever proposed cannot confirm.",
      examples: [
        CommandLine.Example("passgate operator confirm hotel-17 24", "Carry out what event 24 proposes.")
      ]),
    OfficerActs.confirm
  ),
  (
    CommandLine.Command(
      path: ["operator", "recheck"], arguments: ["TENANT"],
      options: officerActOptions + [
        CommandLine.Option(
          name: "--findings", value: "FILE", required: true,
          help: "The five conditions, as 'operator review --template' writes them.")
      ],
      summary: "look at the conditions again (art.5)",
      details: "A condition that is no longer met is ground 14(3); this alone changes nothing.",
      examples: [
        CommandLine.Example(
          "passgate operator recheck hotel-17 --findings findings.json5", "Record what was found.")
      ]),
    OfficerActs.recheck
  ),
  (
    CommandLine.Command(
      path: ["operator", "throttle"], arguments: ["TENANT"],
      options: officerActOptions + [
        CommandLine.Option(
          name: "--checks", value: "NUMBER", required: true, range: 0...10_000_000,
          help: "At most so many checks a minute."),
        CommandLine.Option(
          name: "--minutes", value: "NUMBER", required: true, range: 1...43_200, help: "For so long."), .text,
      ],
      summary: "lower the rate for a while for technical reasons",
      details: "Never a suspension: it has its own code, ends by itself and is no ground for anything.",
      examples: [
        CommandLine.Example(
          "passgate operator throttle hotel-17 --checks 30 --minutes 60 --text why.txt", "For an hour.")
      ]),
    OfficerActs.throttle
  ),
  (
    CommandLine.Command(
      path: ["operator", "direct"], arguments: ["TENANT"], options: officerActOptions + [.text],
      summary: "give the supervisor's direction in a case (art.2, art.10)",
      details: "For the provider's officers; the organisation does not see it.",
      examples: [
        CommandLine.Example("passgate operator direct hotel-17 --text direction.txt", "Give a direction.")
      ]), OfficerActs.direct
  ),
]
