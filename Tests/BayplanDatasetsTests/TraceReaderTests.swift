import BayplanDatasets
import BayplanModel
import Foundation
import Testing

@Suite struct TraceReaderTests {
  private func read(_ text: String) throws(InputError) -> Trace {
    try TraceFormat.read([TraceText(text, file: "t")])
  }

  static let csv = """
    at,lifetime,cpu,memory,devices,device_milli,name,priority
    0,90s,500m,2Gi,,,a,
    1.5,,2,1Gi,1,250,b,10
    1m,1h30m,500m,2Gi,0,,"c,d",

    """
  static let json = """
    {"at": 0, "lifetime": "90s", "cpu": "500m", "memory": "2Gi", "name": "a"}

    {"at": 1.5, "lifetime": null, "cpu": 2, "memory": "1Gi", "devices": 1, "device_milli": 250, "name": "b", "priority": 10}
    {"at": "1m", "lifetime": "1h30m", "cpu": "500m", "memory": "2Gi", "devices": 0, "name": "c\\u002c\\u0064"}

    """
  static let swf = """
    ; Version: 2.2
    ;  MaxJobs: 4
      1  100  5  60  4  -1  512  8  100  1024  1  1 1 1 1 1 -1 -1
      2  160  0  0  2  -1  100  -1  100  -1  1  1 1 1 1 1 -1 -1
      3  170  0  0  2  -1  100  -1  100  -1  5  1 1 1 1 1 -1 -1
      4  180  0  -1  -1  -1  -1  4  100  -1  0  1 1 1 1 1 -1 -1
      5  200  0  7  1  3.5  -1  -1  100  -1  1  1 1 1 1 1 -1 -1

    """
  static let openb = """
    name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
    p0,12000,16384,1,1000,,LS,Succeeded,5,100,10
    p1,6000,12288,1,460,P100|T4,LS,Running,20,900,20
    p2,1000,1024,0,0,,BE,Pending,30,40,
    p3,1000,1024,0,0,,BE,Running,35,,35

    """

