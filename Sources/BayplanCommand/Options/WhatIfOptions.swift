#if CommandLine
  import ArgumentParser
  import Bayplan

  /// Changes to the cluster before anything else is done with it.
  struct WhatIfOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Add nodes: 3xTYPE, of a node type or like a node of the input.", valueName: "n×type"))
    var add: [String] = []

    @Option(help: ArgumentHelp("Give a workload this many replicas.", valueName: "kind/name=n"))
    var scale: [String] = []

    @Option(help: ArgumentHelp("Let no further pod onto the node.", valueName: "node"))
    var cordon: [String] = []

    @Option(help: ArgumentHelp("Empty the node, as far as disruption budgets allow.", valueName: "node"))
    var drain: [String] = []

    @Option(help: ArgumentHelp("Lose a node, or all nodes with a label.", valueName: "node|zone=…"))
    var fail: [String] = []

    func validate() throws { _ = try changes() }

    /// In the order: more room, more pods, less room.
    func changes() throws -> [WhatIf] {
      try add.map(Self.addition) + scale.map(Self.scaling) + cordon.map(WhatIf.cordon) + drain.map(WhatIf.drain)
        + fail.map(WhatIf.fail)
    }

    private static func addition(_ text: String) throws -> WhatIf {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      let rest = text.dropFirst(digits.count)
      guard !digits.isEmpty, rest.count > 1, let sign = rest.first, "x×*".contains(sign) else {
        throw ValidationError("--add takes a number and a node type, like 3xlarge, not '\(text)'.")
      }
      guard let count = Int(digits), (1...100_000).contains(count) else {
        throw ValidationError("--add takes 1 to 100,000 nodes, not \(digits).")
      }
      return .add(count, of: String(rest.dropFirst()))
    }

    private static func scaling(_ text: String) throws -> WhatIf {
      guard let equals = text.lastIndex(of: "="), equals > text.startIndex,
        text[text.index(after: equals)...].allSatisfy({ $0.isASCII && $0.isNumber })
      else { throw ValidationError("--scale takes a workload and a number, like deploy/cart=20, not '\(text)'.") }
      guard let replicas = Int(text[text.index(after: equals)...]), (0...1_000_000).contains(replicas) else {
        throw ValidationError("--scale takes 0 to 1,000,000 replicas, not '\(text)'.")
      }
      return .scale(String(text[..<equals]), replicas: replicas)
    }
  }
#endif
