import Bayplan

var cluster = Cluster()
let gibibyte: Int64 = 1 << 30
cluster.nodeTypes = [
  NodeType(name: "small", allocatable: [.cpu: 2000, .memory: 4 * gibibyte, .pods: 29], price: 50_000),
  NodeType(name: "large", allocatable: [.cpu: 8000, .memory: 16 * gibibyte, .pods: 58], price: 170_000),
]
for index in 0..<12 {
  let spec = PodSpec(requests: [.cpu: index < 4 ? 1500 : 700, .memory: gibibyte], labels: ["app": "demo"])
  cluster.pods.append(Pod(id: PodID(namespace: "demo", name: "pod-\(index)"), spec: spec))
}

let plan = try Planner().plan(cluster)
let cost = plan.criteria.first { $0.criterion == .cost }
print("\(plan.status): \(plan.openedNodes.count) nodes, cost \(cost?.value ?? 0), at least \(cost?.bound ?? 0)")
for placement in plan.placements { print("\(placement.pod) -> \(placement.node)") }
