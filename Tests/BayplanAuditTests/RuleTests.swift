import BayplanModel
import Testing

@testable import BayplanAudit

@Suite struct RuleTests {
  let two = [node("a", zone: "x"), node("b", zone: "y")]

  @Test func `a fitting plan has no violations`() {
    let cluster = cluster(two, [pod("old", on: "a"), pod("p"), pod("q")])
    #expect(found(cluster, ["p": "a", "q": "b"]) == [])
    #expect(baseline(cluster, ["p": "a", "q": "b"]) == [])
  }

  @Test func `the list of placements itself`() {
    let cluster = cluster(two, [pod("old", on: "a"), pod("gate") { $0.isGated = true }, pod("p")])
    let bad = [
      Placement(pod: id("old"), node: "b"), Placement(pod: id("p"), node: "a"), Placement(pod: id("p"), node: "b"),
      Placement(pod: id("ghost"), node: "a"), Placement(pod: id("gate"), node: "nowhere"),
    ]
    let violations = Auditor(cluster: cluster).violations(of: bad, openedNodes: [])
    #expect(violations.map(\.constraint) == ["duplicate", "gated", "nodeName", "unknownNode", "unknownPod"])
    #expect(Auditor(cluster: cluster).violations(of: [], openedNodes: []).map(\.constraint) == ["nodeName"])
  }

  @Test func `resources and the number of pods`() {
    let small = [node("a", cpu: 250, pods: 2)]
    #expect(found(cluster(small, [pod("p", cpu: 200), pod("q", cpu: 51)]), ["p": "a", "q": "a"]) == ["resources a"])
    let three = cluster(small, [pod("p", cpu: 0), pod("q", cpu: 0), pod("r", cpu: 0)])
    #expect(found(three, ["p": "a", "q": "a", "r": "a"]) == ["resources a"])
  }

  @Test func `an overfull node counts against a plan only where a new pod asks for the resource`() {
    let old = pod("old", cpu: 2000, on: "a")
    let idle = cluster([node("a")], [old, pod("p", cpu: 0)])
    #expect(found(idle, ["p": "a"]) == [])
    #expect(baseline(idle, ["p": "a"]) == ["resources a"])
    #expect(found(cluster([node("a")], [old, pod("p", cpu: 1)]), ["p": "a"]) == ["resources a"])
  }

  @Test func `extremes do not trap`() {
    let huge = cluster(
      [node("a", cpu: .max, pods: .max)], [pod("p", cpu: .max), pod("q", cpu: .max), pod("r", cpu: .min)])
    #expect(found(huge, ["p": "a", "q": "a"]) == ["resources a"])
    _ = found(huge, ["p": "a", "q": "a", "r": "a"])
  }

  @Test func `node selector, affinity and taints`() {
    let selective = pod("p") { $0.nodeSelector = [NodeType.zoneLabel: "y"] }
    #expect(found(cluster(two, [selective]), ["p": "a"]) == ["nodeSelector p a"])
    #expect(found(cluster(two, [selective]), ["p": "b"]) == [])
    let affine = pod("p") {
      $0.nodeAffinity = NodeSelector(terms: [
        .init(matchFields: [.init(key: "metadata.name", operator: .in, values: ["b"])])
      ])
    }
    #expect(found(cluster(two, [affine]), ["p": "a"]) == ["nodeAffinity p a"])
    var closed = two[0]
    closed.isUnschedulable = true
    closed.taints = [Taint(key: "soft", effect: .preferNoSchedule)]
    #expect(found(cluster([closed], [pod("p")]), ["p": "a"]) == ["taints p a"])
    let tolerant = pod("p") { $0.tolerations = [Toleration(key: Taint.unschedulable.key, operator: .exists)] }
    #expect(found(cluster([closed], [tolerant]), ["p": "a"]) == [])
    #expect(baseline(cluster([closed], [pod("p", on: "a")])) == ["taints p a"])
  }

  @Test func `host ports`() {
    let open = { (name: String, address: String, node: String?) in
      pod(name, on: node) { $0.hostPorts = [HostPort(port: 80, address: address)] }
    }
    #expect(found(cluster(two, [open("o", "", "a"), open("p", "", nil)]), ["p": "a"]) == ["hostPorts p a"])
    #expect(found(cluster(two, [open("o", "1.1.1.1", "a"), open("p", "2.2.2.2", nil)]), ["p": "a"]) == [])
    #expect(baseline(cluster(two, [open("o", "", "a"), open("p", "", "a")])) == ["hostPorts p a"])
  }

