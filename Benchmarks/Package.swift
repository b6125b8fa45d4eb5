// swift-tools-version: 6.1
import PackageDescription

// Measurements live here, apart from the tests: swift run -c release --package-path Benchmarks ProvisioningBenchmark
let package = Package(
  name: "bayplan-benchmarks",
  dependencies: [.package(name: "bayplan", path: "..", traits: ["GLPK"])],
  targets: [
    .target(name: "BenchmarkSupport"),
    .executableTarget(
      name: "ProvisioningBenchmark", dependencies: [.product(name: "Bayplan", package: "bayplan")]),
    .executableTarget(
      name: "SchedulingBenchmark", dependencies: ["BenchmarkSupport", .product(name: "Bayplan", package: "bayplan")]),
    .executableTarget(
      name: "FleetBenchmark", dependencies: ["BenchmarkSupport", .product(name: "Bayplan", package: "bayplan")]),
    .executableTarget(
      name: "ReplayBenchmark", dependencies: ["BenchmarkSupport", .product(name: "Bayplan", package: "bayplan")]),
    .executableTarget(
      name: "PackingBenchmark", dependencies: ["BenchmarkSupport", .product(name: "Bayplan", package: "bayplan")]),
  ],
  swiftLanguageModes: [.v6]
)
