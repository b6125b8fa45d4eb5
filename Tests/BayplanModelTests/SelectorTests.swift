import BayplanModel
import Testing

@Suite struct SelectorTests {
  @Test func operatorsFollowKubernetes() {
    let labels = ["tier": "web", "cores": "8", "odd": "x"]
    func holds(_ key: String, _ operation: LabelRequirement.Operator, _ values: [String] = []) -> Bool {
      LabelRequirement(key: key, operator: operation, values: values).matches(labels)
    }
    #expect(holds("tier", .in, ["web", "db"]))
    #expect(!holds("tier", .in, ["db"]))
    #expect(holds("tier", .notIn, ["db"]))
    #expect(holds("absent", .notIn, ["db"]), "NotIn holds where the key is absent")
    #expect(holds("tier", .exists))
    #expect(holds("absent", .doesNotExist))
    #expect(holds("cores", .greaterThan, ["7"]))
    #expect(!holds("cores", .greaterThan, ["8"]))
    #expect(holds("cores", .lessThan, ["9"]))
    #expect(!holds("odd", .greaterThan, ["1"]), "a label that is no integer never compares")
  }

  @Test func emptyTermMatchesNothing() {
    #expect(!NodeSelector(terms: [NodeSelectorTerm()]).matches(name: "n", labels: [:]))
    #expect(!NodeSelector(terms: []).matches(name: "n", labels: [:]))
    let field = NodeSelectorTerm(
      matchFields: [LabelRequirement(key: "metadata.name", operator: .in, values: ["n"])])
    #expect(NodeSelector(terms: [field]).matches(name: "n", labels: [:]))
    #expect(!NodeSelector(terms: [field]).matches(name: "m", labels: [:]))
  }

  @Test func tolerationsMatchByKeyValueAndEffect() {
    let taint = Taint(key: "dedicated", value: "gpu", effect: .noSchedule)
    #expect(Toleration(key: "dedicated", value: "gpu").tolerates(taint))
    #expect(!Toleration(key: "dedicated", value: "db").tolerates(taint))
    #expect(Toleration(key: "dedicated", operator: .exists).tolerates(taint))
    #expect(Toleration(operator: .exists).tolerates(taint))
    #expect(!Toleration(key: "dedicated", operator: .exists, effect: .noExecute).tolerates(taint))
    #expect(!Toleration(value: "gpu").tolerates(taint), "an empty key needs Exists")
  }

  @Test func resourcesSaturate() {
    let huge: Resources = [.cpu: .max]
    #expect((huge + huge)[.cpu] == .max)
    #expect((Resources([.cpu: .min]) - huge)[.cpu] == .min)
    #expect(Resources([.cpu: 0]) == Resources())
  }
}
