import PassgateSystem
import PassgateWire

/// What serving needs, looked at step by step: `serve` refuses for the first thing that is wrong, `check` tells all.
struct Readiness {
  /// Sentences that say what is wrong and what to do.
  private(set) var problems: [String] = []
  private(set) var engine: FaceEngine?
  private(set) var calibration: CalibrationFile?
  private(set) var confinement: Confinement?

  /// - Parameter calibration: the file's path; nil: pictures are looked at, and nothing is compared.
  init(models: String, calibration path: String?) {
    lookAtLinearAlgebra()
    openEngine(models)
    if let path { readCalibration(path) }
    lookAtThreads()
    if problems.isEmpty { tryOut() }
  }

  /// What workers are made of, where nothing is wrong.
  var examination: Examination? {
    guard problems.isEmpty, let engine else { return nil }
    return Examination(engine: engine, calibration: calibration)
  }

  /// What the platform is told.
  var standing: PortraitStanding? {
    guard problems.isEmpty, let engine, let confinement else { return nil }
    return PortraitStanding(
      modelID: engine.manifest.id, calibrationID: calibration?.id ?? [],
      development: calibration?.calibration.purpose == .development, dimension: engine.manifest.dimension,
      engine: "\(engine.manifest.backend), \(engine.manifest.buildFlags), \(LinearAlgebra.name ?? "")",
      sandbox: "\(confinement)")
  }

  private mutating func lookAtLinearAlgebra() {
    guard LinearAlgebra.name == nil else { return }
    problems.append(
      """
      the linear algebra in use is \(LinearAlgebra.path), with which a comparison takes ten times as long; install \
      OpenBLAS (apt-get install libopenblas0-serial), or choose it by 'update-alternatives --config libblas.so.3-\
      x86_64-linux-gnu'
      """)
  }

  private mutating func openEngine(_ models: String) {
    do throws(ModelFault) { engine = try FaceEngine(ModelFiles(folder: models)) } catch {
      problems.append("\(error)")
    }
  }

  private mutating func readCalibration(_ path: String) {
    do {
      let file = try CalibrationFile(Files.readTrusted(path, limit: CalibrationFile.limit))
      if let engine, let refusal = file.calibration.refusal(for: engine.manifest) {
        problems.append("\(path): \(refusal)")
      }
      calibration = file
    } catch let error as CalibrationFault {
      problems.append("\(path): \(error)")
    } catch {
      problems.append("the calibration cannot be read: \(error)")
    }
  }

  /// A copy of a process with threads has one of them, and the others' locks.
  private mutating func lookAtThreads() {
    guard let count = Forking.threadCount, count > 1 else { return }
    problems.append(
      """
      a library has started threads (\(count) run), so that no worker can be made; install libopenblas0-serial, or set \
      OPENBLAS_NUM_THREADS=1 where this is not started by passgated
      """)
  }

  /// A worker that is locked as all are looks at a picture: what the engine needs of the kernel is what the lock leaves.
  private mutating func tryOut() {
    guard let examination else { return }
    do throws(SystemError) {
      let worker = try OwnWorker(examination)
      confinement = worker.confinement
      let finding = try? worker.ask(PortraitTask(live: Self.picture, referenceImage: Self.picture))
      // Grey all over: it decodes, and nobody is on it.
      guard let finding, finding.liveFault != 0, !finding.pictureHash.isEmpty else {
        problems.append("a locked worker cannot look at a picture on this machine; send this to the makers")
        return
      }
    } catch {
      problems.append(
        "\(error); the kernel or the container this runs in must permit it: portraits are never read without the lock"
      )
    }
  }

  /// 8 x 8 pixels, grey: a JPEG.
  private static let picture =
    Base64.decode(
      """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBk\
      eFxlZ2P/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEG\
      E1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJ\
      ipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/ACv/2Q==
      """) ?? []
}