  @Test func devices() {
    let share = { (name: String, count: Int32, milli: Int32, model: [String], node: String?) in
      pod(name, on: node) {
        $0.devices = DeviceRequest(kind: .gpu, count: count, milliPerDevice: milli, models: model)
      }
    }
    let nodes = [node("a", gpus: 2), node("b")]
    let check = { (pods: [Pod], new: [String: String], devices: [String: [Int32]]) in
      found(cluster(nodes, pods), new, devices: devices)
    }
    let half = share("p", 1, 500, [], nil)
    #expect(check([half], ["p": "a"], ["p": [1]]) == [])
    #expect(check([half], ["p": "a"], ["p": [2]]) == ["devices p a"])
    #expect(check([half], ["p": "a"], [:]) == ["devices p a"])
    #expect(check([half], ["p": "b"], ["p": [0]]) == ["devices p b"])
    #expect(check([share("p", 1, 500, ["B"], nil)], ["p": "a"], ["p": [0]]) == ["devices p a"])
    #expect(check([share("p", 2, 1000, [], nil)], ["p": "a"], ["p": [0, 0]]) == ["devices p a"])
    // A bound pod without indices is on device 0.
    #expect(check([share("o", 1, 600, [], "a"), half], ["p": "a"], ["p": [0]]) == ["devices a"])
    #expect(check([share("o", 1, 600, [], "a"), half], ["p": "a"], ["p": [1]]) == [])
    #expect(baseline(cluster(nodes, [share("o", 1, 600, [], "b")])) == ["devices o b"])
  }

  @Test func `anti-affinity is symmetric and ignores nodes without the key`() {
    let lonely = { (name: String, node: String?) in
      pod(name, app: "lonely", on: node) { $0.podAntiAffinity = [term("web")] }
    }
    #expect(found(cluster(two, [lonely("l", nil), pod("w")]), ["l": "a", "w": "a"]) == ["podAntiAffinity l a"])
    #expect(found(cluster(two, [lonely("l", nil), pod("w")]), ["l": "a", "w": "b"]) == [])
    #expect(found(cluster(two, [lonely("l", "a"), pod("w")]), ["w": "a"]) == ["podAntiAffinity w a"])
    #expect(found(cluster(two, [lonely("l", nil), pod("w", on: "a")]), ["l": "a"]) == ["podAntiAffinity l a"])
    #expect(found(cluster([node("a")], [lonely("l", nil), pod("w")]), ["l": "a", "w": "a"]) == [])
    #expect(baseline(cluster(two, [lonely("l", "a"), pod("w", on: "a")])) == ["podAntiAffinity l a"])
    #expect(found(cluster(two, [lonely("l", "a"), pod("w", on: "a")])) == [])
    // A pod does not exclude itself.
    #expect(found(cluster(two, [pod("p") { $0.podAntiAffinity = [term("web")] }]), ["p": "a"]) == [])
  }

