import Foundation
import Testing

private let environment = ProcessInfo.processInfo.environment
private let cases: String? = environment["BAYPLAN_ORACLE"] ?? environment["BAYPLAN_SHARED"].map { $0 + "/oracle" }

/// The answers of the real kube-scheduler.
@Suite struct OracleTests {
  /// Those that come with the tests: every quirk, and a case of each kind that is hard to get right.
  @Test func agreesWithKubeScheduler() throws {
    let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle").path
    let table = try compare(own)
    #expect(table.values.reduce(0) { $0 + $1.cases } == 27)
  }

  /// Any folder of cases: `make oracle CASES=DIR`.
  @Test(.enabled(if: cases != nil, "neither BAYPLAN_ORACLE nor BAYPLAN_SHARED is set"))
  func agreesOnAllCases() throws {
    func pad(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let table = try compare(try #require(cases))
    print("feature" + pad("cases", 25) + pad("compared", 11) + pad("different", 11))
    for (feature, row) in table.sorted(by: { $0.key < $1.key }) {
      print(
        feature + pad("\(row.cases)", 32 - feature.count) + pad("\(row.comparisons)", 11)
          + pad("\(row.differences)", 11))
    }
  }

  private func compare(_ root: String) throws -> [String: (cases: Int, comparisons: Int, differences: Int)] {
    var table: [String: (cases: Int, comparisons: Int, differences: Int)] = [:]
    let folders = OracleCase.folders(in: root)
    #expect(!folders.isEmpty, "no cases in \(root)")
    for folder in folders {
      var oracle = try OracleCase(folder: folder)
      oracle.compare()
      var row = table[oracle.expected.feature] ?? (0, 0, 0)
      row.cases += 1
      row.comparisons += oracle.comparisons
      row.differences += oracle.differences.count
      table[oracle.expected.feature] = row
      let shown = oracle.differences.prefix(5).joined(separator: "\n")
      #expect(oracle.differences.isEmpty, "\(oracle.differences.count) differences:\n\(shown)")
    }
    return table
  }
}
