import BayplanDatasets

/// The classes of instances that can be drawn, with their parameters.
public enum InstanceClassReport {
  public static func text(_ generators: PackingGenerators) -> String {
    var lines: [String] = []
    for made in generators.all {
      if !lines.isEmpty { lines.append("") }
      lines += [made.name, "  \(made.summary)", "  \(made.source)"]
      let width = made.parameters.map(\.name.count).max() ?? 0
      lines += made.parameters.map { parameter in
        "    \(parameter.name.padded(to: width))  \(parameter.standard)  \(parameter.summary)"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
