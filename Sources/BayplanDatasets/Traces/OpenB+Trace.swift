import BayplanModel

extension OpenB {
  /// A pod list with `creation_time`, `deletion_time` and `scheduled_time` in seconds as a trace.
  ///
  /// A pod runs from when it was scheduled until it was deleted. One that never was, waited until it was deleted and is taken
  /// to run as long; one that is deleted at the last second of the list while running was there at its end. Some of the
  /// published lists are not sorted by time, and are sorted here.
  public static func trace(_ text: TraceText) throws(InputError) -> Trace {
    let table = try CSVTable(text.text, file: text.file)
    let pods = try pods(table)
    var builder = TraceBuilder(file: text.file)
    guard let created = table.column("creation_time"), let deleted = table.column("deletion_time") else {
      throw InputError(
        .missing, at: SourceLocation(file: text.file, line: 1),
        "the header lacks the column 'creation_time' or 'deletion_time'",
        fix: "Of OpenB's pod lists those named multigpu have no times.")
    }
    let scheduled = table.column("scheduled_time")
    let phase = table.column("pod_phase")
    func seconds(_ row: CSVTable.Row, _ column: Int?) -> Int64? {
      guard let column, !row.fields[column].isEmpty else { return nil }
      if let value = Int64(row.fields[column]), (0...Int64(1) << 40).contains(value) { return value }
      builder.report(
        .invalidValue, row.line, "\(table.header[column]) is '\(row.fields[column].prefix(40))', not seconds from 0")
      return nil
    }
    var (waiting, open): ([Int], [Int]) = ([], [])
    let ends = table.rows.map { seconds($0, deleted) }
    let last = ends.reduce(0) { max($0, $1 ?? 0) }
    for (index, row) in table.rows.enumerated() {
      let begin = seconds(row, created)
      if begin == nil && row.fields[created].isEmpty { builder.report(.missing, row.line, "creation_time is empty") }
      let start = seconds(row, scheduled)
      var lifetime: Int64?
      if let end = ends[index], let begin {
        if end < max(begin, start ?? begin) {
          builder.report(.invalidValue, row.line, "deletion_time \(end) is before the pod was created or scheduled")
        }
        lifetime = (end - (start ?? begin)) * 1000
        if end == last, phase.map({ row.fields[$0] == "Running" }) ?? false { lifetime = nil }
      }
      if start == nil { waiting.append(index) }
      if lifetime == nil { open.append(index) }
      guard let begin, builder.problems.isEmpty else { continue }
      builder.trace.names.append(pods[index].id.name)
      builder.trace.arrivals.append(
        .init(atMillis: begin * 1000, lifetimeMillis: lifetime, shape: builder.shape(pods[index].spec)))
    }
    if let first = waiting.first {
      builder.trace.notices.note(
        .warning, "pods that were never scheduled are taken to run as long as they waited", count: waiting.count,
        example: "\(text.file):\(table.rows[first].line)")
    }
    if let first = open.first {
      builder.trace.notices.note(
        .defaulted, "pods that run at the end of the list are taken to stay", count: open.count,
        example: "\(text.file):\(table.rows[first].line)")
    }
    builder.sort()
    return try builder.finish(endMillis: max(last * 1000, builder.trace.arrivals.last?.atMillis ?? 0))
  }
}
