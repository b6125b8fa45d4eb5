import BayplanModel

extension PackingGenerators {
  /// Bins of several types.
  static let severalTypes: [InstanceClass<PackingProblem>] = [
    drawn(
      "variable-sized", "bins of several sizes whose prices are not in proportion",
      source: "Friesen, Langston 1986, SIAM Journal on Computing 15(1); prices after Correia, Gouveia, "
        + "Saldanha-da-Gama 2008, Computers & Operations Research 35(6).",
      parameters: [
        items(40), .init("types", "of bins", 4, in: 1...1000), .init("dimensions", "of an item", 1, in: 1...100),
        capacity(300, from: 20),
      ]
    ) { (values, random) throws(InputError) in
      // The instances of the function, from the same seed.
      .init(
        PackingGenerator.variableSized(
          items: values.count("items"), types: values.count("types"), dimensions: values.count("dimensions"),
          capacity: values["capacity"], seed: random.seed))
    },
    drawn(
      "cloud", "workloads with heavy-tailed replicas, into node types of a cloud: millicores and MiB, micro-dollars",
      source:
        "Shaped like the m, c and r families of public clouds (1, 2 and 4 times 2 GiB a core): a model of our own.",
      parameters: [
        .init("workloads", "with a request of their own", 40, in: 1...100_000),
        .init("replicas", "of a workload, at most", 200, in: 1...10_000),
      ]
    ) { (values, random) throws(InputError) in
      cloud(workloads: values.count("workloads"), mostReplicas: values["replicas"], &random)
    },
  ]

  private static let families: [(gibibytesPerCore: Int64, price: Int64)] = [(2, 42_500), (4, 48_000), (8, 63_000)]

  /// Nine node types, 2 to 32 cores, less what a node keeps for itself; prices per hour are those a core costs in each
  /// family, and large types are 4 % cheaper. Half of the workloads ask for memory in another proportion than their
  /// family has. P(replicas >= r) = 1 / r: most
  /// have one, a few have very many.
  private static func cloud(
    workloads: Int, mostReplicas: Int64, _ random: inout SeededGenerator
  ) -> Draft {
    var types: [PackingProblem.BinType] = []
    for (ratio, price) in families {
      for cores in [2, 8, 32] as [Int64] {
        let discount: Int64 = cores == 32 ? 96 : 100
        types.append(
          .init(capacity: [cores * 1000 - 80, cores * ratio * 1024 * 92 / 100], cost: cores * price * discount / 100))
      }
    }
    let requests: [Int64] = [50, 100, 250, 500, 1000, 1500, 2000, 4000]
    let rows = (0..<workloads).map { _ -> PackingProblem.Row in
      let millicores = requests[Int(random.integer(in: 0...Int64(requests.count) - 1))]
      let ratio = families[Int(random.integer(in: 0...2))].gibibytesPerCore
      let bend = random.integer(in: 0...1) == 0 ? 100 : random.integer(in: 40...160)
      let mebibytes = max(32, millicores * ratio * 1024 / 1000 * bend / 100)
      let replicas = mostReplicas / random.integer(in: 1...mostReplicas)
      return .init(demand: Int(replicas), weights: [millicores, mebibytes])
    }
    var draft = Draft(capacity: types[0].capacity, rows: rows)
    draft.binTypes = types
    return draft
  }
}
