#if CommandLine
  import BayplanDatasets

  /// The sets of a catalogue, and which of them are here: as a table, as documents, or one in full.
  public struct DataSetReport: Sendable {
    public static let schema = "bayplan/datasets/v1"

    public let sets: [(set: DataSet, state: DataSetStore.State)]
    /// In which they are kept.
    public let folder: String
    public let style: TextStyle

    public init(_ sets: [(DataSet, DataSetStore.State)], folder: String, style: TextStyle) {
      self.sets = sets.map { (set: $0.0, state: $0.1) }
      self.folder = folder
      self.style = style
    }

    public func text() -> String {
      let width = sets.map(\.set.name.count).max() ?? 0
      let licences = sets.map { style.name($0.set.collection.licence, width: 16) }
      let licenceWidth = licences.map(\.count).max() ?? 0
      var lines = [
        style.paint(
          "\("set".padded(to: width))  \("instances".aligned(to: 9))  \("size".aligned(to: 8))  here  "
            + "\("licence".padded(to: licenceWidth))  what", .bold)
      ]
      for (index, (set, state)) in sets.enumerated() {
        let head =
          "\(style.name(set.name).padded(to: width))  \(HumanUnits.count(set.instanceCount).aligned(to: 9))  "
          + "\(Self.size(set.byteCount).aligned(to: 8))  "
        let rest = max(20, style.width - head.count - licenceWidth - 8)
        lines.append(
          "\(head)\(mark(state))  \(licences[index].padded(to: licenceWidth))  \(style.name(set.title, width: rest))")
      }
      let here = sets.count { $0.state != .absent }
      lines += [
        "",
        "\(HumanUnits.count(sets.count, "set")) \(style.dot) \(here) here \(style.dot) "
          + "'bayplan datasets show NAME' says more, 'fetch NAME' gets it",
      ]
      return lines.joined(separator: "\n") + "\n"
    }

    /// Four characters wide.
    private func mark(_ state: DataSetStore.State) -> String {
      switch state {
      case .absent: style.paint(style.dash.padded(to: 4), .dim)
      case .verified: style.paint(style.check.padded(to: 4), .green)
      case .unverified: style.paint("?".padded(to: 4), .yellow)
      }
    }

    /// Everything about one set.
    public func details(of set: DataSet) -> String {
      let state = sets.first { $0.set == set }?.state ?? .absent
      var lines = ["\(style.paint(TextStyle.neutralized(set.name), .bold))  \(TextStyle.neutralized(set.title))", ""]
      func row(_ key: String, _ value: String) {
        lines.append("  \(key.padded(to: 12))\(TextStyle.neutralized(value))")
      }
      let collection = set.collection
      row("collection", collection.title)
      row("origin", "\(collection.origin) at \(collection.commit)")
      row("licence", collection.licence)
      row("passing on", collection.redistribution)
      row("cite", collection.citation)
      row("format", collection.format)
      row(
        "content",
        "\(HumanUnits.count(set.instanceCount, "instance")), \(HumanUnits.count(set.fileCount, "file")), "
          + "\(HumanUnits.count(Int(set.byteCount))) bytes")
      row("digest", set.digest)
      row(
        "here", state == .absent ? "no" : state == .verified ? "yes, verified when it was fetched" : "yes, not verified"
      )
      if let source = collection.bestKnownSource, set.bestKnown != nil { row("best known", source) }
      if let note = set.note { row("note", note) }
      lines += ["", "  from"]
      lines += set.downloads.map { download in
        let packing = download.packing == .none ? "" : " (\(download.packing.rawValue))"
        return "    " + TextStyle.neutralized(download.url + packing)
      }
      lines += ["  in a mirror"]
      lines += set.mirror.map { "    " + TextStyle.neutralized($0) }
      return lines.joined(separator: "\n") + "\n"
    }

    /// What to know before using a set.
    public static func terms(of set: DataSet) -> String {
      let collection = set.collection
      return [
        "\(set.name): \(set.title)", "  licence     \(collection.licence)",
        "  passing on  \(collection.redistribution)",
        "  cite        \(collection.citation)",
      ].map(TextStyle.neutralized).joined(separator: "\n")
    }

    public func csv() -> String {
      CSVWriter.text(
        header: [
          "set", "title", "instances", "files", "bytes", "format", "licence", "origin", "commit", "digest", "state",
        ],
        rows: sets.map { set, state in
          [
            .text(set.name), .text(set.title), .integer(Int64(set.instanceCount)), .integer(Int64(set.fileCount)),
            .integer(set.byteCount), .text(set.collection.format), .text(set.collection.licence),
            .text(set.collection.origin), .text(set.collection.commit), .text(set.digest), .text(state.rawValue),
          ]
        })
    }

    public func value() -> DataValue {
      .object([
        .init("schema", .string(Self.schema)), .init("folder", .string(folder)),
        .init("sets", .array(sets.map { Self.value($0.set, $0.state) })),
      ])
    }

    private static func value(_ set: DataSet, _ state: DataSetStore.State) -> DataValue {
      let collection = set.collection
      let downloads = set.downloads.map { download in
        DataValue.object([
          .init("url", .string(download.url)), .init("packing", .string(download.packing.rawValue)),
          .init("limit", .integer(download.limit)), .init("sha256", .optional(download.sha256)),
          .init("members", .optional(download.members)),
        ])
      }
      return .object([
        .init("name", .string(set.name)), .init("title", .string(set.title)),
        .init("collection", .string(collection.title)), .init("origin", .string(collection.origin)),
        .init("commit", .string(collection.commit)), .init("licence", .string(collection.licence)),
        .init("redistribution", .string(collection.redistribution)), .init("citation", .string(collection.citation)),
        .init("format", .string(collection.format)), .init("instances", .integer(Int64(set.instanceCount))),
        .init("files", .integer(Int64(set.fileCount))), .init("bytes", .integer(set.byteCount)),
        .init("digest", .string(set.digest)), .init("state", .string(state.rawValue)),
        .init("bestKnownSource", .optional(set.bestKnown == nil ? nil : collection.bestKnownSource)),
        .init("note", .optional(set.note)), .init("downloads", .array(downloads)),
        .init("mirror", .strings(set.mirror)),
      ])
    }

    /// In binary units, three digits at most.
    static func size(_ bytes: Int64) -> String {
      if bytes < 1024 { return "\(bytes) B" }
      if bytes < 1 << 20 { return "\((bytes + 512) >> 10) KiB" }
      return HumanUnits.fixed(Double(bytes) / 0x1p20, digits: 1) + " MiB"
    }
  }
#endif
