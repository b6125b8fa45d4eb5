import BayplanDatasets
import BayplanModel
import Foundation
import Testing

@Suite struct AzureV1Tests {
  static let flavours = "2100000 b,b,|,m,|\n2100300 |\n2100900 b,|\n"
  private static let durations = "2100000 U0,U2,|,C3,|\n2100300 |\n2100900 U3,|\n"
  private static let flavourMap = "1,1.75 b\n8,14 m\n"
  private static let intervalMap = "0 0\n300 1\n600 2\n900 3\n1200 3\n"
  static let texts = [
    TraceText(flavours, file: "f"), TraceText(durations, file: "d"), TraceText(flavourMap, file: "m"),
    TraceText(intervalMap, file: "i"),
  ]

  @Test func readsTheFourFilesInAnyOrder() throws {
    let trace = try TraceFormat.read(Self.texts)
    #expect(
      trace.arrivals == [
        .init(atMillis: 0, lifetimeMillis: 150_000, shape: 0), .init(atMillis: 0, lifetimeMillis: 600_000, shape: 0),
        .init(atMillis: 0, lifetimeMillis: nil, shape: 1),
        .init(atMillis: 900_000, lifetimeMillis: 1_050_000, shape: 0),
      ])
    #expect(trace.shapes.map(\.requests) == [[.cpu: 1000, .memory: 7 << 28], [.cpu: 8000, .memory: 14 << 30]])
    #expect(trace.endMillis == 1_200_000)
    #expect(try TraceFormat.read(Self.texts.reversed()) == trace)
  }

  @Test func nobodyMayArriveAtFirst() throws {
    var texts = Self.texts
    texts[0].text = "2099700 |\n" + texts[0].text
    texts[1].text = "2099700 |\n" + texts[1].text
    #expect(try TraceFormat.read(texts).arrivals == TraceFormat.read(Self.texts).arrivals)
  }

  @Test(arguments: [
    (0, "2100000 b,b,|,m,|\n2100300 |\n", "f:2: the text ends after 2 lines, the other file has 3"),
    (1, "2100000 U0,U2,|,C3,|\n2100300 |\n", "d:2: the text ends after 2 lines, the other file has 3"),
    (0, "2100000 b,b,|,m,|\n2100300 |\n2100900 b,", "f:3: the line does not end with a batch's '|'"),
    (0, "2100000 b,b,|,m,|\n2100300 |\n21009", "f:3: the line does not begin with a time"),
    (0, "2100000 b,b,|,m,|\n2100300 |\n2100900 z,|\n", "f:3: entry 1, 'z', is not a flavour"),
    (0, "2100000 b,|,b,m,|\n2100300 |\n2100900 b,|\n", "d:1: the batches end at other places than in f, from entry 2"),
    (1, "2100000 U0,U2,|,C3,|\n2100300 |\n2100600 U3,|\n", "d:3: the time is 2100600, that of f:3 is 2100900"),
    (1, "2100000 U0,|,C3,|\n2100300 |\n2100900 U3,|\n", "d:1: there are 4 entries, in f:1 5"),
    (1, "2100000 U0,U9,|,C3,|\n2100300 |\n2100900 X3,|\n", "d:1: entry 2, 'U9', is not U or C and a bin"),
    (2, "1,1.75 b\n8 m\n", "m:2: '8 m' is not a flavour"),
    (2, "1,1.75 b\n8,14 m\n2,2 b\n", "m:3: the flavour 'b' stands twice"),
    (3, "0 0\n300 1\n600 2\n600 3\n", "i:4: '600 3' is not an interval"),
    (3, "0 0\nx\n600 2\n1200 3\n", "i:2: 'x' is not an interval"),
    (2, "what is this\n", "m: this is no part of an Azure trace"),
    (2, flavours, "m: this is a second flavours file beside f"),
  ])
  func refusesAtTheRightLine(part: Int, text: String, message: String) {
    var texts = Self.texts
    texts[part].text = text
    #expect { try AzureV1.read(texts) } throws: { "\($0)".contains(message) }
  }

  @Test func refusesTimesOutOfOrder() {
    var texts = Self.texts
    texts[0].text = "2100300 b,|\n2100000 b,|\n"
    texts[1].text = "2100300 U0,|\n2100000 U0,|\n"
    #expect { try AzureV1.read(texts) } throws: {
      "\($0)".contains("f:2: the time 2100000 does not come after 2100300")
    }
  }

  @Test func refusesAPartThatIsMissing() {
    #expect { try TraceFormat.read([Self.texts[0]]) } throws: {
      "\($0)".contains("lacks its file of durations, of flavour map, of interval map")
    }
    #expect { try TraceFormat.csv.read(Self.texts) } throws: { "\($0)".contains("is one file, not 4") }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["BAYPLAN_SHARED"] != nil, "BAYPLAN_SHARED is not set"))
  func readsThePublishedTrace() throws {
    let folder = ProcessInfo.processInfo.environment["BAYPLAN_SHARED"]! + "/datasets/traces/azure_v1_huawei"
    let files = ["v1.test.txt.gz", "v1.test.c2591400.txt.gz", "flav_map.txt", "v1.interval_map.txt"]
    var texts: [TraceText] = []
    for file in files {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "gunzip -cf < \"$1\"", "sh", "\(folder)/\(file)"]
      process.standardOutput = output
      try process.run()
      texts.append(
        TraceText(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self), file: file))
      process.waitUntilExit()
    }
    let trace = try TraceFormat.read(texts)
    #expect(trace.arrivals.count == 410_276)
    #expect(trace.shapes.count == 16)
    #expect(trace.arrivals.count { $0.lifetimeMillis != nil } == 386_965)
    #expect(trace.endMillis == 491_400_000)
    let scaled = Array(ScaledArrivals(trace, permille: 100))
    #expect(abs(scaled.count - 41_028) < 1000)
    #expect(zip(scaled, scaled.dropFirst()).allSatisfy { $0.atMillis <= $1.atMillis })
    #expect(scaled == Array(ScaledArrivals(trace, permille: 100)))
  }
}
