#if CommandLine
  import Foundation
  import Testing

  @testable import BayplanDatasets

  /// Fetching from a server that behaves, and from servers that do not: the right files or none.
  @Suite struct FetchTests {
    private let body = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })

    /// One file, `data.bin`.
    private func set(_ address: String, _ home: borrowing TemporaryStore, isHashed: Bool = true) throws -> DataSet {
      let path = home.root + "/whole"
      try body.write(to: URL(fileURLWithPath: path))
      let sum = isHashed ? try Digest.hex(file: path) : nil
      return try .test(
        ["data.bin": body], downloads: [.init(url: address, limit: 250_000, sha256: sum)], folder: home.root)
    }

    private func fetch(
      _ set: DataSet, _ home: borrowing TemporaryStore, from source: DataSetStore.Source = .origin, timeout: Double = 10
    ) throws(DataSetError) {
      var options = DataSetStore.Options()
      options.timeout = timeout
      try home.store.fetch(set, from: source, options: options)
    }

    private static let complete = ["test_set/SHA256SUMS", "test_set/data.bin"]
    private static let resumable = [".parts/test_set/data.bin.part", ".parts/test_set/data.bin.part.tag"]

    @Test func complete() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] _ in .whole(body) }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      #expect(home.store.state(of: set) == .absent)
      try fetch(set, home)
      #expect(home.files == Self.complete)
      #expect(try Data(contentsOf: URL(fileURLWithPath: home.store.path(of: set) + "/data.bin")) == body)
      #expect(try home.store.verify(set).holds)
      #expect(home.store.state(of: set) == .verified)
      #expect(server.requests.count == 1)
      #expect(server.requests[0].headers["accept-encoding"] == "identity")
    }

    @Test func resumesWhereItWasCutOff() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] request in
        if let start = request.rangeStart { return .rest(of: body, from: start) }
        return .init(body: body.prefix(80_000), declaredLength: body.count)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(error?.code == .network)
      #expect(home.files == Self.resumable)
      try fetch(set, home)
      #expect(home.files == Self.complete)
      #expect(server.requests.count == 2)
      #expect(server.requests[1].headers["range"] == "bytes=80000-")
      #expect(server.requests[1].headers["if-range"] == "\"one\"")
    }

    @Test func startsAnewWhereTheServerIgnoresRanges() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] request in
        request.rangeStart == nil ? .init(body: body.prefix(80_000), declaredLength: body.count) : .whole(body)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      #expect(throws: DataSetError.self) { try fetch(set, home) }
      try fetch(set, home)
      #expect(home.files == Self.complete)
    }

    /// The two parts are of different versions, and the server does not notice.
    @Test func startsAnewWhereThePartsDoNotFit() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] request in
        if let start = request.rangeStart { return .rest(of: body, from: start) }
        return .whole(body)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let parts = home.store.folder + "/.parts/test_set"
      try FileManager.default.createDirectory(atPath: parts, withIntermediateDirectories: true)
      try Data(count: 1000).write(to: URL(fileURLWithPath: parts + "/data.bin.part"))
      try Data("\"one\"".utf8).write(to: URL(fileURLWithPath: parts + "/data.bin.part.tag"))
      try fetch(set, home)
      #expect(home.files == Self.complete)
      #expect(server.requests.map { $0.rangeStart } == [1000, nil])
    }

    /// A part that is longer than the file has become.
    @Test func startsAnewWhereARangeCannotBeSatisfied() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] in $0.rangeStart == nil ? .whole(body) : .status(416) }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let parts = home.store.folder + "/.parts/test_set"
      try FileManager.default.createDirectory(atPath: parts, withIntermediateDirectories: true)
      try Data(count: 1000).write(to: URL(fileURLWithPath: parts + "/data.bin.part"))
      try Data("\"one\"".utf8).write(to: URL(fileURLWithPath: parts + "/data.bin.part.tag"))
      try fetch(set, home)
      #expect(home.files == Self.complete)
    }

    @Test(arguments: [true, false])
    func refusesOtherContent(isHashed: Bool) throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] _ in
        var other = body
        other[100_000] ^= 1
        return .whole(other)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home, isHashed: isHashed)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(error?.code == .mismatch)
      #expect(home.files == [])
    }

    @Test func refusesATruncatedBodyOfUnknownLength() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] _ in .init(headers: [:], body: body.prefix(1000)) }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(home.files == [])
    }

    @Test func followsRedirects() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] request in
        switch request.path {
        case "data.bin": .redirect("elsewhere/1")
        case "elsewhere/1": .redirect("/elsewhere/2")
        default: .whole(body)
        }
      }
      defer { server.stop() }
      try fetch(try set(server.address("data.bin"), home), home)
      #expect(home.files == Self.complete)
      #expect(server.requests.map(\.path) == ["data.bin", "elsewhere/1", "elsewhere/2"])
    }

    @Test(arguments: [
      ("/data.bin", 1), ("/other", 2), ("+", 6), ("ftp://127.0.0.1/data.bin", 1), ("file:///etc/passwd", 1),
    ])
    func refusesRedirects(target: String, requests: Int) throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { request in
        if target == "+" { return .redirect("/\(request.path)+") }
        return .redirect(request.path == "other" ? "/data.bin" : target)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(error?.code == .network)
      #expect(error?.message.contains("redirects") == true)
      #expect(server.requests.count == requests)
      #expect(home.files == [])
    }

    @Test func refusesDowngrades() throws {
      let secure = try #require(URL(string: "https://a.example/x"))
      let plain = try #require(URL(string: "http://a.example/x"))
      #expect(Downloader.fault(ofRedirectFrom: secure, to: plain)?.contains("from https to http") == true)
      #expect(Downloader.fault(ofRedirectFrom: secure, to: secure) == nil)
      #expect(Downloader.fault(ofRedirectFrom: plain, to: secure) == nil)
    }

    @Test(arguments: [(404, DataSetError.Code.notFound), (500, .network), (403, .network)])
    func reportsStatus(status: Int, code: DataSetError.Code) throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { _ in .status(status) }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(error?.code == code)
      #expect(error?.description.contains("\(status)") == true)
      #expect(home.files == [])
    }

    @Test func reportsAServerThatIsNotThere() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { _ in .status(500) }
      server.stop()
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(error?.code == .network)
      #expect(home.files == [])
    }

    @Test func givesUpOnAStalledServerAndResumes() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] request in
        if let start = request.rangeStart { return .rest(of: body, from: start) }
        return .init(body: body.prefix(50_000), declaredLength: body.count, stallSeconds: 30)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home, timeout: 3) }
      #expect(error?.code == .stalled)
      #expect(home.files == Self.resumable)
      try fetch(set, home)
      #expect(home.files == Self.complete)
    }

    @Test func givesUpOnASilentServer() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { _ in .init(stallSeconds: 30, isSilent: true) }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home, timeout: 0.5) }
      #expect(error?.code == .stalled)
      #expect(home.files == [])
    }

    @Test(arguments: [true, false])
    func cutsOffABodyThatIsTooLong(isDeclared: Bool) throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { _ in .init(body: Data(count: 300_000), declaredLength: isDeclared ? 300_000 : nil) }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      let error = #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(error?.code == .tooLarge)
      #expect(home.files == [])
    }

    @Test func stopsWhenAsked() throws {
      let home = try TemporaryStore()
      let server = LoopbackServer { [body] _ in
        .init(body: body.prefix(50_000), declaredLength: body.count, stallSeconds: 30)
      }
      defer { server.stop() }
      let set = try set(server.address("data.bin"), home)
      var options = DataSetStore.Options()
      let part = home.store.folder + "/.parts/test_set/data.bin.part"
      options.isCancelled = {
        (try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int) == 50_000
      }
      let error = #expect(throws: DataSetError.self) { try home.store.fetch(set, from: .origin, options: options) }
      #expect(error?.code == .cancelled)
      #expect(home.files == Self.resumable)
    }

    @Test func keepsTheSetThatIsThere() throws {
      let home = try TemporaryStore()
      let good = LoopbackServer { [body] _ in .whole(body) }
      let set = try set(good.address("data.bin"), home)
      try fetch(set, home)
      good.stop()
      #expect(throws: DataSetError.self) { try fetch(set, home) }
      #expect(home.files == Self.complete)
      #expect(try home.store.verify(set).holds)
      // And a good one replaces it.
      let again = LoopbackServer { [body] _ in .whole(body) }
      defer { again.stop() }
      try Data("damaged".utf8).write(to: URL(fileURLWithPath: home.store.path(of: set) + "/data.bin"))
      try fetch(try self.set(again.address("data.bin"), home), home)
      #expect(try home.store.verify(set).holds)
    }

    // MARK: Mirrors

    @Test func takesAMirrorsFiles() throws {
      let home = try TemporaryStore()
      let mirror = home.root + "/mirror"
      try FileManager.default.createDirectory(atPath: mirror, withIntermediateDirectories: true)
      var set = try set("http://127.0.0.1:1/data.bin", home)
      let missing = #expect(throws: DataSetError.self) { try fetch(set, home, from: .mirror(mirror)) }
      #expect(missing?.code == .notFound)
      #expect(home.files == [])
      try body.write(to: URL(fileURLWithPath: mirror + "/data.bin"))
      try fetch(set, home, from: .mirror(mirror))
      #expect(home.files == Self.complete)
      // A packed copy is preferred, from a server as well.
      set.mirror = ["packed/data.bin.gz"]
      let packed = try Tar.gzipped(body, in: home.root)
      let server = LoopbackServer { $0.path == "sets/packed/data.bin.gz" ? .whole(packed) : .status(404) }
      defer { server.stop() }
      try fetch(set, home, from: .mirror(server.address("sets")))
      #expect(try home.store.verify(set).holds)
      // Without it the mirror's plain file is asked for.
      let plain = LoopbackServer { [body] in $0.path == "data.bin" ? .whole(body) : .status(404) }
      defer { plain.stop() }
      try fetch(set, home, from: .mirror("http://127.0.0.1:\(plain.port)"))
      #expect(plain.requests.map(\.path) == ["packed/data.bin.gz", "data.bin"])
    }
  }
#endif
