import BayplanModel

/// The values of a label as small numbers, one per node: the domains of a topology key.
struct LabelColumn: Sendable {
  /// By node; `valueCount` for a node without the label.
  let values: [Int32]
  let valueCount: Int
  let hasMissing: Bool

  init(_ key: String, _ nodes: [Node]) {
    var numbers: [String: Int32] = [:]
    var values: [Int32] = []
    values.reserveCapacity(nodes.count)
    for node in nodes {
      guard let value = node.labels[key] else {
        values.append(-1)
        continue
      }
      let number = numbers[value] ?? Int32(numbers.count)
      numbers[value] = number
      values.append(number)
    }
    valueCount = numbers.count
    let missing = Int32(valueCount)
    hasMissing = values.contains(-1)
    self.values = values.map { $0 < 0 ? missing : $0 }
  }

  /// Every node by itself.
  init(eachOf count: Int) {
    values = (0..<count).map(Int32.init)
    valueCount = count
    hasMissing = false
  }

  @inline(__always)
  var missing: Int32 { Int32(truncatingIfNeeded: valueCount) }
}

/// Label columns by key, made when they are first asked for.
struct LabelColumns: Sendable {
  static let eachNode = 0

  private let nodes: [Node]
  private(set) var columns: [LabelColumn]
  private var numbers: [String: Int] = [:]

  init(_ nodes: [Node]) {
    self.nodes = nodes
    columns = [LabelColumn(eachOf: nodes.count)]
  }

  mutating func number(of key: String) -> Int {
    if let number = numbers[key] { return number }
    numbers[key] = columns.count
    columns.append(LabelColumn(key, nodes))
    return columns.count - 1
  }

  subscript(number: Int) -> LabelColumn { columns[number] }
}
