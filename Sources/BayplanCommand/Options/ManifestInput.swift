#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  // Where the command line meets the readers of `BayplanManifests`.
  extension InputOptions {
    func readManifests(_ sources: [InputSource], _ defaults: DefaultRequests) throws(InputError) -> Cluster {
      var options = ManifestReader.Options()
      options.defaultRequests = (try? requests()) ?? defaults
      options.profiles = profile
      options.envFiles = envFile
      options.environment = ProcessInfo.processInfo.environment
      if let policy = composeRequestPolicy { options.composeRequestPolicy = policy }
      var reader = ManifestReader(options: options)
      for source in sources {
        if let held = source.held { reader.read(Data(held), name: source.name) } else { reader.read(path: source.path) }
      }
      return try reader.cluster()
    }

    /// `cpu=100m,memory=128Mi` or `none`; nil where the option is not given.
    func requests() throws -> DefaultRequests? {
      guard let defaultRequests else { return nil }
      if defaultRequests == "none" { return DefaultRequests.none }
      var amounts = Resources()
      for part in defaultRequests.split(separator: ",", omittingEmptySubsequences: false) {
        let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2, let amount = Self.amount(pair[1], of: Resource(pair[0])) else {
          throw ValidationError("--default-requests takes cpu=100m,memory=128Mi or none, not '\(defaultRequests)'.")
        }
        amounts[Resource(pair[0])] = amount
      }
      return DefaultRequests(amounts)
    }

    /// `100m`, `0.5`, `128Mi`: whole or decimal, in the resource's unit; nil for anything else.
    private static func amount(_ text: String, of resource: Resource) -> Int64? {
      let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      let factors: [String: Double] = [
        "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824,
      ]
      guard let value = Double(number), let factor = factors[String(text.dropFirst(number.count))] else { return nil }
      let amount = (value * factor * (resource == .cpu ? 1000 : 1)).rounded(.up)
      return amount < 1e15 ? Int64(amount) : nil
    }
  }

  extension ComposeRequestPolicy: ExpressibleByArgument {}

  extension Cluster {
    /// Adds the built-in catalogue, and says what its prices are.
    mutating func addBuiltInCatalogue(_ why: String) {
      let catalogue = NodeCatalogue.builtIn
      nodeTypes += catalogue.types
      notices.note(
        .defaulted,
        "\(why): built-in catalogue of \(catalogue.types.count) node types, \(catalogue.source), \(catalogue.date), "
          + catalogue.currency)
    }
  }
#endif
