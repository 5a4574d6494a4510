import PassgateDomain
import PassgateSystem

/// A case as it is told to people: the same for both sides, from the events that each may see.
struct StoryText {
  let story: CaseStory
  let current: Case
  let now: UInt64
  let side: CaseCalls.Side

  init(_ events: [CaseEvent], current: Case, now: UInt64, side: CaseCalls.Side) throws(CaseFault) {
    story = try CaseStory.tell(events, at: now, calendar: .builtIn)
    (self.current, self.now, self.side) = (current, now, side)
  }

  /// What the whole of `explain` and `status` is.
  var text: String {
    let sections: [(heading: String, lines: [String])] = [
      ("WHERE IT STANDS", [Columns.paragraph("  ", story.standing)]),
      ("TO DO NOW", side == .organisation ? tasks : []),
      ("TERMS THAT RUN", terms),
      ("WHAT HAPPENED", steps),
      ("WHAT MAY HAPPEN NEXT", next),
      ("MATERIALS", side == .officer ? materials : []),
      ("NOTES", story.notes.map { Columns.paragraph("  ", $0) }),
      ("CITED", clauses),
    ]
    let told = sections.filter { !$0.lines.isEmpty }.map { section in
      ([section.heading] + section.lines).joined(separator: "\n")
    }
    return ([heading] + told).joined(separator: "\n\n")
  }

  private var heading: String {
    "Case \(current.tenantID): \(terminalSafe(current.dossier.organisation.name)), "
      + "\(current.dossier.organisation.creditCode)\n"
      + "Told on \(BeijingClock.text(now)) from \(count(story.lines.count, "signed event")), each verified."
  }

  private var steps: [String] {
    story.lines.map { line in
      let margin = "  " + Columns.pad("#\(line.number)", 4) + BeijingClock.short(line.at) + "  "
      return Columns.paragraph(margin, "\(line.sentence) (\(line.clause))")
    }
  }

  private var terms: [String] {
    story.terms.map { term in
      let left = BeijingTime.remaining(until: term.dueAt, now: now)
      return Columns.paragraph(
        "  \(BeijingClock.short(term.dueAt))  ", "\(left): \(term.sentence) (\(term.clause))")
    }
  }

  private var next: [String] {
    story.next.map { line in
      let grounds = line.clauses.map(\.description).joined(separator: ", ")
      return Columns.paragraph("  - ", "\(line.who) \(line.sentence) (\(grounds))")
    }
  }

  private var tasks: [String] {
    let tasks = TaskList(current, at: now).tasks
    guard !tasks.isEmpty else { return ["  \(TaskList.nothing(in: current.state))"] }
    return tasks.map { Columns.paragraph("  - ", "\($0.what): \($0.command)") }
  }

  private var materials: [String] {
    current.dossier.materials.flatMap { material in
      [
        Columns.paragraph(
          "  (\(material.kind.rawValue)) ",
          "\(material.kind.text.both), \"\(material.title)\", valid until \(material.expiresOn.iso)"),
        "      " + Hex.encode(material.digest),
      ]
    }
  }

  /// Every clause once, in the words of the Measures.
  private var clauses: [String] {
    let cited = story.lines.map(\.clause) + story.terms.map(\.clause) + story.next.flatMap(\.clauses)
    return Set(cited).sorted().map { clause in
      Columns.paragraph("  " + Columns.pad(clause.description, 10), clause.text.both)
    }
  }
}

extension StoryText {
  /// The members of the JSON answer.
  func write(to json: inout JSONWriter) {
    json.string("tenant", current.tenantID)
    json.string("organisation", current.dossier.organisation.name)
    json.string("state", "\(current.state)")
    json.number("events", story.lines.count)
    json.string("standing", story.standing)
    json.array("lines") { json in
      for line in story.lines {
        json.object { json in
          json.number("event", line.number)
          json.string("time", CivilTime.timestamp(milliseconds: line.at))
          json.string("sentence", line.sentence)
          json.string("clause", line.clause.description)
        }
      }
    }
    json.array("terms") { json in
      for term in story.terms {
        json.object { json in
          json.string("dueAt", CivilTime.timestamp(milliseconds: term.dueAt))
          json.string("sentence", term.sentence)
          json.string("clause", term.clause.description)
        }
      }
    }
    writeNext(to: &json)
    json.array("notes") { json in for note in story.notes { json.string(note) } }
  }

  private func writeNext(to json: inout JSONWriter) {
    json.array("tasks") { json in
      for task in TaskList(current, at: now).tasks {
        json.object { json in
          json.string("what", task.what)
          json.string("command", task.command)
        }
      }
    }
    json.array("next") { json in
      for line in story.next {
        json.object { json in
          json.string("who", line.who)
          json.string("sentence", line.sentence)
          json.array("clauses") { json in for clause in line.clauses { json.string(clause.description) } }
        }
      }
    }
    json.array("materials") { json in
      for material in current.dossier.materials {
        json.object { json in
          json.string("kind", Words.word(material.kind, in: Words.materials))
          json.string("title", material.title)
          json.string("expiresOn", material.expiresOn.iso)
          json.string("digest", Hex.encode(material.digest))
        }
      }
    }
  }
}
