#if CommandLine
  import BayplanDatasets

  /// What a look at every byte of data sets came to.
  public struct DataSetVerificationReport: Sendable {
    public static let schema = "bayplan/datasets-verification/v1"

    public let results: [DataSetStore.Verification]
    public let folder: String
    public let style: TextStyle

    public init(_ results: [DataSetStore.Verification], folder: String, style: TextStyle) {
      self.results = results
      self.folder = folder
      self.style = style
    }

    public func text() -> String {
      if results.isEmpty { return "no set is here; 'bayplan datasets fetch NAME' gets one\n" }
      let width = results.map(\.set.name.count).max() ?? 0
      var lines: [String] = []
      for result in results {
        let name = style.name(result.set.name).padded(to: width)
        switch result.finding {
        case .holds:
          lines.append(
            "\(style.paint("HOLDS", .green))    \(name)  \(HumanUnits.count(result.set.fileCount, "file")), every byte")
        case .absent: lines.append("\(style.paint("ABSENT", .red))   \(name)  it is not here")
        case .unknown(let reason):
          lines.append("\(style.paint("DIFFERS", .red))  \(name)  which file: unknown, \(reason)")
        case .differs(let changed, let missing, let extra):
          let parts = [("changed", changed), ("missing", missing), ("extra", extra)].filter { !$0.1.isEmpty }
          let counts = parts.map { "\(HumanUnits.count($0.1.count)) \($0.0)" }.joined(separator: ", ")
          lines.append("\(style.paint("DIFFERS", .red))  \(name)  \(counts)")
          for (what, names) in parts {
            let shown = style.isComplete ? names[...] : names.prefix(10)
            lines += shown.map { "  \(what.padded(to: 8)) \(style.name($0))" }
            if shown.count < names.count { lines.append(style.more(names.count - shown.count)) }
          }
        }
      }
      return lines.joined(separator: "\n") + "\n"
    }

    public func csv() -> String {
      var rows: [[CSVWriter.Cell]] = []
      for result in results {
        let files = Self.files(result.finding)
        let name = CSVWriter.Cell.text(result.set.name)
        let state = CSVWriter.Cell.text(Self.name(result.finding))
        rows +=
          files.isEmpty ? [[name, state, .empty, .empty]] : files.map { [name, state, .text($0.1), .text($0.0)] }
      }
      return CSVWriter.text(header: ["set", "finding", "file", "what"], rows: rows)
    }

    public func value() -> DataValue {
      .object([
        .init("schema", .string(Self.schema)), .init("folder", .string(folder)),
        .init("holds", .bool(results.allSatisfy(\.holds))),
        .init(
          "sets",
          .array(
            results.map { result in
              var changed: [String] = []
              var missing: [String] = []
              var extra: [String] = []
              if case .differs(let first, let second, let third) = result.finding {
                (changed, missing, extra) = (first, second, third)
              }
              return .object([
                .init("name", .string(result.set.name)), .init("finding", .string(Self.name(result.finding))),
                .init("changed", .strings(changed)), .init("missing", .strings(missing)),
                .init("extra", .strings(extra)),
              ])
            })),
      ])
    }

    private static func name(_ finding: DataSetStore.Verification.Finding) -> String {
      switch finding {
      case .holds: "holds"
      case .absent: "absent"
      case .unknown: "unknown"
      case .differs: "differs"
      }
    }

    private static func files(_ finding: DataSetStore.Verification.Finding) -> [(String, String)] {
      guard case .differs(let changed, let missing, let extra) = finding else { return [] }
      return changed.map { ("changed", $0) } + missing.map { ("missing", $0) } + extra.map { ("extra", $0) }
    }
  }
#endif
