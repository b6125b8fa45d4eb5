/// Where boxes lie in a bay: in layers from the bottom up, small pods side by side in one layer. Areas are to scale: equal
/// amounts have equal areas in every bay. The page's script lays out the same way when another resource is chosen.
enum BayLayout {
  struct Rectangle: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  /// Of the largest bay, in pixels.
  static let fullWidth = 120.0
  static let fullHeight = 190.0
  /// Bays with less than this share of the largest side are drawn with it.
  static let smallestSide = 0.25
  /// Layers are at least this high, so that a box can be pointed at.
  static let layerHeight = 9.0

  static func size(of capacity: Int64, largest: Int64) -> (width: Double, height: Double) {
    let side = largest > 0 ? (Double(capacity) / Double(largest)).squareRoot() : 0
    let scale = max(smallestSide, side)
    return ((fullWidth * scale).rounded(), (fullHeight * scale).rounded())
  }

  /// Rectangles for amounts in order; an amount of nothing has none. Amounts beyond the capacity shrink all.
  static func rectangles(_ amounts: [Int64], capacity: Int64, width: Double, height: Double) -> [Rectangle?] {
    var result = [Rectangle?](repeating: nil, count: amounts.count)
    let total = amounts.reduce(0.0) { $0 + Double($1) }
    let full = max(Double(capacity), total)
    if full <= 0 { return result }
    var bottom = height
    var layer: [Int] = []
    var sum = 0.0
    func close() {
      let high = sum / full * height
      var x = 0.0
      for index in layer {
        let boxWidth = Double(amounts[index]) / sum * width
        result[index] = Rectangle(x: x, y: bottom - high, width: boxWidth, height: high)
        x += boxWidth
      }
      bottom -= high
      layer = []
      sum = 0
    }
    for index in amounts.indices where amounts[index] > 0 {
      layer.append(index)
      sum += Double(amounts[index])
      if sum / full * height >= layerHeight { close() }
    }
    if !layer.isEmpty { close() }
    return result
  }
}
