/// Pods that arrive, and leave again: a recorded or generated workload.
public struct Trace: Sendable, Hashable, Codable {
  /// One pod. 24 bytes, so that a million of them is no burden.
  public struct Arrival: Hashable, Sendable, Codable {
    /// Since the start of the trace.
    public var atMillis: Int64
    /// How long it runs once started; nil where it was still there when the trace ended.
    public var lifetimeMillis: Int64?
    /// Index in `shapes`.
    public var shape: Int32

    public init(atMillis: Int64, lifetimeMillis: Int64?, shape: Int32) {
      self.atMillis = atMillis
      self.lifetimeMillis = lifetimeMillis
      self.shape = shape
    }
  }

  /// What the pods ask for; equal pods share one.
  public var shapes: [PodSpec]
  /// By time of arrival; of equal ones in the order of the source.
  public var arrivals: [Arrival]
  /// Of the arrivals at the same places; empty where the source has none.
  public var names: [String]
  /// When the trace ends: nothing is known of what happens later.
  public var endMillis: Int64
  /// Everything that was defaulted, skipped or is not honoured.
  public var notices: [Notice]

  /// - Parameter endMillis: nil for the last arrival or departure.
  public init(
    shapes: [PodSpec] = [], arrivals: [Arrival] = [], names: [String] = [], endMillis: Int64? = nil,
    notices: [Notice] = []
  ) {
    self.shapes = shapes
    self.arrivals = arrivals
    self.names = names
    self.notices = notices
    var last: Int64 = 0
    for arrival in arrivals where endMillis == nil {
      last = max(last, arrival.atMillis.addingSaturated(arrival.lifetimeMillis ?? 0))
    }
    self.endMillis = endMillis ?? last
  }

  /// The name of an arrival, or a number where the source has none.
  public func name(of arrival: Int) -> String {
    names.isEmpty ? "pod-\(arrival)" : names[arrival]
  }

  /// The pod of an arrival, in the namespace `default`.
  public func pod(of arrival: Int) -> Pod {
    Pod(
      id: PodID(namespace: "default", name: name(of: arrival)), spec: shapes[Int(arrivals[arrival].shape)])
  }
}