  @Test func `affinity needs an anchor`() {
    let near = { (name: String, app: String) in pod(name, app: app) { $0.podAffinity = [term("db")] } }
    let db = pod("db", app: "db", on: "a")
    #expect(found(cluster(two, [db, near("p", "web")]), ["p": "a"]) == [])
    #expect(found(cluster(two, [db, near("p", "web")]), ["p": "b"]) == ["podAffinity p b"])
    #expect(found(cluster(two, [near("p", "web")]), ["p": "b"]) == ["podAffinity p b"])
    #expect(found(cluster(two, [pod("db", app: "db"), near("p", "web")]), ["db": "b", "p": "b"]) == [])
    #expect(
      found(cluster([node("n")], [pod("db", app: "db", on: "n"), near("p", "web")]), ["p": "n"])
        == ["podAffinity p n"])
  }

  @Test func `bootstrap opens one domain, unless a bound pod matches`() {
    let selves = ["p", "q", "r"].map { name in pod(name, app: "db") { $0.podAffinity = [term("db")] } }
    #expect(found(cluster(two, selves), ["p": "a", "q": "a", "r": "a"]) == [])
    #expect(found(cluster(two, selves), ["p": "a", "q": "a", "r": "b"]) == ["podAffinity r b"])
    let withBound = cluster(two, selves + [pod("o", app: "db", on: "b")])
    #expect(found(withBound, ["p": "a"]) == ["podAffinity p a"])
    #expect(found(withBound, ["p": "b"]) == [])
    // A pod counts as a match only if it matches all terms.
    let both = pod("p", app: "db") { $0.podAffinity = [term("db"), term("web")] }
    let halves = cluster(two, [pod("d", app: "db", on: "a"), pod("w", on: "a"), both])
    #expect(found(halves, ["p": "a"]) == ["podAffinity p a"])
  }

  @Test func `topology spread`() {
    let spread = { (name: String, minDomains: Int32?) in
      pod(name) {
        $0.topologySpread = [
          .init(
            maxSkew: 1, topologyKey: NodeType.zoneLabel, selector: .init(matchLabels: ["app": "web"]),
            minDomains: minDomains)
        ]
      }
    }
    let pods = [spread("p", nil), spread("q", nil)]
    #expect(found(cluster(two, pods), ["p": "a", "q": "b"]) == [])
    #expect(found(cluster(two, pods), ["p": "a", "q": "a"]) == ["topologySpread p a", "topologySpread q a"])
    #expect(found(cluster([two[0]], pods), ["p": "a", "q": "a"]) == [])
    let demanding = [spread("p", 2), spread("q", 2)]
    #expect(
      found(cluster([two[0]], demanding), ["p": "a", "q": "a"]) == ["topologySpread p a", "topologySpread q a"])
    #expect(found(cluster([node("n")], [spread("p", nil)]), ["p": "n"]) == ["topologySpread p n"])
    var leaving = pod("o", on: "a")
    #expect(found(cluster(two, [leaving, spread("p", nil)]), ["p": "a"]) == ["topologySpread p a"])
    leaving.isTerminating = true
    #expect(found(cluster(two, [leaving, spread("p", nil)]), ["p": "a"]) == [])
  }

  @Test func `groups, colocation and limits per node`() {
    let gang = ["p", "q"].map { name in pod(name) { $0.podGroup = "g" } }
    let group = cluster(two, gang) { $0.podGroups = [PodGroup(namespace: "ns", name: "g", minMember: 2)] }
    #expect(found(group, ["p": "a"]) == ["podGroup"])
    #expect(found(group, ["p": "a", "q": "b"]) == [])
    #expect(found(group) == [])
    let mates = ["p", "q"].map { name in pod(name) { $0.colocation = "k" } }
    #expect(found(cluster(two, mates), ["p": "a", "q": "b"]) == ["colocation q b"])
    #expect(found(cluster(two, mates), ["p": "a"]) == ["colocation q"])
    #expect(found(cluster(two, mates), ["p": "a", "q": "a"]) == [])
    let limited = ["p", "q"].map { name in pod(name, workload: "Service/w") { $0.maxPerNode = 1 } }
    #expect(found(cluster(two, limited), ["p": "a", "q": "a"]) == ["maxPerNode p a", "maxPerNode q a"])
    #expect(found(cluster(two, limited), ["p": "a", "q": "b"]) == [])
  }

  @Test func daemons() {
    let spec = pod("", app: "log") { $0.nodeSelector = [NodeType.zoneLabel: "x"] }.spec
    let daemon = DaemonWorkload(id: id("log"), spec: spec)
    let base = cluster(two, []) { $0.daemons = [daemon] }
    #expect(found(base) == ["daemon log-a a"])
    #expect(found(base, ["log-a": "a"]) == [])
    #expect(found(base, ["log-a": "a", "log-b": "b"]) == ["daemon log-b b", "nodeSelector log-b b"])
    #expect(found(base, ["log-a": "b"]) == ["daemon log-a a", "unknownPod log-a b"])
    let bound = cluster(two, [pod("log-1", on: "a", workload: "DaemonSet/ns/log")]) { $0.daemons = [daemon] }
    #expect(found(bound) == [])
    let auditor = Auditor(cluster: base)
    let lazy = auditor.violations(of: [], openedNodes: [], unplaced: [id("log-a")])
    #expect(lazy.map(\.message) == ["the daemon's pod is left out although it fits"])
    let full = cluster(two, [pod("old", cpu: 950, on: "a")]) { $0.daemons = [daemon] }
    let named = Auditor(cluster: full).violations(
      of: placements(full), openedNodes: [], unplaced: [id("log-a")])
    #expect(named == [])
  }

  @Test func `opened nodes`() {
    let type = NodeType(name: "t", allocatable: [.cpu: 1000, .pods: 5], price: 7, zones: ["x", "y"], maxCount: 1)
    let base = cluster([], [pod("p")]) { $0.nodeTypes = [type] }
    let good = type.makeNode(zone: "x", ordinal: 1)
    #expect(found(base, ["p": good.name], opened: [good]) == [])
    #expect(found(base, opened: [good, good]) == ["duplicate t-x-1", "poolLimit"])
    #expect(found(base, opened: [type.makeNode(zone: "z", ordinal: 1)]) == ["unknownNode t-z-1"])
    for change: (inout Node) -> Void in [
      { $0.price = 1 }, { $0.labels["disk"] = "fast" }, { $0.allocatable[.cpu] = 2000 }, { $0.type = "other" },
      { $0.taints = [.unschedulable] }, { $0.devices = [DeviceGroup(kind: .gpu, count: 1)] },
    ] {
      var bad = good
      change(&bad)
      #expect(found(base, opened: [bad]) == ["unknownNode t-x-1"])
    }
  }

  @Test func `values of the criteria`() {
    let pods = [
      pod("o", on: "a"), pod("d", on: "b", workload: "DaemonSet/ns/d"), pod("p", cpu: 300),
      pod("q") { $0.priority = 5 }, pod("g") { $0.isGated = true },
    ]
    let base = cluster([node("a", price: 3), node("b", price: 4)], pods)
    let value = { (criterion: Criterion, new: [String: String]) in
      criterionValue(criterion, placements: placements(base, new), openedNodes: [], cluster: base)
    }
    #expect(value(.unplaced(priority: 0), [:]) == 1)
    #expect(value(.unplaced(priority: 5), ["p": "a"]) == 1)
    #expect(value(.allocated(.cpu), ["p": "a"]) == 300)
    #expect(value(.cost, ["p": "a"]) == 3)
    #expect(value(.cost, ["p": "b"]) == 7)
    #expect(value(.nodes, ["p": "b"]) == 2)
  }
}
