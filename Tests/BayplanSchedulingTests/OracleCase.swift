import BayplanAudit
import BayplanManifests
import BayplanModel
import BayplanScheduling
import Foundation

/// A small cluster and what the real kube-scheduler says about it.
struct OracleCase {
  struct Expected: Decodable {
    var feature: String
    var nodes: [String]
    var filter: [Filter]?
    var schedule: [Decision]?
    var final: [String: String]?
  }

  struct Rejection: Decodable, Equatable {
    var plugin: String
    var code: String
    var reasons: [String]
    var also: [String: [String]]?
  }

  struct Scores: Decodable, Equatable {
    var raw: [Int64]
    var norm: [Int64]
  }

  struct Preempt: Decodable, Equatable {
    struct Candidate: Decodable, Equatable {
      var victims: [String]
      var pdbViolations: Int
    }
    var eligible: Bool
    var message: String?
    var candidates: [String: Candidate]?
    var best: [String]?
  }

  struct Filter: Decodable {
    var pod: String
    var prefilter: Rejection?
    var rejected: [String: Rejection]?
    var feasible: [String]
    var scores: [String: Scores]?
    var total: [Int64]?
    var best: [String]?
    var message: String?
    var preempt: Preempt?
  }

  struct Decision: Decodable {
    var pod: String
    var result: String
    var best: [String]?
    var node: String?
    var total: Int64?
    var feasible: Int?
    var victims: [String]?
    var preempt: Preempt?
  }

  let name: String
  let expected: Expected
  let cluster: Cluster
  private(set) var differences: [String] = []
  private(set) var comparisons = 0

  /// The cases of a folder: `<feature>/<case>/input.yaml` with `expected.json`, or `expected.fixed.json` where a known
  /// bug of the scheduler changed the answer.
  static func folders(in root: String) -> [String] {
    let manager = FileManager.default
    return (manager.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix("/input.yaml") && manager.fileExists(atPath: answers(root + "/" + $0.dropLast(11))) }
      .map { root + "/" + $0.dropLast(11) }.sorted()
  }

  private static func answers(_ folder: String) -> String {
    let fixed = folder + "/expected.fixed.json"
    return FileManager.default.fileExists(atPath: fixed) ? fixed : folder + "/expected.json"
  }

