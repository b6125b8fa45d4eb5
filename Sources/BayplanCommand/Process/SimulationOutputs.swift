#if CommandLine
  import Bayplan
  import Foundation

  /// What a simulation writes while it runs: the event log and the time series.
  ///
  /// Files are written beside their names and renamed at the end, unless the run is saved now and then: then they grow in
  /// place, and going on from a checkpoint cuts off what was written after it.
  final class SimulationOutputs: @unchecked Sendable {
    private struct Stream {
      let path: String
      let target: String
      var handle: FileHandle?
      var buffer: [UInt8] = []
      var size: Int64 = 0
    }

    private let document: EventDocument
    private let keepsRows: Bool
    private let keepsEvents: Bool
    private let printsLines: Bool
    private let printsToErrors: Bool
    private var streams: [String: Stream] = [:]
    /// For standard output.
    private var lines: [UInt8] = []
    private var eventNumber = 0
    private(set) var rows = ""
    /// For reports that show the way the run took; nil where it went on from a checkpoint, for then only a part is known.
    private(set) var history: SimulationHistory?
    private(set) var failure: OutputError?

    init(_ command: SimulateCommand, _ scenario: Scenario) {
      document = EventDocument(startSeconds: scenario.startSeconds)
      let isSaved = command.checkpoint != nil || command.resume != nil
      keepsRows = command.output.format == .csv
      keepsEvents = command.output.format == .html
      if [.html, .table].contains(command.output.format) && command.resume == nil { history = SimulationHistory() }
      printsLines = command.log && !command.output.quiet
      // Data alone on standard output.
      printsToErrors = command.output.format != .table
      for (name, path) in [("events", command.events), ("series", command.series)] {
        guard let path else { continue }
        // A link keeps pointing where it points; what is no file, a device or a pipe, cannot be replaced.
        let real = Output.target(of: path)
        streams[name] = Stream(
          path: path, target: isSaved || !Output.canReplace(real) ? real : real + ".part-\(getpid())")
      }
    }

    func begin() throws(OutputError) {
      for name in streams.keys.sorted() { try open(name, keeping: 0) }
    }

    func resume(_ checkpoint: Checkpoint) throws(OutputError) {
      eventNumber = checkpoint.eventNumber
      for name in streams.keys.sorted() {
        guard let size = checkpoint.outputSizes[name] else {
          throw OutputError(message: "the saved run wrote no --\(name): leave it out, or begin again without --resume")
        }
        try open(name, keeping: size)
      }
    }

    private func open(_ name: String, keeping size: Int64) throws(OutputError) {
      let stream = streams[name]!
      let descriptor = Foundation.open(stream.target, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw failure(stream.path) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw failure(stream.path) }
      if status.st_mode & S_IFMT == S_IFREG {
        if Int64(status.st_size) < size {
          close(descriptor)
          throw OutputError(
            message:
              "\(stream.path) has \(status.st_size) bytes, fewer than the \(size) of the saved run: is it another file?"
          )
        }
        guard ftruncate(descriptor, off_t(size)) == 0, lseek(descriptor, off_t(size), SEEK_SET) >= 0 else {
          throw failure(stream.path)
        }
      }
      streams[name]!.handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      streams[name]!.size = size
    }

    private func failure(_ path: String) -> OutputError {
      OutputError(message: "cannot write \(path): \(String(cString: strerror(errno)))")
    }

    func attach(_ simulation: inout ClusterSimulation) {
      if streams["events"] != nil || printsLines || keepsEvents {
        simulation.onEvent = { [self] event in
          if keepsEvents { history?.add(event) }
          if printsLines { print(document.line(event) + "\n") }
          if streams["events"] != nil {
            write(document.json(event, number: eventNumber) + "\n", to: "events")
            eventNumber += 1
          }
        }
      }
      if streams["series"] != nil || keepsRows || history != nil {
        simulation.onSample = { [self] sample in
          history?.add(sample)
          if streams["series"] != nil {
            if streams["series"]!.size == 0 { write(SampleTable.header(sample), to: "series") }
            write(SampleTable.row(sample), to: "series")
          }
          if keepsRows {
            if rows.isEmpty { rows = SampleTable.header(sample) }
            rows += SampleTable.row(sample)
          }
        }
      }
    }

    private func write(_ text: String, to name: String) {
      streams[name]!.buffer += text.utf8
      streams[name]!.size += Int64(text.utf8.count)
      if streams[name]!.buffer.count > 1 << 16 { do { try flush() } catch { failure = error } }
    }

    private func print(_ line: String) {
      lines += line.utf8
      if lines.count > 1 << 14 { do { try flush() } catch { failure = error } }
    }

    func flush() throws(OutputError) {
      if !lines.isEmpty {
        if printsToErrors {
          Output.log(String(decoding: lines.dropLast(), as: UTF8.self))
        } else {
          try Output.emit(Data(lines), to: nil)
        }
        lines.removeAll(keepingCapacity: true)
      }
      for name in streams.keys.sorted() where !streams[name]!.buffer.isEmpty {
        do {
          try streams[name]!.handle?.write(contentsOf: streams[name]!.buffer)
        } catch {
          let failed = failure(streams[name]!.path)
          streams[name]!.buffer.removeAll()
          throw failed
        }
        streams[name]!.buffer.removeAll(keepingCapacity: true)
      }
    }

    func note(in checkpoint: inout Checkpoint) {
      checkpoint.eventNumber = eventNumber
      for (name, stream) in streams { checkpoint.outputSizes[name] = stream.size }
    }

    /// Nothing half-written stays, except what grows in place.
    func discard() {
      for stream in streams.values {
        try? stream.handle?.close()
        if stream.target.hasSuffix(".part-\(getpid())") { unlink(stream.target) }
      }
    }

    func finish() throws(OutputError) {
      try flush()
      for name in streams.keys.sorted() {
        let stream = streams[name]!
        try? stream.handle?.close()
        guard stream.target.hasSuffix(".part-\(getpid())") else { continue }
        if rename(stream.target, Output.target(of: stream.path)) != 0 {
          let failed = failure(stream.path)
          unlink(stream.target)
          throw failed
        }
      }
    }
  }
#endif
