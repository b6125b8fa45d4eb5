import BayplanModel
import Testing

@testable import BayplanAudit

@Suite struct VerificationTests {
  private let base = cluster(
    [node("a", price: 5), node("b", price: 5)], ["p", "q", "r"].map { pod($0, cpu: 600) })

  private func certificate(_ criterion: Criterion, _ bound: Int64, _ pods: [Int64], _ prior: [Int64]) -> Certificate {
    Certificate(
      criterion: criterion, bound: bound, relaxation: "", denominator: 1, podMultipliers: pods,
      priorMultipliers: prior, nodeProofs: [])
  }

  private var plan: Plan {
    Plan(
      status: .optimal, termination: .proof,
      criteria: [
        .init(.unplaced(priority: 0), value: 1, bound: 1), .init(.cost, value: 10, bound: 10),
      ], strategy: "", engine: "", placements: placements(base, ["p": "a", "q": "b"]), openedNodes: [],
      unplaced: [Unplaced(pod: id("r"), reasons: [])],
      certificates: [
        certificate(.unplaced(priority: 0), 1, [1, 1, 1], []), certificate(.cost, 10, [5, 5, 5], [5]),
      ], notices: [], solveSeconds: 0)
  }

  @Test func `an optimal plan holds`() {
    let result = verify(plan, cluster: base)
    #expect(result.outcome == .holds)
    #expect(result.reasons == [])
    #expect(result.statusHolds && !result.provenBySearch)
    #expect(result.certificates.map(\.verdict) == [.holds(bound: 1), .holds(bound: 10)])
    var infeasible = plan
    infeasible.status = .infeasible
    #expect(verify(infeasible, cluster: base).outcome == .holds)
  }

  @Test func `what is wrong makes it fail`() {
    let changes: [(inout Plan) -> Void] = [
      { $0.criteria[1].value = 9 }, { $0.criteria[1].bound = 11 }, { $0.placements[0].node = "b" },
      { $0.unplaced = [] }, { $0.unplaced.append(.init(pod: id("p"), reasons: [])) },
      { $0.certificates[1].podMultipliers[0] = 99 }, { $0.placements.removeLast() },
    ]
    for change in changes {
      var bad = plan
      change(&bad)
      #expect(verify(bad, cluster: base).outcome == .fails)
    }
  }

  @Test func `a status that does not follow`() {
    let roomy = cluster(base.nodes, [pod("p"), pod("q")])
    var wasteful = plan
    wasteful.unplaced = []
    wasteful.criteria = [.init(.unplaced(priority: 0), value: 0, bound: 0), .init(.cost, value: 10, bound: nil)]
    wasteful.certificates = []
    let result = verify(wasteful, cluster: roomy)
    #expect(!result.statusHolds && result.outcome == .fails)
    wasteful.status = .feasible
    #expect(verify(wasteful, cluster: roomy).outcome == .holds)
    wasteful.status = .infeasible
    #expect(verify(wasteful, cluster: roomy).outcome == .fails)
  }

  @Test func `what a price forbids is not infeasible`() {
    let roomy = cluster([node("a", price: 5)], [pod("p")])
    var idle = plan
    idle.placements = []
    idle.unplaced = [Unplaced(pod: id("p"), reasons: [])]
    idle.criteria = [.init(.cost, value: 0, bound: 0), .init(.unplaced(priority: 0), value: 1, bound: 1)]
    idle.certificates = [certificate(.unplaced(priority: 0), 1, [1], [1])]
    idle.status = .infeasible
    #expect(verify(idle, cluster: roomy).outcome == .fails)
    idle.status = .optimal
    #expect(verify(idle, cluster: roomy).outcome == .holds)
  }

  @Test func `a criterion named twice proves nothing`() {
    var twice = plan
    twice.criteria.append(twice.criteria[1])
    #expect(verify(twice, cluster: base).outcome == .fails)
  }

  @Test func `an unchecked bound is said to be so, or proven by search`() {
    var unchecked = plan
    unchecked.certificates[1].podMultipliers = [0, 0, 0]
    unchecked.certificates[1].unchecked = "branch and bound"
    let searched = verify(unchecked, cluster: base)
    #expect(searched.provenBySearch && searched.outcome == .holds)
    // With 20 more pods that fit nowhere the search declines.
    let large = cluster(base.nodes, base.pods + (0..<20).map { pod("x\($0)", cpu: 5000) })
    unchecked.unplaced += (0..<20).map { Unplaced(pod: id("x\($0)"), reasons: []) }
    unchecked.criteria[0] = .init(.unplaced(priority: 0), value: 21, bound: 21)
    unchecked.certificates[0] = certificate(.unplaced(priority: 0), 21, Array(repeating: 1, count: 23), [])
    unchecked.certificates[1].podMultipliers = Array(repeating: 0, count: 23)
    let result = verify(unchecked, cluster: large)
    #expect(result.outcome == .notIndependentlyChecked)
    #expect(result.reasons.first == "bound of cost: branch and bound")
    // Without a certificate at all.
    unchecked.certificates.removeLast()
    #expect(verify(unchecked, cluster: large).outcome == .notIndependentlyChecked)
  }

  @Test func `nothing pending is trivially optimal`() {
    let idle = cluster([node("a", price: 5)], [pod("o", on: "a")])
    var plan = plan
    plan.placements = placements(idle)
    plan.unplaced = []
    plan.certificates = []
    plan.criteria = [.init(.unplaced(priority: 0), value: 0, bound: 0), .init(.cost, value: 5, bound: 5)]
    #expect(verify(plan, cluster: idle).outcome == .holds)
  }
}
