import BayplanModel

/// The Standard Workload Format of the Parallel Workloads Archive: 18 whole numbers a line, -1 for unknown, comments after
/// `;`. A job becomes one pod of as many cores as processors were asked for, or else allocated; memory, in KB per processor,
/// likewise, or else what was used. It runs as long as it ran. Times are in seconds, and the archive sorts by them.
/// Source: Chapin et al., JSSPP 1999; Feitelson, Tsafrir, Krakov, JPDC 74(10), 2014.
public enum StandardWorkload {
  /// Whether a line is a job: 18 numbers.
  static func recognizes(_ line: Substring) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace)
    return words.count == 18 && words.allSatisfy { Double($0) != nil }
  }

  public static func read(_ text: TraceText) throws(InputError) -> Trace {
    var builder = TraceBuilder(file: text.file)
    var skipped: [Int] = []
    var instant: [Int] = []
    for (number, line) in text.lines {
      let job = line.prefix { $0 != ";" }
      if job.allSatisfy(\.isWhitespace) { continue }
      guard let fields = fields(job, number, &builder) else { continue }
      let runTime = fields[.runTime]
      let processors = fields[.requestedProcessors] > 0 ? fields[.requestedProcessors] : fields[.processors]
      // Neither started nor asked for anything, or canceled before it began.
      if runTime < 0 || processors <= 0 || (runTime == 0 && fields[.status] == canceled) {
        skipped.append(number)
        continue
      }
      if runTime == 0 { instant.append(number) }
      let memory = fields[.requestedMemory] > 0 ? fields[.requestedMemory] : max(0, fields[.memory])
      let spec = PodSpec(requests: [
        .cpu: processors * 1000, .memory: memory.multipliedSaturated(by: processors).multipliedSaturated(by: 1024),
      ])
      builder.trace.names.append("job-\(fields[.job])")
      builder.add(
        .init(
          atMillis: fields[.submitTime] * 1000, lifetimeMillis: max(1, runTime) * 1000, shape: builder.shape(spec)),
        line: number)
    }
    if let first = skipped.first {
      builder.trace.notices.note(
        .skipped, "jobs without run time or processors, or canceled before they began, are left out",
        count: skipped.count, example: "\(text.file):\(first)")
    }
    if let first = instant.first {
      builder.trace.notices.note(
        .defaulted, "a run time of zero counts as one second, the unit of the format", count: instant.count,
        example: "\(text.file):\(first)")
    }
    return try builder.finish()
  }

  /// The value of `status` for jobs that were canceled.
  private static let canceled: Int64 = 5
  private static let limit: Int64 = 1 << 40

  private enum Field: Int {
    case job, submitTime, waitTime, runTime, processors, cpuTime, memory, requestedProcessors, requestedTime
    case requestedMemory, status
  }

  private struct Fields {
    var values: [Int64]

    subscript(field: Field) -> Int64 { values[field.rawValue] }
  }

  private static func fields(_ line: Substring, _ number: Int, _ builder: inout TraceBuilder) -> Fields? {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count == 18 else {
      builder.report(
        .syntax, number, "the job has \(words.count) fields, not 18", fix: "Maybe the line was cut off.")
      return nil
    }
    var values: [Int64] = []
    for (index, word) in words.prefix(11).enumerated() {
      // Averages may have a fraction.
      guard let value = Int64(word) ?? Double(word).flatMap({ Int64(exactly: $0.rounded(.up)) }), abs(value) <= limit
      else {
        builder.report(.invalidValue, number, "field \(index + 1) is '\(word.prefix(40))', not a number or -1")
        return nil
      }
      values.append(value)
    }
    let fields = Fields(values: values)
    if fields[.submitTime] < 0 {
      builder.report(.invalidValue, number, "the submit time, field 2, is \(words[1]), which is negative")
      return nil
    }
    return fields
  }
}
