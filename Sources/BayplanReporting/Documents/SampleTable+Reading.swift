import BayplanModel
import BayplanSimulation

extension SampleTable {
  /// Reads what `--series` wrote.
  /// - Throws: `InputError` naming file and line of the first row that is none.
  public static func samples(_ text: String, file: String) throws(InputError) -> [Sample] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    let first = ["millis", "nodes", "readyNodes", "pods", "readyPods", "pendingPods"]
    let last = ["fragmentation", "pricePerHour", "offered", "unserved"]
    let header = (lines.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let names = header.dropFirst(first.count).dropLast(last.count)
    guard header.count >= first.count + last.count, Array(header.prefix(first.count)) == first,
      Array(header.suffix(last.count)) == last, names.allSatisfy({ $0.hasPrefix(prefix) })
    else {
      throw InputError(
        .syntax, at: SourceLocation(file: file, line: 1), "this is no time series of a simulation",
        fix: "Write one with: bayplan simulate SCENARIO --series FILE.")
    }
    let resources = names.map { Resource(String($0.dropFirst(prefix.count))) }
    var samples: [Sample] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      guard cells.count == header.count, cells.allSatisfy({ $0.map { (0..<1e12).contains($0) } ?? false })
      else {
        throw InputError(
          .syntax, at: SourceLocation(file: file, line: index + 1), "expected \(header.count) numbers from 0 up",
          fix: "Maybe the file was cut off.")
      }
      func scaled(_ column: Int, _ factor: Double) -> Int64 { Int64((cells[column]! * factor).rounded()) }
      let tail = header.count - last.count
      samples.append(
        Sample(
          at: scaled(0, 1), nodes: Int(scaled(1, 1)), readyNodes: Int(scaled(2, 1)), pods: Int(scaled(3, 1)),
          readyPods: Int(scaled(4, 1)), pendingPods: Int(scaled(5, 1)),
          allocated: resources.indices.map { (resources[$0], scaled(first.count + $0, 10_000)) },
          fragmentation: scaled(tail, 10_000), price: scaled(tail + 1, 1e6), offered: scaled(tail + 2, 1000),
          unserved: scaled(tail + 3, 1000)))
    }
    return samples
  }

  private static let prefix = "allocated "
}
