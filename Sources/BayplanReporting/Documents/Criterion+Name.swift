import BayplanModel

extension Criterion {
  /// The criterion that `description` names.
  public init?(name: String) {
    if name == "cost" {
      self = .cost
    } else if name == "nodes" {
      self = .nodes
    } else if name.hasPrefix("unplaced@"), let priority = Int32(name.dropFirst(9)) {
      self = .unplaced(priority: priority)
    } else if name.hasPrefix("allocated:"), name.utf8.count > 10 {
      self = .allocated(Resource(String(name.dropFirst(10))))
    } else {
      return nil
    }
  }
}
