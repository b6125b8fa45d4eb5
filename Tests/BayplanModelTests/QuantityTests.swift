import BayplanModel
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    ("0", 0, 0), ("1", 1, 1000), ("100m", 1, 100), ("0.1m", 1, 1), ("1.5", 2, 1500), (".5", 1, 500), ("2.", 2, 2000),
    ("1k", 1000, 1_000_000), ("1Ki", 1024, 1_024_000), ("1.5Gi", 1_610_612_736, 1_610_612_736_000),
    ("1e3", 1000, 1_000_000), ("12E-2", 1, 120), ("1E3", 1000, 1_000_000), ("-1", -1, -1000), ("+3", 3, 3000),
    ("100n", 1, 1), ("1n", 1, 1), ("0.0000000001", 1, 1), ("1E", 1_000_000_000_000_000_000, Int64.max),
    ("8Ei", Int64.max, Int64.max), ("1000000000000000000000000000000000000000", Int64.max, Int64.max),
    ("1e-400", 1, 1), ("0e400", 0, 0), ("-0.5", 0, -500),
  ])
  func parses(text: String, value: Int64, milli: Int64) throws {
    let quantity = try Quantity(text)
    #expect(quantity.value == value)
    #expect(quantity.milliValue == milli)
  }

  @Test(arguments: [
    "", " ", "K", "1K", "1mi", "1KB", "1e", "1E+", "1 Gi", " 1", "1 ", "--1", "1.2.3", "0x10", "1Gib", "Gi", "m",
    "1e1.5",
    "NaN", "inf", "1_000", "١",
  ])
  func refuses(text: String) {
    #expect(throws: Quantity.ParseError.self) { try Quantity(text) }
  }

  @Test func namesALikelyFix() {
    do {
      _ = try Quantity("1K")
      Issue.record("1K is no quantity")
    } catch {
      #expect(error.fix == "Maybe 'k' (1000) or 'Ki' (1024).")
    }
  }

  @Test(arguments: [
    ("1500m", "1500m"), ("1.5", "1500m"), ("1024Mi", "1Gi"), ("1536Mi", "1536Mi"), ("1000", "1k"), ("0.5Gi", "512Mi"),
    ("1e3", "1e3"), ("100n", "100n"), ("0", "0"), ("-2Ki", "-2Ki"),
  ])
  func writesCanonically(text: String, canonical: String) throws {
    #expect(try Quantity(text).description == canonical)
  }

  @Test func writtenAmountsReadBack() throws {
    var random: UInt64 = 7
    for _ in 0..<2000 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let amount = Int64(random >> 20)
      #expect(try Quantity(Quantity.text(milli: amount)).milliValue == amount)
      #expect(try Quantity(Quantity.text(bytes: amount)).value == amount)
    }
  }
}
