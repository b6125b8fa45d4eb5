import BayplanModel
import BayplanPacking

extension OfflinePlan {
  /// Takes pods off a node that has idle devices and off another one, fills both anew, and keeps what is no worse.
  /// Ruin and recreate (Schrimpf et al. 2000).
  mutating func repair(rounds: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var wasteful = nodes.indices.filter { nodes[$0].idle > 0 }
    for round in 0..<rounds {
      if round % 64 == 63 { wasteful = nodes.indices.filter { nodes[$0].idle > 0 } }
      guard let first = wasteful.randomElement(using: &random),
        let second = nodes.indices.randomElement(using: &random)
      else { return }
      let pair = first == second ? [first] : [first, second]
      let before = pair.map { nodes[$0] }
      let counts = left
      let idle = before.reduce(0) { $0 + $1.idle }
      let takesWholes = Bool.random(using: &random)
      for node in pair { clear(node) { takesWholes ? $0.devices == 1 : $0.isShare } }
      var all = left
      if takesWholes { placeWholes(on: pair.shuffled(using: &random), &all) }
      for node in pair.shuffled(using: &random) { fillDevices(node, &all) }
      if pair.reduce(0, { $0 + nodes[$1].idle }) > idle {
        for (node, old) in zip(pair, before) { nodes[node] = old }
        left = counts
      }
    }
  }
}
