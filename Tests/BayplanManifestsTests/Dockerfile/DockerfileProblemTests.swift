import BayplanModel
import Testing

@testable import BayplanManifests

@Suite struct DockerfileProblemTests {
  /// Text, and the line and object of each problem.
  static let cases: [(String, [String])] = [
    ("", ["Dockerfile"]),
    ("# only a comment\n", ["Dockerfile"]),
    ("ARG A=1\n", ["Dockerfile:1: FROM"]),
    ("RUN x\nFROM a", ["Dockerfile:1: RUN"]),
    ("FROM a\nRUM x", ["Dockerfile:2: RUM"]),
    ("FROM a\n\nRUN", ["Dockerfile:3: RUN"]),
    ("FROM", ["Dockerfile:1: FROM"]),
    ("FROM a b c d", ["Dockerfile:1: FROM"]),
    ("FROM a AS 1x", ["Dockerfile:1: FROM"]),
    ("ARG B\nFROM $B", ["Dockerfile:2: FROM"]),
    ("FROM ${B", ["Dockerfile:1: FROM"]),
    ("FROM a\nRUN <<EOF\nx\n", ["Dockerfile:2: RUN"]),
    ("FROM a\nCOPY x", ["Dockerfile:2: COPY"]),
    ("FROM a AS b\nCOPY --from=0 x y\nCOPY --from=b x y", ["Dockerfile:2: COPY", "Dockerfile:3: COPY"]),
    ("FROM a\nENV A", ["Dockerfile:2: ENV"]),
    ("FROM a\nENV A=1 B", ["Dockerfile:2: ENV"]),
    ("FROM a\nENV =1", ["Dockerfile:2: ENV"]),
    ("FROM a\nLABEL a=\"x", ["Dockerfile:2: LABEL"]),
    ("FROM a\nLABEL a='x", ["Dockerfile:2: LABEL"]),
    (
      "FROM a\nEXPOSE 70000\nEXPOSE 90-80\nEXPOSE 80/icmp",
      ["Dockerfile:2: EXPOSE", "Dockerfile:3: EXPOSE", "Dockerfile:4: EXPOSE"]
    ),
    ("FROM a\nHEALTHCHECK curl x", ["Dockerfile:2: HEALTHCHECK"]),
    ("FROM a\nHEALTHCHECK CMD", ["Dockerfile:2: HEALTHCHECK"]),
    ("FROM a\nHEALTHCHECK --interval=5x CMD a", ["Dockerfile:2: HEALTHCHECK"]),
    ("FROM a\nHEALTHCHECK --retries=-1 CMD a", ["Dockerfile:2: HEALTHCHECK"]),
    ("FROM a\nHEALTHCHECK NONE a", ["Dockerfile:2: HEALTHCHECK"]),
    ("FROM a\nONBUILD ONBUILD RUN x", ["Dockerfile:2: ONBUILD"]),
    ("FROM a\nONBUILD FROM x\nONBUILD MAINTAINER x", ["Dockerfile:2: ONBUILD", "Dockerfile:3: ONBUILD"]),
    ("FROM a\nONBUILD COPY x", ["Dockerfile:2: COPY"]),
    ("FROM a\nSHELL bash", ["Dockerfile:2: SHELL"]),
    ("FROM a\nCMD [1, 2]", ["Dockerfile:2: CMD"]),
    ("FROM a\nUSER a b", ["Dockerfile:2: USER"]),
    ("# escape=x\nFROM a", ["Dockerfile:1: #"]),
    ("# syntax=a\n# syntax=b\nFROM a", ["Dockerfile:2: #"]),
    ("FROM a\nLABEL x=${Y!z}", ["Dockerfile:2: LABEL"]),
    ("FROM a\nLABEL x=${Y:?missing}", ["Dockerfile:2: LABEL"]),
    ("FROM a\nSTOPSIGNAL A B", ["Dockerfile:2: STOPSIGNAL"]),
    ("FROM a\n\0", ["Dockerfile"]),
  ]

  @Test(arguments: cases)
  func isRefusedAtItsLine(_ text: String, _ places: [String]) throws {
    let error = #expect(throws: InputError.self) { try DockerfileReader().read(text, file: "Dockerfile") }
    let found = (error?.problems ?? []).map { problem in
      [problem.location?.description, problem.object].compactMap { $0 }.joined(separator: ": ")
    }
    #expect(found == places)
  }

  @Test func namesTheStagesWhenTheTargetIsUnknown() throws {
    let error = #expect(throws: InputError.self) {
      try DockerfileReader(options: .init(target: "c")).read("FROM a AS b", file: "Dockerfile")
    }
    #expect(error?.problems.first?.fix == "The stages are b.")
  }

  @Test func resourceHintsMustBeQuantities() throws {
    let image = try DockerfileReader().read("FROM a\nLABEL bayplan.cpu=lots bayplan.memory=1Q", file: "Dockerfile")
    var notices: [Notice] = []
    let error = #expect(throws: InputError.self) { try image.pod(named: "x", notices: &notices) }
    #expect(error?.problems.count == 2)
  }

  @Test func mutilatedFilesNeverCrash() {
    var random = ManifestFuzzRandom(seed: 7)
    let alphabet = Array(
      "FROM a AS b\nRUN <<EOF\nENV X=${Y:-'z'}\"\\`#$/[]{}%&\t\r\u{0}é🙂COPY --from=0 ARG EXPOSE 80 ONBUILD")
    let seeds = DockerfileProblemTests.cases.map(\.0) + ["# escape=`\nFROM a AS b\nRUN <<E\nx\nE\nENV A=1 B=\"2\"\n"]
    for _ in 0..<3000 {
      var text = Array(seeds[Int(random.next() % UInt64(seeds.count))])
      for _ in 0..<Int(random.next() % 8 + 1) {
        let character = alphabet[Int(random.next() % UInt64(alphabet.count))]
        let position = Int(random.next() % UInt64(text.count + 1))
        if random.next() % 3 == 0, position < text.count {
          text.remove(at: position)
        } else {
          text.insert(character, at: position)
        }
      }
      _ = try? DockerfileReader().read(String(text), file: "Dockerfile")
    }
  }
}

/// The generator of Steele, Lea and Flood: small, seeded, the same everywhere.
struct ManifestFuzzRandom: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
