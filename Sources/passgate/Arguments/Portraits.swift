import PassgateSystem

/// Checks of portraits.
let portraitCheckCommands: [CommandRow] = [
  (
    CommandLine.Command(
      path: ["verify", "portrait"],
      options: commonOptions + claimOptions + [
        CommandLine.Option(
          name: "--image", value: "FILE", required: true,
          help: "The picture of the person, taken just now: JPEG or JPEG 2000, at most 512 KiB."),
        CommandLine.Option(
          name: "--reading", value: "ID",
          help: "Compare with the portrait in the chip that 'passgate chip read' has read under this id."),
        CommandLine.Option(
          name: "--challenge",
          help: "Have the platform say which way the person is to turn the head, and send frames of it."),
        CommandLine.Option(
          name: "--frames", value: "FILE", repeated: true,
          help:
            "A frame of the turn, once for each of 3 to 5 in their order; or a folder with them, in the order of their names. Read after Enter."
        ),
        CommandLine.Option(
          name: "--attest-key", value: "FILE",
          help: "Sign the picture as a capture device would, with this key: to try attestation out."),
        CommandLine.Option(
          name: "--attest-certificate", value: "FILE",
          help: "The certificates of that key: the device's, then its issuer's."),
      ],
      summary: "ask whether a person is the holder of a document",
      details: """
        The picture is compared with the portrait on record or in the chip, and name, number and birth date with the \
        registry, as by 'passgate verify identity'. What is missing from a good picture is said: too dark, blurred, no face.

        The answer says what was done against pictures of pictures. NO_CHECK: a match alone does not show that a person \
        stood there. With --challenge the pictures are taken, --image too, after the platform has said what to do, within \
        two minutes. A capture device of one's own signs the picture it took; --attest-key stands in for one.

        One face in the picture, upright, looking ahead, lit from the front, 90 pixels or more between the eyes, no mask \
        and no dark glasses. 图片中应只有一张端正、正视镜头、正面受光的人脸，两眼间距不少于九十像素，不戴口罩和墨镜。
        """,
      examples: [
        CommandLine.Example(
          "passgate verify portrait --image now.jpg --claim claim.json",
          "Compare with the portrait on record."),
        CommandLine.Example(
          "passgate verify portrait --image now.jpg --challenge --frames frames --claim claim.json",
          "The same, with a turn of the head."),
      ]), PortraitVerifyCommand.run
  )
]
