import PassgateSystem
import PassgateWire

/// The result of a portrait check for the person at the desk and for programs.
struct PortraitText {
  private let reply: VerifyPortraitReply
  private let reference: String

  /// - Parameter withChip: whether the portrait was that of a chip.
  init(_ reply: VerifyPortraitReply, withChip: Bool) {
    self.reply = reply
    reference = withChip ? "the portrait in the chip" : "the portrait on record"
  }

  /// A line for the verdict, its Chinese where something is to be done, and one for what a match is worth.
  var lines: String {
    let verdict = verdict
    let chinese = verdict.chinese.isEmpty ? "" : "\n  \(verdict.chinese)"
    return "\(verdict.english)\(chinese)\n  \(reply.presentationAttackCheck.sentence)"
  }

  func write(to json: inout JSONWriter) {
    json.string("verdict", VerifyCommand.name(reply.result.verdict))
    json.string("undeterminedReason", reply.result.undeterminedReason.name)
    json.string("presentationAttackCheck", reply.presentationAttackCheck.name)
  }

  private var verdict: PortraitSentence {
    switch reply.result.verdict {
    case .consistent:
      PortraitSentence(
        "CONSISTENT  the face agrees with \(reference), and what is stated with the record", "")
    case .inconsistent:
      PortraitSentence(
        "INCONSISTENT  the face is another, or what is stated does not agree with a document on record", "")
    case .undetermined:
      PortraitSentence(
        "UNDETERMINED  \(reply.result.undeterminedReason.advice.english)",
        reply.result.undeterminedReason.advice.chinese)
    }
  }

  /// What to ask of the person before the camera.
  static func task(_ turn: HeadTurn) -> String {
    let (side, chinese) = turn == .left ? ("LEFT", "左") : ("RIGHT", "右")
    return """
      Take a picture of the person, and 3 to 5 frames while they turn the head to THEIR OWN \(side): at first straight ahead, \
      at last turned by some 30 degrees, the whole face in sight.
      请为被采集人拍摄正面照片，并在其向自己的\(chinese)侧缓慢转头时拍摄三至五帧：从正视镜头开始，至约三十度为止，面部须完整可见。
      """
  }
}

/// One sentence in both languages.
struct PortraitSentence {
  let english: String
  let chinese: String

  init(_ english: String, _ chinese: String) { (self.english, self.chinese) = (english, chinese) }
}

extension PresentationAttackCheck {
  fileprivate var sentence: String {
    switch self {
    case .noCheck: "attack check  NO_CHECK: a match alone does not show that a person stood there"
    case .challenge: "attack check  CHALLENGE: the head was turned as the platform asked"
    case .attested: "attack check  ATTESTED: a capture device of the tenant has signed the picture"
    }
  }
}

extension UndeterminedReason {
  /// What it means and what to do, for the person at the desk.
  var advice: PortraitSentence {
    switch self {
    case .superseded:
      PortraitSentence(
        "the person agrees, but the document has been replaced: ask for the current one",
        "人证相符，但该证件已换发，请出示现行证件。")
    case .attemptsExhausted:
      PortraitSentence(
        "too many wrong claims, or pictures that did not match, were made for this document: look at person and document yourself",
        "该证件的错误申报或不符图片过多，请人工核对人证。")
    case .noFace:
      PortraitSentence(
        "no face was found: have the person face the camera, the whole head in the picture and upright, then take it again",
        "未检测到人脸，请正对镜头、头部完整端正后重新拍摄。")
    case .multipleFaces:
      PortraitSentence(
        "more than one face is in the picture: take it again with the one person alone",
        "图片中有多张人脸，请单独重新拍摄。")
    case .faceTooSmall:
      PortraitSentence(
        "the face is too small: go nearer, until the eyes are some 90 pixels apart, then take the picture again",
        "人脸过小，请靠近镜头（两眼间距约九十像素）后重新拍摄。")
    case .blurred:
      PortraitSentence(
        "the picture is blurred: clean the lens, have the person hold still, let the camera focus, then take it again",
        "图片模糊，请擦净镜头、保持静止、待对焦后重新拍摄。")
    case .tooDark:
      PortraitSentence(
        "the face is too dark: light it from the front, then take the picture again", "面部过暗，请从正面补光后重新拍摄。")
    case .overexposed:
      PortraitSentence(
        "the face is too bright: keep direct light off it, then take the picture again",
        "面部过亮，请避开直射光后重新拍摄。")
    case .occluded:
      PortraitSentence(
        "a part of the face is covered: take off mask, dark glasses and hat, hair out of the face, then take the picture again",
        "面部有遮挡，请摘下口罩、墨镜和帽子，拨开头发后重新拍摄。")
    case .badImage:
      PortraitSentence(
        "the picture is damaged or of a kind that is not read: take it again and send the JPEG as the camera saved it",
        "图片损坏或格式不受支持，请重新拍摄，并原样发送相机保存的 JPEG 文件。")
    case .replayed:
      PortraitSentence(
        "this picture was sent before, or it is the document's own portrait: take a new picture of the person",
        "该图片曾经提交，或者就是证件上的照片，请为本人重新拍摄。")
    case .challengeFailed:
      PortraitSentence(
        "the frames do not show this person turning the head as asked: begin again, turn slowly, 3 to 5 frames, no two the same",
        "各帧未显示本人按要求转头，请重新开始，缓慢转头，提供三至五帧互不相同的图片。")
    case .noReference:
      PortraitSentence(
        "there is no portrait that can be compared with: read the chip (passgate chip read, then --reading), or look at the person",
        "没有可供比对的照片，请读取芯片后比对（passgate chip read，再用 --reading），或者人工核对。")
    case .nearThreshold:
      PortraitSentence(
        "the face is neither like enough nor unlike enough: take a better picture, or compare person and document yourself",
        "相似程度不足以判定，请重新拍摄更清晰的图片，或者人工核对人证。")
    case .notApplicable, .sourceUnavailable, .issuerUnknown:
      PortraitSentence("the registry cannot answer now: try again later", "登记数据暂不可用，请稍后重试。")
    }
  }
}
