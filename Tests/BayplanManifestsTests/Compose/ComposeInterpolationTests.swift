import BayplanModel
import Testing

@testable import BayplanManifests

@Suite struct ComposeInterpolationTests {
  @Test(arguments: [
    ("$V", "v"), ("${V}", "v"), ("a${V}b$V", "avbv"), ("$$V", "$V"), ("$${V}", "${V}"), ("${U}", ""), ("${U:-d}", "d"),
    ("${E:-d}", "d"), ("${E-d}", ""), ("${U-d}", "d"), ("${V:+r}", "r"), ("${E:+r}", ""), ("${E+r}", "r"),
    ("${U+r}", ""), ("${U:-${E:-${V}}}", "v"), ("${V:?no}", "v"), ("${E?no}", ""), ("${U:-a$$b}", "a$b"),
    ("${U:-http://x:${P}/}", "http://x:80/"), ("$2a$14$.", "$2a$14$."), ("${V:+${P}}z", "80z"),
    ("${E:+${U:?never}}", ""),
    ("${V:-${U:?never}}", "v"), ("cost $", "cost $"), ("${v}", ""),
  ])
  func substitutes(_ text: String, _ value: String) throws {
    let environment = ["V": "v", "E": "", "P": "80"]
    #expect(try ComposeInterpolation(environment: environment).substitute(text).text == value)
  }

  @Test(arguments: ["${", "${V", "${V:", "${V:-a", "${}", "${V:x}", "${V/a}", "${U:?must be set}", "${U?}", "${1}"])
  func refuses(_ text: String) {
    #expect(throws: ComposeInterpolation.Failure.self) {
      try ComposeInterpolation(environment: ["V": "v"]).substitute(text)
    }
  }

  @Test func unsetVariablesAreToldOnce() throws {
    let project = try composeProject(
      """
      services:
        web:
          image: "b:${TAG}"
          hostname: "${TAG}"
          command: "${X:-d} ${Y}"
          labels: {"$KEY": 1}
      """)
    let unset = project.notices.filter { $0.message.contains("is not set") }
    #expect(unset.map(\.example) == ["compose.yaml:3:12", "compose.yaml:5:14"])
    #expect(project.services.first?.image == "b:")
  }

  @Test func whatUnsetVariablesLeaveUnusableIsIgnored() throws {
    let service = try composeService("ports: [\"${P}:${P}\", \"81:81\"]\nscale: ${N}\nmem_limit: ${M}")
    #expect(service.spec.hostPorts == [HostPort(port: 81)])
    #expect(service.replicas == 1)
  }

  @Test func environmentsHaveAnOrder() throws {
    let files = [
      "compose.yaml": "services: {web: {image: \"${A}-${B}-${C}\"}}", ".env": "A=dot\nB=dot\nC=dot",
      "one.env": "A=one\nB=one", "two.env": "B=two",
    ]
    func image(_ options: ComposeReader.Options) throws -> String? {
      try composeProject(files, options).services.first?.image
    }
    #expect(try image(.init()) == "dot-dot-dot")
    #expect(try image(.init(environment: ["A": "shell"])) == "shell-dot-dot")
    #expect(try image(.init(envFiles: ["one.env", "two.env"], environment: ["C": "c"])) == "one-two-c")
  }

  @Test func dotEnvFilesAreRead() throws {
    let text = """
      # comment
      A=1
      export B = two words # comment
      C='$A # literal'
      D="line\\nbreak ${A:-x} \\$A"
      E=
      F: colon
      G="first
      second"
      H=a#b
      HOME
      MISSING
      I=${A}${B}
      """
    let values = try DotEnv.parse(text, file: ".env", environment: ["HOME": "/root", "B": "shell"])
    #expect(
      values == [
        "A": "1", "B": "two words", "C": "$A # literal", "D": "line\nbreak 1 $A", "E": "", "F": "colon",
        "G": "first\nsecond", "H": "a#b", "HOME": "/root", "I": "1shell",
      ])
  }

  @Test func badDotEnvLinesAreRefusedWhereTheyStand() {
    let error = #expect(throws: InputError.self) {
      try DotEnv.parse("A=1\n=x\nB b\nC=\"open\nD=${X", file: ".env", environment: [:])
    }
    #expect(error?.problems.map(\.location?.line) == [2, 3, 4, 5])
  }

  @Test func growingVariablesAreStopped() {
    let text = "A=0123456789\n" + (0..<60).map { _ in "A=$A$A" }.joined(separator: "\n")
    let error = #expect(throws: InputError.self) { try DotEnv.parse(text, file: ".env", environment: [:]) }
    #expect(error?.problems.isEmpty == false)
  }
}
