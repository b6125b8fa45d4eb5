// swift-tools-version: 6.1
import PackageDescription

// What a program needs to plan with Bayplan. Without traits nothing but Bayplan itself is fetched or linked.
let package = Package(
  name: "EmbedExample",
  dependencies: [.package(name: "bayplan", path: "../..", traits: [])],
  targets: [
    .executableTarget(name: "EmbedExample", dependencies: [.product(name: "Bayplan", package: "bayplan")])
  ],
  swiftLanguageModes: [.v6])
