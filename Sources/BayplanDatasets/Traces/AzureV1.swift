import BayplanModel

/// The Azure VM trace of 2017 (V1) as prepared for trace generation: per five minutes one line of flavours, and a second
/// file with the durations at the same places. Four files belong together:
///
///     flavours      2100000 m,m,|,b,|     seconds, then a letter per VM; | ends a batch of one tenant
///     durations     2100000 U3,C40,|,U7,| the bin of each one's duration: U ended, C was still running at the end
///     flavour map   1,1.75 b              vCPUs, GiB, letter
///     interval map  300 1                 seconds, bin
///
/// A VM that ended runs for the middle of its bin, of what the interval map lists of it; in the bin of zero seconds, for
/// half an interval of the map, since durations are counted in whole intervals there.
/// Source: Cortez et al., SOSP 2017 (data); Bergsma et al., SOSP 2021, github.com/huaweicloud/trace_generation_rnn.
public enum AzureV1 {
  public enum Part: String, Sendable, CaseIterable {
    case flavours, durations
    case flavourMap = "flavour map"
    case intervalMap = "interval map"

    /// By the first line that tells: at first nobody may arrive.
    public init?(recognizing text: TraceText) {
      for line in text.text.split(maxSplits: 100, whereSeparator: \.isNewline) {
        if let part = Self(recognizing: line.prefix(4096)) {
          self = part
          return
        }
        if !line.hasSuffix(" |") { return nil }
      }
      return nil
    }

    private init?(recognizing line: Substring) {
      let words = line.split(separator: " ")
      guard words.count == 2 else { return nil }
      let cells = words[1].split(separator: ",").prefix(2000)
      if Int64(words[0]) != nil {
        if Int64(words[1]) != nil {
          self = .intervalMap
        } else if let first = cells.first(where: { $0 != "|" }) {
          self = first.count > 1 ? .durations : .flavours
          if self == .durations && !(first.hasPrefix("U") || first.hasPrefix("C")) { return nil }
        } else {
          return nil
        }
      } else if words[0].split(separator: ",").count == 2, words[1].count == 1 {
        self = .flavourMap
      } else {
        return nil
      }
    }
  }

  /// Reads the four files in any order.
  public static func read(_ texts: [TraceText]) throws(InputError) -> Trace {
    var parts: [Part: TraceText] = [:]
    var problems: [InputError.Problem] = []
    for text in texts {
      let place = SourceLocation(file: text.file)
      guard let part = Part(recognizing: text) else {
        problems.append(.init(.unsupported, at: place, "this is no part of an Azure trace by flavours"))
        continue
      }
      if let other = parts[part] {
        problems.append(.init(.duplicate, at: place, "this is a second \(part.rawValue) file beside \(other.file)"))
      }
      parts[part] = text
    }
    let missing = Part.allCases.filter { parts[$0] == nil }
    if !missing.isEmpty && problems.isEmpty {
      problems.append(
        .init(
          .missing, at: texts.first.map { SourceLocation(file: $0.file) },
          "the trace lacks its file of \(missing.map(\.rawValue).joined(separator: ", of "))",
          fix: "Give four files: v1.test.txt, v1.test.c2591400.txt, flav_map.txt, v1.interval_map.txt."))
    }
    guard problems.isEmpty, let flavours = parts[.flavours], let durations = parts[.durations],
      let flavourMap = parts[.flavourMap], let intervalMap = parts[.intervalMap]
    else { throw InputError(problems) }
    return try read(flavours: flavours, durations: durations, flavourMap: flavourMap, intervalMap: intervalMap)
  }

  public static func read(
    flavours: TraceText, durations: TraceText, flavourMap: TraceText, intervalMap: TraceText
  ) throws(InputError) -> Trace {
    var builder = TraceBuilder(file: flavours.file)
    let shapes = Self.shapes(flavourMap, &builder)
    let intervals = Self.intervals(intervalMap, &builder)
    var reader = Reader(builder: builder, durationFile: durations.file, shapes: shapes, bins: intervals.lifetimes)
    let (upper, lower) = (flavours.lines, durations.lines)
    for index in 0..<max(upper.count, lower.count) {
      guard index < upper.count, index < lower.count else {
        let isUpper = index >= upper.count
        reader.report(
          isUpper, isUpper ? upper.last?.number : lower.last?.number,
          "the text ends after \(min(upper.count, lower.count)) lines, the other file has "
            + "\(max(upper.count, lower.count))")
        break
      }
      reader.read(upper[index], lower[index])
    }
    let end = reader.last.map { ($0 + intervals.step) * 1000 }
    return try reader.builder.finish(endMillis: end)
  }

  /// By letter.
  private static func shapes(_ text: TraceText, _ builder: inout TraceBuilder) -> [UInt8: Int32] {
    var result: [UInt8: Int32] = [:]
    for (number, line) in text.lines {
      let words = line.split(whereSeparator: \.isWhitespace)
      let amounts = words.first.map { $0.split(separator: ",") } ?? []
      guard words.count == 2, words[1].utf8.count == 1, let letter = words[1].utf8.first, letter != UInt8(ascii: "|"),
        amounts.count == 2,
        let cpu = try? Quantity(String(amounts[0])), let memory = try? Quantity(String(amounts[1]) + "Gi"),
        !cpu.isNegative, !memory.isNegative
      else {
        builder.problems.append(
          .init(
            .syntax, at: SourceLocation(file: text.file, line: number),
            "'\(line.prefix(40))' is not a flavour", fix: "A line reads vCPUs,GiB LETTER, such as 2,3.5 g."))
        continue
      }
      if result[letter] != nil {
        builder.problems.append(
          .init(
            .duplicate, at: SourceLocation(file: text.file, line: number), "the flavour '\(words[1])' stands twice"))
      }
      result[letter] = builder.shape(PodSpec(requests: [.cpu: cpu.milliValue, .memory: memory.value]))
    }
    return result
  }

