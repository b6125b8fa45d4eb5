import BayplanDatasets
import BayplanModel
import Testing

@Suite struct PackingFormatTests {
  private func read(_ text: String, _ format: PackingFormat = .bpp) throws(InputError) -> PackingProblem {
    try format.read(text, file: "x.txt", name: "x")
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func readsListsWithAnyLineEnd(end: String) throws {
    let plain = try read(["3", "100", "50", "30", "50", ""].joined(separator: end))
    #expect(plain.binTypes == [.init(capacity: [100])])
    #expect(plain.rows == [50, 30, 50].map { .init(weights: [$0]) })
    let stock = try read(["2", "100", "50 3", "30\t4"].joined(separator: end))
    #expect(stock.rows == [.init(demand: 3, weights: [50]), .init(demand: 4, weights: [30])])
  }

  @Test func readsVectors() throws {
    let problem = try read("2\n10 20\n2\n3 4 5\n6 7 1\n", .vbp)
    #expect(problem.dimensions == 2)
    #expect(problem.binTypes == [.init(capacity: [10, 20])])
    #expect(problem.rows == [.init(demand: 5, weights: [3, 4]), .init(demand: 1, weights: [6, 7])])
  }

  @Test func readsMultipleChoice() throws {
    let problem = try read("1 2\n10 7 -1\n20 12 3\n2\n2 4\n5\n6\n1 1\n9\n", .mvp)
    #expect(problem.binTypes == [.init(capacity: [10], cost: 7), .init(capacity: [20], cost: 12, copies: 3)])
    #expect(problem.rows == [.init(demand: 4, incarnations: [[5], [6]]), .init(demand: 1, weights: [9])])
  }

  @Test func writesWhatItReads() throws {
    let problem = try read("2 2\n10 7 4 -1\n20 12 1 3\n3\n2 4\n5 1\n6 0\n1 1\n9 9\n0 2\n", .mvp)
    #expect(try read(PackingFormat.mvp(problem), .mvp) == problem)
    let generated = PackingGenerator.variableSized(items: 30, types: 4, dimensions: 3, seed: 5)
    var copy = try read(PackingFormat.mvp(generated), .mvp)
    copy.name = generated.name
    #expect(copy == generated)
  }

  @Test(arguments: [
    ("", "x.txt: there is nothing in it"), ("3\n100\n50\n", "x.txt:3: the text ends before the weight of item 2 of 3"),
    ("1\n100\nfifty\n", "x.txt:3: the weight of item 1 of 1 is not an integer: 'fifty'"),
    ("1\n100\n-5\n", "x.txt:3: the weight of item 1 of 1 is not within 0 and 1099511627776: '-5'"),
    ("1\n0\n5\n", "x.txt:2: the bin capacity is not within"),
    ("1\n100\n50\n60\n", "x.txt:4: more follows where the instance should end: '60'"),
    ("99999999999999999999\n1\n", "x.txt:1: the number of items is not an integer"),
    ("1\n100\n50 3 7\n", "x.txt:3: more follows"),
  ])
  func refusesAtTheRightLine(text: String, message: String) {
    #expect { try read(text) } throws: { "\($0)".hasPrefix(message) }
  }

  @Test func survivesMutations() {
    let seeds: [(String, PackingFormat)] = [
      ("3\n100\n50\n30\n50\n", .bpp), ("2\n100\n50 3\n30 4\n", .bpp), ("2\n10 20\n2\n3 4 5\n6 7 1\n", .vbp),
      ("1 2\n10 7 -1\n20 12 3\n2\n2 4\n5\n6\n1 1\n9\n", .mvp),
    ]
    var state: UInt64 = 7
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var read = 0
    for round in 0..<4000 {
      let (seed, format) = seeds[round % seeds.count]
      var bytes = Array(seed.utf8)
      for _ in 0...next(3) {
        let position = next(bytes.count)
        switch next(3) {
        case 0: bytes[position] = Array("0123456789 -\nx\u{0}".utf8)[next(15)]
        case 1: bytes.insert(Array("0123456789 -\n".utf8)[next(13)], at: position)
        default: if bytes.count > 1 { bytes.remove(at: position) }
        }
      }
      do throws(InputError) {
        let problem = try format.read(String(decoding: bytes, as: UTF8.self), file: "x", name: "x")
        read += 1
        #expect(problem.binTypes.allSatisfy { $0.capacity.count == problem.dimensions })
        #expect(problem.rows.allSatisfy { $0.incarnations.allSatisfy { $0.count == problem.dimensions } })
      } catch {
        #expect(!error.problems.isEmpty)
      }
    }
    #expect(read > 500)
  }
}
