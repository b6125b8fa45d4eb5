import BayplanModel

/// Reads the compact node file: `apiVersion: bayplan/v1` with the kinds `NodePool` and `NodeCatalogue`.
///
///     kind: NodePool
///     name: workers
///     count: 3                 # or max (and min) for nodes that can be had on demand
///     capacity: {cpu: 4, memory: 16Gi}
///     reserved: {cpu: 100m, memory: 1Gi}
///     price: 0.192             # per hour
///     zones: [a, b]
enum NodePoolReader {
  static func readPool(_ root: Field, _ name: String, into objects: inout KubernetesObjects) {
    guard let type = nodeType(root, name: name) else { return }
    let range: ClosedRange<Int32> = 0...100_000
    let count = root.integer("count", in: range)
    let minimum = root.integer("min", in: range)
    let maximum = root.integer("max", in: range)
    if let field = root["count"] {
      if root["min"] != nil || root["max"] != nil {
        field.report("'count' stands beside 'min' or 'max'", fix: "Give a fixed count, or a range.")
        return
      }
      objects.nodes += fixedNodes(of: type, count: Int(count ?? 0), prefix: type.name)
      return
    }
    guard root["max"] != nil else {
      root.report(.missing, "the pool says neither 'count' nor 'max'", fix: "Add count: 3, or max: 10.")
      return
    }
    guard let maximum else { return }
    if let minimum, minimum > maximum {
      root["min"]?.report("'min' is \(minimum), more than 'max' \(maximum)", fix: "Lower it.")
      return
    }
    // Nodes that are always there, apart from those that a plan may add and number itself.
    objects.nodes += fixedNodes(of: type, count: Int(minimum ?? 0), prefix: "\(type.name)-min")
    var elastic = type
    elastic.maxCount = maximum - (minimum ?? 0)
    if elastic.maxCount != 0 { objects.nodeTypes.append(elastic) }
  }

  static func readCatalogue(_ root: Field, into objects: inout KubernetesObjects) {
    var catalogue = NodeCatalogue(
      date: root.string("date") ?? "", source: root.string("source") ?? "", currency: root.string("currency") ?? "",
      types: [])
    if root["types"] == nil { root.report(.missing, "'types' is missing", fix: "Add a list of node types.") }
    var names: [String: Field] = [:]
    for field in root.mappings("types") {
      guard let name = field.required("name") else { continue }
      if let first = names.updateValue(field, forKey: name) {
        field.report(.duplicate, "the type '\(name)' is there twice", fix: "The first one is at \(first.location).")
        continue
      }
      if let count = field["count"] {
        count.report("a type of a catalogue has no 'count'", fix: "Remove it, or make it a NodePool.")
      }
      guard var type = nodeType(field, name: name) else { continue }
      type.maxCount = field.integer("max", in: 0...Int32.max)
      catalogue.types.append(type)
    }
    objects.catalogues.append(catalogue)
    objects.nodeTypes += catalogue.types
  }

  private static func fixedNodes(of type: NodeType, count: Int, prefix: String) -> [Node] {
    (0..<count).map { ordinal in
      var labels = type.labels
      let name = "\(prefix)-\(ordinal)"
      labels[NodeType.hostnameLabel] = name
      if !type.zones.isEmpty { labels[NodeType.zoneLabel] = type.zones[ordinal % type.zones.count] }
      return Node(
        name: name, labels: labels, taints: type.taints, allocatable: type.allocatable, devices: type.devices,
        price: type.price, type: type.name)
    }
  }

  private static func nodeType(_ field: Field, name: String) -> NodeType? {
    guard field["capacity"] != nil else {
      field.report(.missing, "'capacity' is missing", fix: "Add capacity: {cpu: 4, memory: 16Gi}.")
      return nil
    }
    var amounts = field.amounts("capacity")
    for resource in [Resource.cpu, .memory] where amounts[resource] == nil {
      field["capacity"]?.report(.missing, "the capacity says nothing of \(resource.rawValue)", fix: "Add it.")
    }
    if amounts[.pods] == nil { amounts[.pods] = 110_000 }
    let reserved = field.amounts("reserved")
    for (resource, amount) in reserved.values.sorted(by: { $0.key < $1.key }) {
      let left = (amounts[resource] ?? 0) - amount
      if left < 0 {
        field["reserved"]?.report(
          "more \(resource.rawValue) is reserved than the node has", fix: "Lower it, or raise the capacity.")
      }
      amounts[resource] = max(0, left)
    }
    return NodeType(
      name: name, labels: field.strings("labels"), taints: field.mappings("taints").compactMap(KubernetesReader.taint),
      allocatable: amounts.resources, devices: field.mappings("devices").compactMap(deviceGroup),
      price: price(field) ?? 0, zones: zones(field))
  }

  private static func zones(_ field: Field) -> [String] {
    var result: [String] = []
    for zone in field.list("zones") {
      guard let name = zone.string else { continue }
      if result.contains(name) { zone.report(.duplicate, "the zone '\(name)' is there twice", fix: "Remove one.") }
      result.append(name)
    }
    return result
  }

  private static func deviceGroup(_ field: Field) -> DeviceGroup? {
    guard let kind = field.required("kind") else { return nil }
    guard field["count"] != nil else {
      field.report(.missing, "'count' is missing", fix: "Say how many devices a node has.")
      return nil
    }
    guard let count: Int32 = field.integer("count", in: 1...4096) else { return nil }
    return DeviceGroup(kind: Resource(kind), model: field.string("model") ?? "", count: count)
  }

  private static func price(_ field: Field) -> MicroCost? {
    guard let price = field["price"] else { return nil }
    switch price.node.content {
    case .number(let text), .string(let text):
      if let value = Annotation.price(text) { return value }
      price.report("'price' is '\(text.prefix(40))'", fix: "Write it per hour, as a decimal like 0.192.")
    default: price.report("'price' must be a number, not \(price.node.kindDescription)", fix: "Write it like 0.192.")
    }
    return nil
  }
}
