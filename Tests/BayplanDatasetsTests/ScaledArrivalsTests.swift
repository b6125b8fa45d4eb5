import BayplanDatasets
import BayplanModel
import Testing

@Suite struct ScaledArrivalsTests {
  private let trace = Trace(
    shapes: [PodSpec(), PodSpec(requests: [.cpu: 1])],
    arrivals: [
      .init(atMillis: 0, lifetimeMillis: 7, shape: 0), .init(atMillis: 0, lifetimeMillis: nil, shape: 1),
      .init(atMillis: 100, lifetimeMillis: 9, shape: 1), .init(atMillis: 250, lifetimeMillis: 1, shape: 0),
    ], endMillis: 250)

  @Test func copiesStayBeforeTheNextTime() {
    let scaled = Array(ScaledArrivals(trace, permille: 50_000))
    #expect(scaled.count == 200)
    #expect(zip(scaled, scaled.dropFirst()).allSatisfy { $0.atMillis <= $1.atMillis })
    #expect(scaled.count { $0.atMillis < 100 && $0.shape == 0 && $0.lifetimeMillis == 7 } == 50)
    #expect(scaled.count { $0.atMillis < 100 && $0.shape == 1 && $0.lifetimeMillis == nil } == 50)
    #expect(scaled.count { (100..<250).contains($0.atMillis) && $0.lifetimeMillis == 9 } == 50)
    #expect(scaled.count { $0.atMillis == 250 } == 50)
    #expect(Set(scaled.map(\.atMillis)).count > 80)
  }

  @Test func partsAreRightOnAverage() {
    let many = Trace(
      shapes: [PodSpec()], arrivals: (0..<10_000).map { .init(atMillis: $0, lifetimeMillis: 1, shape: 0) })
    let scaled = Array(ScaledArrivals(many, permille: 2500))
    #expect(abs(scaled.count - 25_000) < 200)
    #expect(scaled == Array(ScaledArrivals(many, permille: 2500)))
    #expect(Array(ScaledArrivals(many, permille: 1000)) == many.arrivals)
    #expect(Array(ScaledArrivals(Trace(), permille: 1000)).isEmpty)
  }
}
