import BayplanModel

/// The tables of Alibaba's OpenB GPU cluster trace (clusterdata, cluster-trace-gpu-v2023): a node list with
/// `sn,cpu_milli,memory_mib,gpu,model` and pod lists that start with `name,cpu_milli,memory_mib,num_gpu,gpu_milli`.
///
/// GPUs become devices of kind `nvidia.com/gpu`: a share fits in one device, several are taken whole. Each node takes
/// 1,001 pods, as in the published experiment. Times, QoS and phase are left to the simulator.
/// Source: Weng et al., USENIX ATC 2023.
public enum OpenB {
  public static let gpu = Resource("nvidia.com/gpu")
  /// Pods a node takes (the experiment's `max-pods`).
  public static let podsPerNode: Int64 = 1001

  /// Whether the first line of a text is the header of one of the tables.
  public static func recognizes(_ text: Substring) -> Bool {
    let line = text.prefix { !$0.isNewline }
    return line.hasPrefix("sn,cpu_milli,memory_mib,gpu,model")
      || line.hasPrefix("name,cpu_milli,memory_mib,num_gpu,gpu_milli")
  }

  /// Appends the nodes or pods of a table, whichever its header says.
  public static func read(_ text: String, file: String, into cluster: inout Cluster) throws(InputError) {
    let table = try CSVTable(text, file: file)
    if table.header.first == "sn" {
      cluster.nodes += try nodes(table)
    } else {
      cluster.pods += try pods(table)
      let ignored = ["qos", "pod_phase", "creation_time", "deletion_time", "scheduled_time"].filter {
        table.header.contains($0)
      }
      if !ignored.isEmpty {
        cluster.notices.note(
          .notHonoured, "trace columns \(ignored.joined(separator: ", ")) play no part in planning",
          count: table.rows.count, example: file)
      }
    }
  }

  public static func nodes(_ table: CSVTable) throws(InputError) -> [Node] {
    var reader = RowReader(table, required: ["sn", "cpu_milli", "memory_mib", "gpu", "model"])
    let nodes = table.rows.compactMap { row -> Node? in
      let name = reader.text("sn", row)
      let count = reader.integer("gpu", row, in: 0...64)
      guard let cpu = reader.integer("cpu_milli", row, in: 0...Int64(1) << 40),
        let memory = reader.integer("memory_mib", row, in: 0...Int64(1) << 40), let count
      else { return nil }
      let model = reader.text("model", row)
      var labels = [NodeType.hostnameLabel: name]
      if !model.isEmpty { labels["alibabacloud.com/gpu-card-model"] = model }
      return Node(
        name: name, labels: labels,
        allocatable: [.cpu: cpu, .memory: memory << 20, .pods: podsPerNode],
        devices: count > 0 ? [DeviceGroup(kind: gpu, model: model, count: Int32(count))] : [])
    }
    try reader.finish(names: nodes.map(\.name))
    return nodes
  }

  public static func pods(_ table: CSVTable) throws(InputError) -> [Pod] {
    var reader = RowReader(table, required: ["name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"])
    let pods = table.rows.compactMap { row -> Pod? in
      guard let cpu = reader.integer("cpu_milli", row, in: 0...Int64(1) << 40),
        let memory = reader.integer("memory_mib", row, in: 0...Int64(1) << 40),
        let count = reader.integer("num_gpu", row, in: 0...64),
        let milli = reader.integer("gpu_milli", row, in: 0...Int64(1) << 31)
      else { return nil }
      var spec = PodSpec(requests: [.cpu: cpu, .memory: memory << 20])
      if count > 0 && milli > 0 {
        if count > 1 && milli < 1000 {
          reader.report(row, "\(count) GPUs of \(milli) thousandths each: only a single GPU can be shared")
          return nil
        }
        let models = reader.text("gpu_spec", row)
        spec.devices = DeviceRequest(
          kind: gpu, count: Int32(count), milliPerDevice: Int32(min(1000, milli)),
          models: models.split(separator: "|").map(String.init))
      }
      return Pod(id: PodID(namespace: "default", name: reader.text("name", row)), spec: spec)
    }
    try reader.finish(names: pods.map(\.id.name))
    return pods
  }
}

/// Reads typed fields and collects what is wrong with them.
private struct RowReader {
  let table: CSVTable
  var problems: [InputError.Problem] = []

  init(_ table: CSVTable, required: [String]) {
    self.table = table
    for name in required where table.column(name) == nil {
      problems.append(
        .init(.missing, at: SourceLocation(file: table.file, line: 1), "the header lacks the column '\(name)'"))
    }
  }

  func text(_ column: String, _ row: CSVTable.Row) -> String {
    table.column(column).map { row.fields[$0] } ?? ""
  }

  mutating func integer(_ column: String, _ row: CSVTable.Row, in range: ClosedRange<Int64>) -> Int64? {
    guard let index = table.column(column) else { return nil }
    guard let value = Int64(row.fields[index]), range.contains(value) else {
      report(
        row, "\(column) is '\(row.fields[index])', not a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  mutating func report(_ row: CSVTable.Row, _ message: String) {
    problems.append(
      .init(
        .invalidValue, at: SourceLocation(file: table.file, line: row.line), object: row.fields.first, message))
  }

  mutating func finish(names: [String]) throws(InputError) {
    var seen = Set<String>()
    for (index, name) in names.enumerated() where problems.isEmpty {
      if name.isEmpty { report(table.rows[index], "the name is empty") }
      if !seen.insert(name).inserted { report(table.rows[index], "the name '\(name)' stands twice in the table") }
    }
    if !problems.isEmpty { throw InputError(problems) }
  }
}

extension OpenB {
  /// An order of nodes, in which ties are broken, and of arrivals, in which pods may come several times: a table
  /// `kind,position,name` with the kinds `node` and `pod`.
  ///
  /// - Throws: `InputError` for names that the cluster does not have.
  public static func order(
    _ text: String, file: String, of cluster: Cluster
  ) throws(InputError) -> (nodes: [Node], arrivals: [Pod]) {
    let table = try CSVTable(text, file: file)
    guard let kind = table.column("kind"), let name = table.column("name") else {
      throw InputError(
        .missing, at: SourceLocation(file: file, line: 1), "the header lacks the column 'kind' or 'name'")
    }
    let nodes = Dictionary(cluster.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let pods = Dictionary(cluster.pods.map { ($0.id.name, $0) }, uniquingKeysWith: { first, _ in first })
    var result: (nodes: [Node], arrivals: [Pod]) = ([], [])
    for row in table.rows {
      if row.fields[kind] == "node", let node = nodes[row.fields[name]] {
        result.nodes.append(node)
      } else if row.fields[kind] == "pod", let pod = pods[row.fields[name]] {
        result.arrivals.append(pod)
      } else {
        throw InputError(
          .missing, at: SourceLocation(file: file, line: row.line), object: row.fields[name],
          "there is no \(row.fields[kind]) of this name")
      }
    }
    return result
  }
}
