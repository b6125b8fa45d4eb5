import BayplanModel

/// A file of a trace, unpacked.
public struct TraceText: Sendable {
  public var file: String
  public var text: String

  public init(_ text: String, file: String) {
    self.file = file
    self.text = text
  }

  /// The lines with their numbers, blank ones left out; ends of any kind.
  var lines: [(number: Int, text: Substring)] {
    var result: [(Int, Substring)] = []
    var number = 1
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if !line.allSatisfy(\.isWhitespace) { result.append((number, line)) }
      number += 1
    }
    return result
  }

  /// The first line that is not blank, at most 4,096 characters of it.
  var firstLine: Substring {
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return start.prefix(4096).prefix { !$0.isNewline }
  }
}

/// The formats of traces, told apart by their content.
///
///     openb      pod lists of Alibaba's GPU cluster with times
///     azure-v1   the Azure trace of 2017 by flavours; four files that belong together
///     swf        Standard Workload Format of the Parallel Workloads Archive
///     csv        a table at,lifetime,cpu,memory,…
///     jsonl      one object with the same keys a line
public enum TraceFormat: String, Sendable, CaseIterable {
  case openb
  case azureV1 = "azure-v1"
  case swf, csv, jsonl

  /// Nil where the content is none of them.
  public init?(recognizing text: TraceText) {
    let line = text.firstLine
    if line.hasPrefix("{") {
      self = .jsonl
    } else if OpenB.recognizes(line), !line.hasPrefix("sn,") {
      self = .openb
    } else if line.hasPrefix(";") || StandardWorkload.recognizes(line) {
      self = .swf
    } else if AzureV1.Part(recognizing: text) != nil {
      self = .azureV1
    } else if RowTrace.recognizes(line) {
      self = .csv
    } else {
      return nil
    }
  }

  /// Reads a trace of whichever format its first file has.
  public static func read(_ texts: [TraceText]) throws(InputError) -> Trace {
    guard let first = texts.first else { throw InputError(.empty, "no trace is given") }
    guard let format = Self(recognizing: first) else {
      let isEmpty = first.firstLine.isEmpty
      throw InputError(
        isEmpty ? .empty : .unsupported, at: SourceLocation(file: first.file, line: isEmpty ? nil : 1),
        isEmpty ? "there is nothing in it" : "this is no format of traces that is known",
        fix: isEmpty
          ? nil
          : "Known are \(allCases.map(\.rawValue).joined(separator: ", ")), unpacked; a CSV table begins with a header "
            + "such as \(RowTrace.exampleHeader).")
    }
    return try format.read(texts)
  }

  public func read(_ texts: [TraceText]) throws(InputError) -> Trace {
    if self == .azureV1 { return try AzureV1.read(texts) }
    guard texts.count == 1 else {
      throw InputError(
        .unsupported, at: (texts.count > 1 ? texts[1].file : nil).map { SourceLocation(file: $0) },
        "a trace of format \(rawValue) is one file, not \(texts.count)")
    }
    switch self {
    case .openb: return try OpenB.trace(texts[0])
    case .swf: return try StandardWorkload.read(texts[0])
    case .csv: return try RowTrace.readTable(texts[0])
    case .jsonl: return try RowTrace.readLines(texts[0])
    case .azureV1: preconditionFailure("read above")
    }
  }
}

/// Gathers arrivals, equal shapes stored once, and what is wrong with them.
struct TraceBuilder {
  let file: String
  var trace = Trace()
  var problems: [InputError.Problem] = []
  private var numbers: [PodSpec: Int32] = [:]
  private var isUnsorted = false

  init(file: String) { self.file = file }

  mutating func shape(_ spec: PodSpec) -> Int32 {
    if let number = numbers[spec] { return number }
    let number = Int32(trace.shapes.count)
    trace.shapes.append(spec)
    numbers[spec] = number
    return number
  }

  /// Reports the first arrival before its predecessor.
  mutating func add(_ arrival: Trace.Arrival, line: Int) {
    if let last = trace.arrivals.last, arrival.atMillis < last.atMillis, !isUnsorted {
      isUnsorted = true
      report(
        .invalidValue, line, "this arrival is before that of the line above",
        fix: "Sort the rows by time of arrival.")
    }
    trace.arrivals.append(arrival)
  }

  /// Sorts arrivals and names by time; equal times stay in the order of the source.
  mutating func sort() {
    let arrivals = trace.arrivals
    if zip(arrivals, arrivals.dropFirst()).allSatisfy({ $0.atMillis <= $1.atMillis }) { return }
    let names = trace.names
    let order = arrivals.indices.sorted { arrivals[$0].atMillis < arrivals[$1].atMillis }
    trace.arrivals = order.map { arrivals[$0] }
    if !names.isEmpty { trace.names = order.map { names[$0] } }
    trace.notices.note(.warning, "rows that are not sorted by time were sorted", example: file)
  }

  mutating func report(_ code: InputError.Code, _ line: Int?, _ message: String, fix: String? = nil) {
    problems.append(.init(code, at: SourceLocation(file: file, line: line), message, fix: fix))
  }

  /// The trace, with times counted from the first arrival.
  mutating func finish(endMillis: Int64? = nil, fromFirst: Bool = true) throws(InputError) -> Trace {
    if trace.arrivals.isEmpty && problems.isEmpty { report(.empty, nil, "nothing arrives in it") }
    if !problems.isEmpty { throw InputError(problems) }
    let start = fromFirst ? trace.arrivals[0].atMillis : 0
    if start != 0 {
      for index in trace.arrivals.indices { trace.arrivals[index].atMillis -= start }
    }
    return Trace(
      shapes: trace.shapes, arrivals: trace.arrivals, names: trace.names, endMillis: endMillis.map { $0 - start },
      notices: trace.notices)
  }
}
