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
    private let isSaved: Bool
    private let keepsRows: Bool
    private let printsLines: Bool
    private var streams: [String: Stream] = [:]
    /// For standard output.
    private var lines: [UInt8] = []
    private var eventNumber = 0
    private(set) var rows = ""
    private(set) var failure: OutputError?

    init(_ command: SimulateCommand, _ scenario: Scenario) throws {
      document = EventDocument(startSeconds: scenario.startSeconds)
      isSaved = command.checkpoint != nil || command.resume != nil
      keepsRows = command.output.format == .csv
      printsLines = command.log && !command.output.quiet
      for (name, path) in [("events", command.events), ("series", command.series)] {
        guard let path else { continue }
        streams[name] = Stream(path: path, target: isSaved ? path : path + ".part-\(getpid())")
      }
    }

    func begin() throws(OutputError) {
      for name in streams.keys.sorted() { try open(name, keeping: 0) }
    }

    func resume(_ checkpoint: Checkpoint) throws(OutputError) {
      eventNumber = checkpoint.eventNumber
      for name in streams.keys.sorted() { try open(name, keeping: checkpoint.outputSizes[name] ?? 0) }
    }

    private func open(_ name: String, keeping size: Int64) throws(OutputError) {
      let path = streams[name]!.target
      let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw OutputError(message: "cannot write \(streams[name]!.path): \(String(cString: strerror(errno)))")
      }
      guard ftruncate(descriptor, off_t(size)) == 0, lseek(descriptor, off_t(size), SEEK_SET) >= 0 else {
        throw OutputError(message: "cannot write \(streams[name]!.path): \(String(cString: strerror(errno)))")
      }
      streams[name]!.handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      streams[name]!.size = size
    }

    func attach(_ simulation: inout ClusterSimulation) {
      if streams["events"] != nil || printsLines {
        simulation.onEvent = { [self] event in
          if printsLines { print(document.line(event) + "\n") }
          if streams["events"] != nil {
            write(document.json(event, number: eventNumber) + "\n", to: "events")
            eventNumber += 1
          }
        }
      }
      if streams["series"] != nil || keepsRows {
        simulation.onSample = { [self] sample in
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
        try Output.emit(Data(lines), to: nil)
        lines.removeAll(keepingCapacity: true)
      }
      for name in streams.keys.sorted() where !streams[name]!.buffer.isEmpty {
        do {
          try streams[name]!.handle?.write(contentsOf: streams[name]!.buffer)
        } catch {
          throw OutputError(message: "cannot write \(streams[name]!.path)")
        }
        streams[name]!.buffer.removeAll(keepingCapacity: true)
      }
    }

    func note(in checkpoint: inout Checkpoint) {
      checkpoint.eventNumber = eventNumber
      for (name, stream) in streams { checkpoint.outputSizes[name] = stream.size }
    }

    func finish() throws(OutputError) {
      try flush()
      for name in streams.keys.sorted() {
        let stream = streams[name]!
        try? stream.handle?.close()
        if stream.target != stream.path, rename(stream.target, stream.path) != 0 {
          unlink(stream.target)
          throw OutputError(message: "cannot write \(stream.path): \(String(cString: strerror(errno)))")
        }
      }
    }
  }
#endif
