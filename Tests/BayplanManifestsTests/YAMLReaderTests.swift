import BayplanModel
import Testing

@testable import BayplanManifests

#if YAML
  @Suite struct YAMLReaderTests {
    private func read(_ text: String) throws(InputError) -> [DocumentNode] {
      try YAMLReader.documents(text, file: "f.yaml")
    }

    private func problem(_ text: String) -> InputError.Problem? {
      do {
        _ = try read(text)
        return nil
      } catch {
        return error.problems.first
      }
    }

    @Test(arguments: [
      ("~", "null"), ("null", "null"), ("", "null"), ("nUll", "\"nUll\""), ("yes", "true"), ("On", "true"),
      ("off", "false"), ("y", "\"y\""), ("oN", "\"oN\""), ("\"yes\"", "\"yes\""), ("'1'", "\"1\""), ("1", "1"),
      ("-17", "-17"), ("010", "8"), ("-0010", "-8"), ("0o10", "8"),
      ("018", "018"), ("0x1F", "31"), ("0b11", "3"), ("+0", "+0"), ("1_000", "1000"), ("0x", "\"0x\""),
      ("0x-1", "\"0x-1\""),
      ("0m", "\"0m\""), ("00", "0"), ("0", "0"), ("0.5", "0.5"), ("'010'", "\"010\""), ("08:30", "\"08:30\""),
      ("1.5", "1.5"), (".5", ".5"), ("1e3", "1e3"), ("12E-2", "12E-2"), (".inf", ".inf"),
      ("9223372036854775808", "9223372036854775808"), ("22:22", "\"22:22\""), ("500m", "\"500m\""), ("1e", "\"1e\""),
      ("1.2.3", "\"1.2.3\""), ("2024-01-01", "\"2024-01-01\""), ("|-\n  12", "\"12\""), ("!!str 12", "\"12\""),
      ("!!int \"3\"", "3"), ("! '12'", "\"12\""), ("!!null ''", "null"), ("a*b", "\"a*b\""),
    ])
    func scalarTypes(source: String, expected: String) throws {
      #expect(try read("a: \(source)\n").first?["a"]?.compact == expected)
      // The text is another one where aliases are hidden.
      #expect(try read("z: &z [*z0]\na: \(source)\n".replacing("*z0", with: "'*'")).first?["a"]?.compact == expected)
    }

    @Test func placesCountFromOne() throws {
      let document = try #require(try read("x: &x 1\nb:\n  - *x\n  -   y\nc: {d: ü, '*': 1, e: f}\n").first)
      guard case .sequence(let values) = document["b"]?.content else {
        Issue.record("no list")
        return
      }
      #expect((values[0].line, values[1].line, values[1].column) == (1, 4, 7))
      #expect(document["c"]?["e"]?.column == 22)
    }

    @Test func documentsHaveTheirOwnAnchors() throws {
      #expect(try read("---\n---\n# x\n---\n~\n").isEmpty)
      #expect(try read("a: 1\n---\n---\nb: 2\n...\n").map(\.compact) == ["{a: 1}", "{b: 2}"])
      #expect(problem("a: &a 1\n---\nb: *a\n")?.location?.line == 3)
    }

    @Test(arguments: [
      ("<<: *x\n  b: 9", "{b: 9, a: 1}"), ("<<: [*x, *y]\n  z: 0", "{z: 0, a: 1, b: 2, c: 4}"),
      ("<<: [*y, *x]", "{b: 3, c: 4, a: 1}"), ("\"<<\": 1", "{<<: 1}"), ("p: *x", "{p: {a: 1, b: 2}}"),
      ("*k : 1", "{key: 1}"), ("*k: 1\n  other: *k", "{key: 1, other: \"key\"}"),
      ("? *k\n  : [*k]", "{key: [\"key\"]}"),
      ("&n name: *n", "{name: \"name\"}"), ("s: 'a * b'\n  d: \"*x\"", "{s: \"a * b\", d: \"*x\"}"),
      ("s: |\n    *x\n  e: # *x\n    1", "{s: \"*x\\n\", e: 1}"), ("s: *x # *y", "{s: {a: 1, b: 2}}"),
      ("e: &e\n  f: *e", "{e: null, f: null}"), ("n: &n [&m 1, *m]\n  o: *n", "{n: [1, 1], o: [1, 1]}"),
    ])
    func aliases(body: String, expected: String) throws {
      let text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nk: &k key\nt:\n  \(body)\n"
      #expect(try read(text).first?["t"]?.compact == expected)
    }

    @Test(arguments: [
      ("a: 1\nb: 2\na: 3\n", "duplicate", 3), ("x:\n  - k: 1\n    \"k\": 2\n", "duplicate", 3),
      ("1: a\n\"1\": b\n", "duplicate", 2), ("a: &a b\nx:\n  *a : 1\n  b: 2\n", "duplicate", 3),
      ("a: [1, 2\nb: 3\n", "syntax", 2), ("a: b: c\n", "syntax", 1), ("a:\n\tb: 1\n", "syntax", 2),
      ("a: *nowhere\n", "syntax", 1), ("b: &b 1\na: *nowhere\n", "syntax", 2),
      ("b: &b 1\ns: */5 * * * *\n", "syntax", 2),
      ("b: &b 1\ns: &c *b\n", "syntax", 2), ("b: &b 1\ns: !t *b\n", "syntax", 2), ("b: &b [*b]\n", "syntax", 1),
      ("b: &b [1]\n? *b\n: 1\n", "syntax", 2), ("a: 1\nb: x\u{0}y\n", "syntax", 2), ("a: 1\n\nb: \u{7}\n", "syntax", 3),
      ("a: 1\nr: {{ .Values.replicas }}\n", "syntax", 2), ("? [a, b]\n: 1\n", "syntax", 1),
      ("a:\n  <<: 5\n", "syntax", 2),
    ])
    func problemsNameTheirPlace(text: String, code: String, line: Int) throws {
      let problem = try #require(self.problem(text))
      #expect(problem.code.rawValue == code)
      #expect(problem.location?.line == line, "\(problem)")
    }

    private func chain(_ count: Int, _ link: (Int) -> String) -> String {
      "l0: &l0 {x: y}\n" + (1...count).map { "l\($0): &l\($0) \(link($0 - 1))\n" }.joined()
    }

    private func bomb(_ end: String) -> String {
      chain(30) { "[\(Array(repeating: "*l\($0)", count: 9).joined(separator: ","))]" } + end
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["", "? *l30\n: 1\n", "*l30 : 1\n", "{*l30 : 1}: 2\n", "? [*l30]\n"])
    func bombsEndInALimit(end: String) {
      let found = problem(bomb(end))
      #expect(found?.code == .limit)
      #expect(found?.location?.line != nil)
    }

    @Test(.timeLimit(.minutes(1))) func longChainsOfAliases() throws {
      #expect(problem(chain(20_000) { "[*l\($0)]" })?.location?.line == 499)
      #expect(problem(chain(20_000) { "{a: 1, b: {<<: *l\($0)}}" })?.code == .limit)
      #expect(problem(chain(20_000) { "\n  k\($0): 1\n  <<: *l\($0)" })?.code == .limit)
      #expect(try read(chain(20_000) { _ in "\n  <<: *l0\n  m: {x: [*l0, *l0]}" }).first?["l20000"]?["x"]?.text == "y")
      let same = "a: &a 1\n" + (0..<20_000).map { "k\($0): &a *a\n".replacing("&a *a", with: "[&a 1, *a]") }.joined()
      #expect(try read(same).count == 1)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["? ", "? - ", "{? ", "? a: 1\n", "[? "])
    func keysWithinKeys(opening: String) {
      let text = (0..<900).map { level in
        (opening.hasSuffix("\n") ? String(repeating: " ", count: level) : "") + opening
      }.joined()
      let found = problem("a: 1\n---\n" + text + "[" + String(repeating: "x,", count: 100_000) + "x]\n")
      #expect(found?.code == .limit)
      #expect((found?.location?.line ?? 0) >= 3)
    }

    @Test func whatOnlyLooksLikeKeys() throws {
      let code = "a: |\n" + String(repeating: "  x\n    ? [ ? ]\n    : {, ?, ? }\n", count: 20)
      #expect(try read(code).count == 1)
      #expect(try read("? a\n: 1\n? b\n: ? c\n  : 2\n").first?.compact == "{a: 1, b: {c: 2}}")
    }

    @Test(.timeLimit(.minutes(1))) func deepNestingIsRefusedWithItsLine() {
      for depth in [400, 499] {
        #expect(problem(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)) == nil)
      }
      for depth in [600, 999, 5000, 200_000] {
        for opening in ["[", "{b: ", "- ", "? "] {
          let found = problem("a:\n  " + String(repeating: opening, count: depth) + "x")
          #expect(found?.location?.line != nil, "\(opening) \(depth)")
        }
      }
      let stairs = (0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      #expect(problem(stairs)?.code == .limit)
      #expect((problem(stairs)?.location?.line ?? 0) >= 500)
    }
  }
#endif

extension DocumentNode {
  /// In one line, with strings in quotes.
  var compact: String {
    switch content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .string(let text): text.debugDescription
    case .sequence(let items): "[" + items.map(\.compact).joined(separator: ", ") + "]"
    case .mapping(let pairs): "{" + pairs.map { "\($0.key): \($0.value.compact)" }.joined(separator: ", ") + "}"
    }
  }
}
