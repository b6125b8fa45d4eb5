import BayplanModel

/// Traces of our own: a CSV table, or lines of JSON objects, with the keys
///
///     at               time of arrival: seconds, or 90s, 5m, 2h, 1h30m
///     lifetime         how long it runs, alike; empty or null: still there at the end
///     cpu, memory      Kubernetes quantities: 2, 500m, 2Gi
///     devices          how many (default 0)
///     device_milli     thousandths of each (default 1000; less only of a single one)
///     device_kind      the resource that counts them (default nvidia.com/gpu)
///     device_models    acceptable models, joined by |
///     priority         a whole number (default 0)
///     name
///
/// The first two and cpu and memory must be there, others may; rows are sorted by time.
public enum RowTrace {
  public static let required = ["at", "lifetime", "cpu", "memory"]
  public static let optional = ["devices", "device_milli", "device_kind", "device_models", "priority", "name"]
  public static var exampleHeader: String { required.joined(separator: ",") }

  /// Whether a line is a header with a time of arrival and an amount.
  static func recognizes(_ line: Substring) -> Bool {
    let columns = line.split(separator: ",").map { $0.filter { $0 != "\"" && !$0.isWhitespace } }
    return columns.contains("at") && columns.contains { required.dropFirst().contains($0) }
  }

  public static func readTable(_ text: TraceText) throws(InputError) -> Trace {
    let table = try CSVTable(text.text, file: text.file)
    var reader = Reader(text.file)
    reader.check(keys: table.header, line: 1)
    for name in required where table.column(name) == nil {
      reader.builder.report(
        .missing, 1, "the header lacks the column '\(name)'", fix: "A header reads \(exampleHeader), and more.")
    }
    if !reader.builder.problems.isEmpty { throw InputError(reader.builder.problems) }
    for row in table.rows {
      reader.read(row.line) { key in table.column(key).map { row.fields[$0] } }
    }
    return try reader.finish()
  }

  public static func readLines(_ text: TraceText) throws(InputError) -> Trace {
    var reader = Reader(text.file)
    for (number, line) in text.lines {
      do throws(FlatJSON.Failure) {
        let object = try FlatJSON.parse(line)
        reader.check(keys: object.map(\.key), line: number)
        let missing = required.filter { name in name != "lifetime" && !object.contains { $0.key == name } }
        if missing.isEmpty {
          reader.read(number) { key in object.first { $0.key == key }?.value }
        } else {
          reader.builder.report(.missing, number, "the object lacks \(missing.joined(separator: ", "))")
        }
      } catch {
        reader.builder.report(.syntax, number, error.message, fix: "Each line is one object without objects in it.")
      }
    }
    return try reader.finish()
  }

  private struct Reader {
    var builder: TraceBuilder
    private var known = Set<String>()
    private var isUnnamed = true

    init(_ file: String) { builder = TraceBuilder(file: file) }

    /// Each unknown key is reported once.
    mutating func check(keys: [String], line: Int) {
      if known.isEmpty { known = Set(required + optional) }
      for key in keys where known.insert(key).inserted {
        builder.report(
          .unsupported, line, "'\(key.prefix(40))' is no column of a trace",
          fix: "Columns are \((required + optional).joined(separator: ", ")).")
      }
      for (index, key) in keys.enumerated() where keys[..<index].contains(key) {
        builder.report(.duplicate, line, "'\(key.prefix(40))' stands twice")
      }
    }

    mutating func read(_ line: Int, _ field: (String) -> String?) {
      func text(_ key: String) -> String? {
        guard let value = field(key), !value.isEmpty else { return nil }
        return value
      }
      let problems = builder.problems.count
      let at = time("at", text("at") ?? "", line)
      let lifetime = text("lifetime").flatMap { time("lifetime", $0, line) }
      var spec = PodSpec(requests: [
        .cpu: quantity("cpu", text("cpu") ?? "", line)?.milliValue ?? 0,
        .memory: quantity("memory", text("memory") ?? "", line)?.value ?? 0,
      ])
      spec.priority = Int32(
        truncatingIfNeeded: text("priority").flatMap {
          integer("priority", $0, in: Int64(Int32.min)...Int64(Int32.max), line)
        } ?? 0)
      let count = text("devices").flatMap { integer("devices", $0, in: 0...64, line) } ?? 0
      let milli = text("device_milli").flatMap { integer("device_milli", $0, in: 1...1000, line) } ?? 1000
      if count > 1 && milli < 1000 {
        builder.report(
          .invalidValue, line, "\(count) devices of \(milli) thousandths each: only a single one can be shared")
      }
      if count > 0 {
        spec.devices = DeviceRequest(
          kind: text("device_kind").map { Resource($0) } ?? OpenB.gpu, count: Int32(truncatingIfNeeded: count),
          milliPerDevice: Int32(truncatingIfNeeded: milli),
          models: (text("device_models") ?? "").split(separator: "|").map(String.init))
      }
      if builder.problems.count > problems { return }
      let name = text("name")
      if name != nil { isUnnamed = false }
      builder.trace.names.append(name ?? "pod-\(builder.trace.arrivals.count)")
      builder.add(.init(atMillis: at ?? 0, lifetimeMillis: lifetime, shape: builder.shape(spec)), line: line)
    }

    mutating func finish() throws(InputError) -> Trace {
      if isUnnamed { builder.trace.names = [] }
      return try builder.finish(fromFirst: false)
    }

    private mutating func time(_ key: String, _ text: String, _ line: Int) -> Int64? {
      if let millis = TraceDuration.millis(text) { return millis }
      let isNegative = text.hasPrefix("-")
      builder.report(
        .invalidValue, line, "\(key) is '\(text.prefix(40))', \(isNegative ? "which is negative" : "not a duration")",
        fix: "Durations are seconds, or such as 250ms, 90s, 5m, 2h, 1h30m.")
      return nil
    }

    private mutating func quantity(_ key: String, _ text: String, _ line: Int) -> Quantity? {
      do throws(Quantity.ParseError) {
        let quantity = try Quantity(text)
        if !quantity.isNegative { return quantity }
        builder.report(.invalidValue, line, "\(key) is '\(text.prefix(40))', which is negative")
      } catch {
        builder.report(.invalidValue, line, "\(key): \(error.message)", fix: error.fix)
      }
      return nil
    }

    private mutating func integer(_ key: String, _ text: String, in range: ClosedRange<Int64>, _ line: Int) -> Int64? {
      if let value = Int64(text), range.contains(value) { return value }
      builder.report(
        .invalidValue, line,
        "\(key) is '\(text.prefix(40))', not a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
  }
}
