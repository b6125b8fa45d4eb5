import BayplanDatasets

/// The classes of instances that can be drawn, with their parameters.
public enum InstanceClassReport {
  public static func text(_ packings: PackingGenerators, _ clusters: ClusterGenerators) -> String {
    (packings.all.map(lines) + clusters.all.map(lines)).joined(separator: "\n")
  }

  private static func lines<Instance>(_ made: InstanceClass<Instance>) -> String {
    let width = made.parameters.map(\.name.count).max() ?? 0
    let parameters = made.parameters.map { parameter in
      "    \(parameter.name.padded(to: width))  \(parameter.standard)  \(parameter.summary)"
    }
    return ([made.name, "  \(made.summary)", "  \(made.source)"] + parameters).joined(separator: "\n") + "\n"
  }
}