  @Test func tablesAndLinesSayTheSame() throws {
    let trace = try read(Self.csv)
    #expect(trace.names == ["a", "b", "c,d"])
    #expect(
      trace.arrivals == [
        .init(atMillis: 0, lifetimeMillis: 90_000, shape: 0), .init(atMillis: 1500, lifetimeMillis: nil, shape: 1),
        .init(atMillis: 60_000, lifetimeMillis: 5_400_000, shape: 0),
      ])
    #expect(trace.shapes.count == 2)
    #expect(trace.shapes[0].requests == [.cpu: 500, .memory: 2 << 30])
    #expect(trace.shapes[1].devices == DeviceRequest(kind: OpenB.gpu, count: 1, milliPerDevice: 250))
    #expect(trace.shapes[1].priority == 10)
    #expect(trace.endMillis == 5_460_000)
    #expect(try read(Self.json) == trace)
    #expect(try read(Self.csv.replacing("\n", with: "\r\n")) == trace)
    #expect(trace.pod(of: 1).id.name == "b")
  }

  @Test func namesAreOptional() throws {
    let trace = try read("at,lifetime,cpu,memory\n0,1,1,1\n")
    #expect(trace.names.isEmpty)
    #expect(trace.name(of: 0) == "pod-0")
    #expect(try JSONDecoder().decode(Trace.self, from: JSONEncoder().encode(trace)) == trace)
  }

  @Test func standardWorkload() throws {
    let trace = try read(Self.swf)
    #expect(trace.names == ["job-1", "job-2", "job-5"])
    #expect(trace.arrivals.map(\.atMillis) == [0, 60_000, 100_000])
    #expect(trace.arrivals.map(\.lifetimeMillis) == [60_000, 1000, 7000])
    #expect(trace.shapes[0].requests == [.cpu: 8000, .memory: 8 << 20])
    #expect(trace.shapes[1].requests == [.cpu: 2000, .memory: 200 << 10])
    #expect(trace.shapes[2].requests == [.cpu: 1000])
    #expect(trace.notices.map(\.count) == [2, 1])
    #expect(trace.notices[0].example == "t:5")
  }

  @Test func openBWithTimes() throws {
    let trace = try read(Self.openb)
    #expect(trace.arrivals.map(\.atMillis) == [0, 15_000, 25_000, 30_000])
    #expect(trace.arrivals.map(\.lifetimeMillis) == [90_000, nil, 10_000, nil])
    #expect(trace.shapes[Int(trace.arrivals[1].shape)].devices?.models == ["P100", "T4"])
    #expect(trace.arrivals[2].shape == trace.arrivals[3].shape)
    #expect(trace.endMillis == 895_000)
    #expect(trace.notices.map(\.count) == [1, 2])
  }

  /// Some of the published lists are out of order.
  @Test func openBIsSorted() throws {
    let rows = Self.openb.split(separator: "\n")
    let trace = try read(([rows[0]] + rows[2...] + [rows[1]]).joined(separator: "\n"))
    let sorted = try read(Self.openb)
    #expect(trace.names == ["p0", "p1", "p2", "p3"])
    #expect(trace.arrivals.map(\.lifetimeMillis) == sorted.arrivals.map(\.lifetimeMillis))
    #expect(trace.notices.contains { $0.message.contains("sorted") })
  }

  @Test(arguments: [
    ("", "t: there is nothing in it"), ("hello\n", "t:1: this is no format of traces that is known"),
    ("at,lifetime,cpu,memory\n", "t: nothing arrives in it"), ("; nothing\n", "t: nothing arrives in it"),
    ("at,cpu,memory\n0,1,1\n", "t:1: the header lacks the column 'lifetime'"),
    ("at,lifetime,cpu,memory,colour\n0,1,1,1,red\n", "t:1: 'colour' is no column of a trace"),
    ("at,lifetime,cpu,memory,at\n0,1,1,1,2\n", "t:1: 'at' stands twice"),
    ("at,lifetime,cpu,memory\n0,1,1,1\n1,1,1\n", "t:3: the row has 3 fields, the header 4"),
    ("at,lifetime,cpu,memory\n5,1,1,1\n4,1,1,1\n", "t:3: this arrival is before that of the line above"),
    ("at,lifetime,cpu,memory\n-5,1,1,1\n", "t:2: at is '-5', which is negative"),
    ("at,lifetime,cpu,memory\n5,-1s,1,1\n", "t:2: lifetime is '-1s', which is negative"),
    ("at,lifetime,cpu,memory\n5,3x,1,1\n", "t:2: lifetime is '3x', not a duration"),
    ("at,lifetime,cpu,memory\n,3,1,1\n", "t:2: at is '', not a duration"),
    ("at,lifetime,cpu,memory\n5,3,-1,1\n", "t:2: cpu is '-1', which is negative"),
    ("at,lifetime,cpu,memory\n5,3,1,2GB\n", "t:2: memory: '2GB' is not a quantity\n  Maybe 'G'"),
    ("at,lifetime,cpu,memory,devices\n5,3,1,1,65\n", "t:2: devices is '65', not a whole number from 0 to 64"),
    ("at,lifetime,cpu,memory,devices,device_milli\n5,3,1,1,2,500\n", "t:2: 2 devices of 500 thousandths each"),
    ("{\"at\": 1, \"cpu\": 1}\n", "t:1: the object lacks memory"),
    ("{\"at\": 1, \"cpu\": 1, \"memory\": 1\n", "t:1: the line ends where '}' should stand"),
    ("{\"at\": 1, \"cpu\": 1, \"memory\": 1}\n{\"at\": {}}", "t:2: a text, a number, null or a list of texts"),
    ("{\"at\": 1, \"cpu\": 1, \"memory\": 1, \"x\": 1}", "t:1: 'x' is no column of a trace"),
    ("; c\n1 2 3\n", "t:2: the job has 3 fields, not 18"),
    ("; c\n1 -2 0 60 4 -1 512 8 100 1024 1 1 1 1 1 1 -1 -1\n", "t:2: the submit time, field 2, is -2"),
    ("; c\n1 x 0 60 4 -1 512 8 100 1024 1 1 1 1 1 1 -1 -1\n", "t:2: field 2 is 'x', not a number or -1"),
  ])
  func refusesAtTheRightLine(text: String, message: String) {
    #expect { try read(text) } throws: { error in
      "\(error)".split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n").contains(message)
    }
  }

  @Test func refusesJobsAndPodsOutOfOrder() {
    let job = "0 60 4 -1 512 8 100 1024 1 1 1 1 1 1 -1 -1"
    #expect { try read("1 9 \(job)\n2 8 \(job)\n") } throws: { "\($0)".hasPrefix("t:2: this arrival is before") }
    let late = Self.openb.replacing("5,100,10", with: "5,100,200")
    #expect { try read(late) } throws: { "\($0)".hasPrefix("t:2: deletion_time 100 is before") }
    let timeless = "name,cpu_milli,memory_mib,num_gpu,gpu_milli\nx,1,1,0,0\n"
    #expect { try read(timeless) } throws: { "\($0)".contains("t:1: the header lacks the column 'creation_time'") }
  }

  /// All problems at once.
  @Test func problemsAreCollected() {
    do throws(InputError) {
      _ = try read("at,lifetime,cpu,memory\n0,x,1,1\n0,1,y,1\n0,1,1,z\n")
      Issue.record("was read")
    } catch {
      #expect(error.problems.map { $0.location?.line } == [2, 3, 4])
    }
  }

  @Test(arguments: [
    ("0", 0), ("12.5", 12_500), ("0.0019", 1), ("250ms", 250), ("90s", 90_000), ("5m", 300_000), ("2h", 7_200_000),
    ("1d", 86_400_000), ("1h30m", 5_400_000), ("1.5h", 5_400_000),
  ])
  func durations(text: String, millis: Int64) throws {
    #expect(try read("at,lifetime,cpu,memory\n\(text),,1,1\n").arrivals[0].atMillis == millis)
  }

  @Test(arguments: ["1h30", "h", "1 s", "1.s2", "+1", "1e3", ".5", "99999999999999999999", "999999999999999999d", "1H"])
  func noDurations(text: String) {
    #expect(throws: InputError.self) { try read("at,lifetime,cpu,memory\n\(text),,1,1\n") }
  }

  /// Cut and changed texts are read or refused with a reason; arrivals that are read make sense.
  @Test func survivesMutations() {
    let seeds = [Self.csv, Self.json, Self.swf, Self.openb, AzureV1Tests.flavours]
    var state: UInt64 = 11
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let letters = Array("0123456789-.,:;\"{}[]\\u|msh \n\r\0é".utf8)
    var read = 0
    for round in 0..<5000 {
      var bytes = Array(seeds[round % seeds.count].utf8)
      for _ in 0...next(3) {
        let place = next(bytes.count)
        switch next(4) {
        case 0: bytes[place] = letters[next(letters.count)]
        case 1: bytes.insert(letters[next(letters.count)], at: place)
        case 2: if bytes.count > 20 { bytes.removeLast(next(bytes.count - 10)) }
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      let text = TraceText(String(decoding: bytes, as: UTF8.self), file: "t")
      let texts = round % 5 == 4 ? [text] + AzureV1Tests.texts.dropFirst() : [text]
      do throws(InputError) {
        let trace = try TraceFormat.read(texts)
        read += 1
        #expect(trace.arrivals.allSatisfy { $0.atMillis >= 0 && $0.lifetimeMillis ?? 0 >= 0 })
        #expect(trace.arrivals.allSatisfy { trace.shapes.indices.contains(Int($0.shape)) })
        #expect(zip(trace.arrivals, trace.arrivals.dropFirst()).allSatisfy { $0.atMillis <= $1.atMillis })
        #expect(trace.names.isEmpty || trace.names.count == trace.arrivals.count)
      } catch {
        #expect(!error.problems.isEmpty)
      }
    }
    #expect(read > 300)
  }
}
