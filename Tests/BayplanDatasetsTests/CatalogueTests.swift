import BayplanModel
import Foundation
import Testing

@testable import BayplanDatasets

@Suite struct CatalogueTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func isWhatTheDataFolderSays() throws {
    let folder = Self.root.appendingPathComponent("datasets")
    let files = [
      "catalogue.json": PackageResources.catalogue_json, "best-known/bpplib.csv": PackageResources.bpplib_csv,
      "best-known/caprara_toth.csv": PackageResources.caprara_toth_csv,
      "best-known/vectorpack.csv": PackageResources.vectorpack_csv,
      "best-known/roadef.csv": PackageResources.roadef_csv,
    ]
    for (name, bytes) in files {
      #expect(try Array(Data(contentsOf: folder.appendingPathComponent(name))) == bytes, "\(name)")
    }
    let tables = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("best-known").path)
    #expect(tables.count == files.count - 1)
  }

  @Test(arguments: Catalogue.standard.sets)
  func isConsistent(_ set: DataSet) {
    #expect(set.digest.count == 64 && set.digest.allSatisfy(\.isHexDigit))
    #expect(set.collection.commit.count == 40)
    #expect(!set.collection.licence.isEmpty && !set.collection.citation.isEmpty)
    #expect(!set.mirror.isEmpty)
    for download in set.downloads {
      #expect(download.url.hasPrefix("https://"))
      #expect(download.limit > 0)
      #expect(download.sha256.map { $0.count == 64 } ?? true)
    }
    // A file each where nothing is packed, and what is known to be whole is as long as the set.
    if set.downloads.allSatisfy({ $0.packing == .none }) {
      #expect(set.downloads.flatMap { BraceExpansion.names($0.url) }.count == set.fileCount)
    }
    if set.downloads.allSatisfy({ $0.sha256 != nil }) {
      #expect(set.downloads.reduce(0) { $0 + $1.limit } == set.byteCount)
    }
  }

  @Test func expandsBraces() {
    #expect(BraceExpansion.names("plain.txt") == ["plain.txt"])
    #expect(BraceExpansion.names("{9..11}") == ["9", "10", "11"])
    #expect(BraceExpansion.names("a{1..2}_{x,y}.t") == ["a1_x.t", "a1_y.t", "a2_x.t", "a2_y.t"])
    #expect(BraceExpansion.names("{,b}c") == ["c", "bc"])
    #expect(BraceExpansion.names("open{1") == ["open{1"])
  }

  @Test func knowsTheBestValues() throws {
    let catalogue = Catalogue.standard
    func known(_ set: String, _ instance: String) -> [Int64?]? {
      catalogue.bestKnown(set: set, instance: instance).map { [$0.lowerBound, $0.value] }
    }
    #expect(known("falkenauer_u", "Falkenauer_u1000_01") == [406, 406])
    #expect(known("hard28", "Hard28_BPP900") == [75, 75])
    #expect(known("caprara_toth", "CL_1_25_1") == [6, 6])
    #expect(known("vectorpack_new", "class1_20_3_0") == [11, 11])
    #expect(known("roadef_a", "a1_1") == [44_306_390, 44_306_501])
    #expect(known("falkenauer_u", "CL_1_25_1_") == nil)
    #expect(known("openb_pods", "openb_pod_list_default") == nil)
    #expect(known("no_such_set", "Hard28_BPP900") == nil)
    #expect(catalogue.bestKnown["bpplib"]?.values.count == 5955)
    #expect(catalogue.bestKnown["bpplib"]?.values.values.count { $0.lowerBound == $0.value } == 5631)
    #expect(catalogue.bestKnown["caprara_toth"]?.values.count == 400)
    #expect(catalogue.bestKnown["vectorpack"]?.values.count == 1080)
  }

  @Test(arguments: [
    ("instances,values\na 1\n", "t.csv:2: there is no comma"),
    ("instances,values\n{1..3},1 2\n", "t.csv:2: 3 instances have 2 values"),
    ("instances,values\na,1\nb,x\n", "t.csv:3: the value of b is 'x'"),
    ("instances,values\na,3/2\n", "t.csv:2: the value of a is '3/2'"),
    ("instances,values\na,1\na,1\n", "t.csv:3: a stands twice"),
  ])
  func refusesABrokenTable(text: String, message: String) {
    #expect {
      try BestKnownTable(text, file: "t.csv")
    } throws: {
      "\($0)" == message
    }
  }

  @Test func refusesABrokenCatalogue() {
    func problems(_ text: String) -> [String] {
      do throws(InputError) {
        _ = try Catalogue(json: Array(text.utf8), file: "c.json")
        return []
      } catch {
        return error.problems.map(\.description)
      }
    }
    func entry(_ name: String) -> String {
      """
      {"name": "\(name)", "collection": "c", "title": "", "instances": 1, "files": 1, "bytes": 1, "digest": "", \
      "downloads": [], "mirror": []}
      """
    }
    #expect(problems("{").first?.hasPrefix("c.json: this is no catalogue") == true)
    let found = problems("{\"collections\": {}, \"sets\": [\(entry("a")), \(entry("a")), \(entry("../b"))]}")
    #expect(found.contains("c.json: set a: it stands twice"))
    #expect(found.contains("c.json: set ../b: its name cannot be the name of a folder"))
    #expect(found.contains("c.json: set a: there is no collection 'c'"))
  }

  @Test func findsItsFolder() {
    func folder(_ asked: String?, _ environment: [String: String]) -> String {
      Catalogue.folder(asked, environment: environment)
    }
    let all = ["BAYPLAN_DATASETS": "/b", "XDG_DATA_HOME": "/x", "HOME": "/h"]
    #expect(folder("/a", all) == "/a")
    #expect(folder(nil, all) == "/b")
    #expect(folder(nil, ["XDG_DATA_HOME": "/x", "HOME": "/h"]) == "/x/bayplan/datasets")
    // Relative paths there are invalid, as the specification has it.
    #expect(folder(nil, ["XDG_DATA_HOME": "x", "HOME": "/h"]) == "/h/.local/share/bayplan/datasets")
    #expect(folder(nil, ["BAYPLAN_DATASETS": "", "HOME": "/h"]) == "/h/.local/share/bayplan/datasets")
  }

  #if CommandLine
    /// Every set, from a folder of packed copies, byte for byte what the catalogue says, and of every instance a value.
    @Test(.enabled(if: Shared.folder != nil, "needs BAYPLAN_SHARED"), arguments: Catalogue.standard.sets)
    func isWhatCopiesOfTheSetsAre(_ set: DataSet) throws {
      let home = try TemporaryStore()
      try home.store.fetch(set, from: .mirror(try #require(Shared.folder) + "/datasets"))
      #expect(try home.store.verify(set).holds)
      guard set.bestKnown != nil, set.collection.format != "roadef" else { return }
      let names = try FileManager.default.contentsOfDirectory(atPath: home.store.path(of: set))
      for name in names where name != "SHA256SUMS" {
        let instance = String(name.dropLast(4))
        #expect(Catalogue.standard.bestKnown(set: set.name, instance: instance) != nil, "\(instance)")
      }
    }
  #endif
}

enum Shared {
  static let folder = ProcessInfo.processInfo.environment["BAYPLAN_SHARED"]
}
