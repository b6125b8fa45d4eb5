import BayplanDatasets
import BayplanModel
import Foundation
import Testing

@Suite struct OpenBTests {
  private static let nodes = """
    sn,cpu_milli,memory_mib,gpu,model
    node-a,64000,262144,2,P100
    node-b,96000,393216,0,

    """
  private static let pods = """
    name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
    pod-0,12000,16384,1,1000,,LS,Running,0,12537496,0
    pod-1,6000,12288,1,460,P100|T4,LS,Running,427061,12902960,427061
    pod-2,1000,1024,0,0,,BE,Pending,5,,

    """

  @Test func readsNodesAndPods() throws {
    var cluster = Cluster()
    try OpenB.read(Self.nodes, file: "nodes.csv", into: &cluster)
    try OpenB.read(Self.pods.replacing("\n", with: "\r\n"), file: "pods.csv", into: &cluster)
    #expect(cluster.nodes.map(\.name) == ["node-a", "node-b"])
    #expect(cluster.nodes[0].devices == [DeviceGroup(kind: OpenB.gpu, model: "P100", count: 2)])
    #expect(cluster.nodes[1].devices.isEmpty)
    #expect(cluster.nodes[0].allocatable == [.cpu: 64000, .memory: 262144 << 20, .pods: 1001])
    #expect(cluster.pods.count == 3)
    #expect(cluster.pods[1].spec.devices?.models == ["P100", "T4"])
    #expect(cluster.pods[1].spec.devices?.totalMilli == 460)
    #expect(cluster.pods[2].spec.devices == nil)
    #expect(cluster.notices.contains { $0.kind == .notHonoured && $0.count == 3 })
  }

  @Test(arguments: [
    ("name,cpu_milli,memory_mib,num_gpu,gpu_milli\nx,1,1,2,500\n", 2, "only a single GPU can be shared"),
    ("name,cpu_milli,memory_mib,num_gpu,gpu_milli\nx,1,1,1,1000\ny,-1,1,0,0\n", 3, "cpu_milli is '-1'"),
    ("name,cpu_milli,memory_mib,num_gpu,gpu_milli\nx,1,1,0,0\nx,1,1,0,0\n", 3, "stands twice"),
    ("name,cpu_milli,memory_mib,num_gpu,gpu_milli\nx,1,1\n", 2, "3 fields"),
    ("name,cpu_milli,memory_mib,num_gpu,gpu_milli\nx,99999999999999999999,1,0,0\n", 2, "cpu_milli"),
    ("sn,cpu_milli,memory_mib,gpu,model\n\"a,1,1,1,x\n", 2, "never closed"),
  ])
  func refusesWithTheLine(text: String, line: Int, message: String) {
    var cluster = Cluster()
    do throws(InputError) {
      try OpenB.read(text, file: "t.csv", into: &cluster)
      Issue.record("was read")
    } catch {
      #expect(error.problems.contains { $0.location?.line == line && $0.message.contains(message) }, "\(error)")
    }
  }

  @Test func quotedFieldsKeepCommasAndLines() throws {
    let table = try CSVTable("a,b\n\"x,\"\"y\"\"\",\"1\n2\"\n3,4\n", file: "t.csv")
    #expect(table.rows.map(\.fields) == [["x,\"y\"", "1\n2"], ["3", "4"]])
    #expect(table.rows.map(\.line) == [2, 4])
  }

  @Test func readsThePublishedNodeList() throws {
    guard let shared = ProcessInfo.processInfo.environment["BAYPLAN_SHARED"] else {
      print("skipped: BAYPLAN_SHARED is not set")
      return
    }
    let file = shared + "/datasets/openb_gpu_2023/openb_node_list_gpu_node.csv"
    var cluster = Cluster()
    try OpenB.read(String(contentsOfFile: file, encoding: .utf8), file: file, into: &cluster)
    #expect(cluster.nodes.count == 1213)
    #expect(cluster.nodes.reduce(0) { $0 + $1.devices.reduce(0) { $0 + $1.count } } == 6212)
  }
}
