#if CommandLine
  import Foundation
  import Testing

  @testable import BayplanDatasets

  /// Archives, some of which mean harm.
  @Suite struct ArchiveTests {
    private let files = ["a.txt": Data("first\n".utf8), "b.txt": Data("second\n".utf8)]

    private func fetch(_ entries: [Tar.Entry], members: String? = nil, _ home: borrowing TemporaryStore) throws {
      let archive = try Tar.gzipped(Tar.archive(entries), in: home.root)
      let server = LoopbackServer { _ in .whole(archive) }
      defer { server.stop() }
      let set = try DataSet.test(
        files,
        downloads: [.init(url: server.address("set.tar.gz"), packing: .tarGz, limit: 1 << 20, members: members)],
        folder: home.root)
      try home.store.fetch(set, from: .origin)
      #expect(try home.store.verify(set).holds)
    }

    @Test func takesTheFilesThatBelongToTheSet() throws {
      let home = try TemporaryStore()
      try fetch(
        [
          .file("set/one/a.txt", files["a.txt"]!), .file("set/b.txt", files["b.txt"]!),
          .file("set/README", Data("not part of it".utf8)),
        ], members: "{a,b}.t?t", home)
      #expect(home.files == ["test_set/SHA256SUMS", "test_set/a.txt", "test_set/b.txt"])
    }

    static let hostile: [(String, Tar.Entry)] = [
      ("parent", .file("../evil", Data("x".utf8))), ("inner parent", .file("set/../../evil", Data("x".utf8))),
      ("absolute", .file("/tmp/bayplan-evil", Data("x".utf8))), ("link", .link("a.txt", to: "/etc/passwd")),
      ("relative link", .link("b", to: "a.txt")),
    ]

    @Test(arguments: hostile.indices)
    func refusesToWriteOutside(index: Int) throws {
      let home = try TemporaryStore()
      let entries = [Tar.Entry.file("b.txt", files["b.txt"]!), Self.hostile[index].1]
      let error = #expect(throws: DataSetError.self) { try fetch(entries, home) }
      #expect(error?.code == .archive, "\(Self.hostile[index].0)")
      let names = FileManager.default.enumerator(atPath: home.root)?.compactMap { $0 as? String } ?? []
      #expect(!names.contains { $0.hasSuffix("evil") })
      #expect(!FileManager.default.fileExists(atPath: "/tmp/bayplan-evil"))
      #expect(home.files.filter { !$0.hasPrefix(".parts/") } == [])
    }

    @Test func refusesTwoFilesOfOneName() throws {
      let home = try TemporaryStore()
      let entries = [Tar.Entry.file("x/a.txt", files["a.txt"]!), .file("y/a.txt", files["a.txt"]!)]
      let error = #expect(throws: DataSetError.self) { try fetch(entries, home) }
      #expect(error?.code == .archive)
    }

    @Test func refusesBombs() throws {
      let home = try TemporaryStore()
      let error = #expect(throws: DataSetError.self) {
        try fetch([.file("a.txt", Data(count: 30 << 20)), .file("b.txt", files["b.txt"]!)], home)
      }
      #expect(error?.code == .tooLarge)
      #expect(home.files.filter { !$0.hasPrefix(".parts/") } == [])
    }

    @Test func refusesWhatIsNoArchive() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { _ in .whole(Data("<html>Not here</html>".utf8)) }
      defer { server.stop() }
      let set = try DataSet.test(
        files, downloads: [.init(url: server.address("set.tar.gz"), packing: .tarGz, limit: 1 << 20)], folder: home.root
      )
      let error = #expect(throws: DataSetError.self) { try home.store.fetch(set, from: .origin) }
      #expect(error?.code == .archive)
      #expect(error?.fix != nil)
    }

    @Test func findsWhatDiffers() throws {
      let home = try TemporaryStore()
      try fetch([.file("a.txt", files["a.txt"]!), .file("b.txt", files["b.txt"]!)], home)
      let set = try DataSet.test(files, downloads: [], folder: home.root)
      let folder = home.store.path(of: set)
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      // One bit.
      try write("firsu\n", "a.txt")
      #expect(try home.store.verify(set).finding == .differs(changed: ["a.txt"], missing: [], extra: []))
      // Only what is used has to be right.
      #expect(try home.store.changed(["a.txt", "b.txt"], of: set) == ["a.txt"])
      #expect(try home.store.changed(["b.txt"], of: set) == [])
      try write("first\n", "a.txt")
      #expect(try home.store.verify(set).holds)
      try write("?", "c.txt")
      try FileManager.default.removeItem(atPath: folder + "/b.txt")
      try FileManager.default.createSymbolicLink(atPath: folder + "/b.txt", withDestinationPath: "a.txt")
      #expect(try home.store.verify(set).finding == .differs(changed: ["b.txt"], missing: [], extra: ["c.txt"]))
      try FileManager.default.removeItem(atPath: folder + "/b.txt")
      #expect(try home.store.verify(set).finding == .differs(changed: [], missing: ["b.txt"], extra: ["c.txt"]))
      // Whoever changes the sums as well is found out by the catalogue's digest.
      try write("", ContentDigest.fileName)
      guard case .unknown = try home.store.verify(set).finding else {
        Issue.record("sums that are not the catalogue's were believed")
        return
      }
      #expect(home.store.state(of: set) == .unverified)
      #expect(try home.store.changed(["a.txt"], of: set) == ["a.txt"], "nobody can say that it is right")
      // The right files need no sums.
      try FileManager.default.removeItem(atPath: folder + "/c.txt")
      try write("second\n", "b.txt")
      #expect(try home.store.verify(set).holds)
      #expect(try home.store.changed(["a.txt"], of: set) == [])
      try FileManager.default.removeItem(atPath: folder)
      #expect(try home.store.verify(set).finding == .absent)
    }
  }
#endif