  /// Milliseconds by bin, and the seconds of an interval.
  private static func intervals(
    _ text: TraceText, _ builder: inout TraceBuilder
  ) -> (lifetimes: [Int64: Int64], step: Int64) {
    var ranges: [Int64: ClosedRange<Int64>] = [:]
    var step: Int64 = 0
    var last: Int64?
    for (number, line) in text.lines {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let seconds = Int64(words[0]), let bin = Int64(words[1]),
        (0...limit).contains(seconds), (0...limit).contains(bin), seconds > last ?? -1
      else {
        builder.problems.append(
          .init(
            .syntax, at: SourceLocation(file: text.file, line: number),
            "'\(line.prefix(40))' is not an interval", fix: "A line reads SECONDS BIN, by seconds."))
        continue
      }
      if let last { step = step == 0 ? seconds - last : min(step, seconds - last) }
      last = seconds
      ranges[bin] = (ranges[bin]?.lowerBound ?? seconds)...seconds
    }
    if step == 0 { step = 300 }
    return (ranges.mapValues { $0.upperBound == 0 ? step * 500 : ($0.lowerBound + $0.upperBound) * 500 }, step)
  }

  /// Seconds, about 30,000 years.
  private static let limit: Int64 = 1 << 40

  /// Reads two lines at a time.
  private struct Reader {
    var builder: TraceBuilder
    let durationFile: String
    let shapes: [UInt8: Int32]
    let bins: [Int64: Int64]
    /// Seconds of the last line.
    var last: Int64?
    private var unknown = Set<String>()

    init(builder: TraceBuilder, durationFile: String, shapes: [UInt8: Int32], bins: [Int64: Int64]) {
      self.builder = builder
      self.durationFile = durationFile
      self.shapes = shapes
      self.bins = bins
    }

    mutating func report(_ isFlavours: Bool, _ line: Int?, _ message: String, fix: String? = nil) {
      builder.problems.append(
        .init(
          .invalidValue, at: SourceLocation(file: isFlavours ? builder.file : durationFile, line: line), message,
          fix: fix ?? "Maybe the file was cut short, or the two files are of different traces."))
    }

    mutating func read(_ upper: (number: Int, text: Substring), _ lower: (number: Int, text: Substring)) {
      guard let flavours = split(upper, true), let durations = split(lower, false) else { return }
      guard flavours.seconds == durations.seconds else {
        return report(
          false, lower.number,
          "the time is \(durations.seconds), that of \(builder.file):\(upper.number) is \(flavours.seconds)")
      }
      if let last, flavours.seconds <= last {
        return report(
          true, upper.number, "the time \(flavours.seconds) does not come after \(last), that of the line above",
          fix: "Lines are sorted by time.")
      }
      last = flavours.seconds
      guard flavours.cells.count == durations.cells.count else {
        return report(
          false, lower.number,
          "there are \(durations.cells.count) entries, in \(builder.file):\(upper.number) \(flavours.cells.count)")
      }
      for index in flavours.cells.indices {
        let (flavour, duration) = (flavours.cells[index], durations.cells[index])
        let isEnd = flavour.first == bar && flavour.count == 1
        guard isEnd == (duration.first == bar && duration.count == 1) else {
          return report(
            false, lower.number, "the batches end at other places than in \(builder.file), from entry \(index + 1) on")
        }
        if isEnd { continue }
        guard flavour.count == 1, let shape = shapes[flavour.first!] else {
          complain(true, upper.number, index, flavour, "is not a flavour of the flavour map")
          continue
        }
        let text = String(decoding: duration.dropFirst(), as: UTF8.self)
        let isEnded = duration.first == UInt8(ascii: "U")
        guard isEnded || duration.first == UInt8(ascii: "C"), let bin = Int64(text), let lifetime = bins[bin] else {
          complain(false, lower.number, index, duration, "is not U or C and a bin of the interval map")
          continue
        }
        builder.trace.arrivals.append(
          .init(atMillis: flavours.seconds * 1000, lifetimeMillis: isEnded ? lifetime : nil, shape: shape))
      }
    }

    private let bar = UInt8(ascii: "|")

    /// Each wrong entry is reported once.
    private mutating func complain(
      _ isFlavours: Bool, _ line: Int, _ index: Int, _ cell: ArraySlice<UInt8>, _ message: String
    ) {
      let text = String(decoding: cell.prefix(20), as: UTF8.self)
      if unknown.insert(text).inserted { report(isFlavours, line, "entry \(index + 1), '\(text)', \(message)") }
    }

    private mutating func split(
      _ line: (number: Int, text: Substring), _ isFlavours: Bool
    ) -> (seconds: Int64, cells: [ArraySlice<UInt8>])? {
      let bytes = Array(line.text.utf8)
      guard let blank = bytes.firstIndex(of: UInt8(ascii: " ")),
        let seconds = Int64(String(decoding: bytes[..<blank], as: UTF8.self)), (0...AzureV1.limit).contains(seconds)
      else {
        report(isFlavours, line.number, "the line does not begin with a time in seconds and a blank")
        return nil
      }
      var cells = bytes[(blank + 1)...].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      while let end = cells.last, end.allSatisfy({ $0 == 32 || $0 == 13 }) { cells.removeLast() }
      if cells.last?.elementsEqual([bar]) != true {
        report(isFlavours, line.number, "the line does not end with a batch's '|'", fix: "Maybe it was cut short.")
        return nil
      }
      return (seconds, cells)
    }
  }
}