  init(folder: String) throws {
    name = String(folder.split(separator: "/").last ?? "")
    expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: URL(fileURLWithPath: Self.answers(folder))))
    var options = ManifestReader.Options()
    options.defaultRequests = .none
    var reader = ManifestReader(options: options)
    reader.read(path: folder + "/input.yaml")
    cluster = try reader.cluster()
  }

  mutating func compare() {
    expect(cluster.nodes.map(\.name), expected.nodes, "nodes")
    compareFilters()
    if expected.schedule != nil { compareSchedule() }
  }

  private mutating func expect<Value: Equatable>(_ value: Value, _ wanted: Value, _ what: @autoclosure () -> String) {
    comparisons += 1
    if value != wanted { differences.append("\(name) \(what()): \(value), expected \(wanted)") }
  }

  /// Each pending pod alone against the initial state.
  private mutating func compareFilters() {
    let asked = Set((expected.filter ?? []).map(\.pod))
    var standing = cluster
    standing.pods.removeAll {
      asked.contains($0.id.description)
        ? $0.nominatedNodeName == nil || $0.nodeName != nil
        : $0.nodeName == nil
          && $0.nominatedNodeName == nil
    }
    let snapshot = SchedulerSnapshot(standing)
    for wanted in expected.filter ?? [] {
      guard let pod = cluster.pods.first(where: { $0.id.description == wanted.pod }) else {
        differences.append("\(name) \(wanted.pod): not in the input")
        continue
      }
      let evaluation = snapshot.evaluate(pod)
      expect(evaluation.refusal.map(Rejection.init), wanted.prefilter, "\(wanted.pod) prefilter")
      for (node, state) in snapshot.nodes.enumerated() {
        expect(
          evaluation.rejections[node].map(Rejection.init), wanted.rejected?[state.node.name],
          "\(wanted.pod) on \(state.node.name)")
      }
      expect(names(evaluation.feasible), wanted.feasible, "\(wanted.pod) feasible")
      let scores = Dictionary(
        uniqueKeysWithValues: evaluation.scores.map { ($0.plugin, Scores(raw: $0.raw, norm: $0.normalized)) })
      for plugin in Set(scores.keys).union(wanted.scores?.keys.map { $0 } ?? []).sorted() {
        expect(scores[plugin], wanted.scores?[plugin], "\(wanted.pod) \(plugin)")
      }
      expect(evaluation.totals, wanted.total ?? [], "\(wanted.pod) total")
      expect(names(evaluation.best), wanted.best ?? [], "\(wanted.pod) best")
      if let message = wanted.message {
        expect(evaluation.message(nodes: snapshot.nodes.count), message, "\(wanted.pod) message")
      }
      if let preempt = wanted.preempt {
        let preemption = Preemption(for: pod, evaluation, on: snapshot, profile: .standard)
        expect(Preempt(preemption, snapshot), preempt, "\(wanted.pod) preempt")
      }
    }
  }

  private func names(_ nodes: [Int]) -> [String] { nodes.map { cluster.nodes[$0].name } }

  private mutating func compareSchedule() {
    let decisions = expected.schedule ?? []
    let asked = Set(decisions.map(\.pod))
    var pending: [Pod] = []
    for (position, pod) in cluster.pods.enumerated() where asked.contains(pod.id.description) {
      var pod = pod
      // 2026-01-01 and as many seconds as pods come before it.
      pod.startSeconds = 1_767_225_600 + Int64(position)
      pending.append(pod)
    }
    var pass = SchedulingPass(SchedulerSnapshot(cluster), recording: .everything)
    pass.schedule(pending)
    var fast = SchedulingPass(SchedulerSnapshot(cluster), isChecked: true)
    fast.schedule(pending)
    expect(fast.decisions.map(\.node), pass.decisions.map(\.node), "nodes, the fast way")
    expect(fast.differences, [], "fast and plain way")
    expect(pass.decisions.map(\.pod.description), decisions.map(\.pod), "order")
    var final: [String: String] = [:]
    for (decision, wanted) in zip(pass.decisions, decisions) {
      let pod = wanted.pod
      expect(decision.outcome.rawValue, wanted.result, "\(pod) result")
      expect(decision.node.map { cluster.nodes[$0].name }, wanted.node, "\(pod) node")
      let best = decision.victims.isEmpty ? decision.evaluation?.best ?? [] : decision.node.map { [$0] } ?? []
      expect(names(best), wanted.best ?? [], "\(pod) best in pass")
      expect(decision.total, wanted.total, "\(pod) total in pass")
      expect(decision.victims.map(\.id.description), wanted.victims ?? [], "\(pod) victims")
      if let feasible = wanted.feasible { expect(decision.feasible, feasible, "\(pod) count") }
      for victim in decision.victims { final[victim.id.description] = "" }
      final[pod] = decision.node.map { cluster.nodes[$0].name } ?? ""
    }
    expect(final, expected.final ?? [:], "final")
    let audit = ScheduleAudit(cluster).violations(of: pass.placements, evicted: Set(pass.victims))
    expect(audit.map(\.description), [], "audit")
  }
}

extension OracleCase.Rejection {
  init(_ rejection: NodeRejection) {
    self.init(
      plugin: rejection.plugin, code: rejection.isResolvable ? "Unschedulable" : "UnschedulableAndUnresolvable",
      reasons: rejection.reasons, also: rejection.also.isEmpty ? nil : rejection.also)
  }
}

extension OracleCase.Preempt {
  init(_ preemption: Preemption, _ snapshot: SchedulerSnapshot) {
    func name(_ candidate: Preemption.Candidate) -> String { snapshot.nodes[candidate.node].node.name }
    let candidates = preemption.candidates.map {
      (name($0), Candidate(victims: $0.victims.map(\.id.description), pdbViolations: $0.budgetViolations))
    }
    self.init(
      eligible: preemption.isEligible, message: preemption.message,
      candidates: candidates.isEmpty ? nil : Dictionary(uniqueKeysWithValues: candidates),
      best: candidates.isEmpty ? nil : preemption.best.map(name))
  }
}
