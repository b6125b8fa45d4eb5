import BayplanModel
import Testing

@testable import BayplanManifests

private func image(
  _ text: String, target: String? = nil, arguments: [String: String] = [:]
) throws -> DockerfileImage {
  try DockerfileReader(options: .init(target: target, buildArguments: arguments)).read(text, file: "Dockerfile")
}

@Suite struct DockerfileReaderTests {
  @Test func theClassicNginxFile() throws {
    let image = try image(
      """
      FROM ubuntu:18.04
      RUN apt-get update && apt-get install -y nginx
      EXPOSE 80
      CMD ["nginx", "-g", "daemon off;"]
      """)
    #expect(image.baseImage == "ubuntu:18.04")
    #expect(image.ports == [.init(first: 80, last: 80, protocol: "TCP")])
    #expect(image.command == .exec(["nginx", "-g", "daemon off;"]))
    var notices: [Notice] = []
    let pod = try image.pod(named: "web", defaults: [.cpu: 100], notices: &notices)
    #expect(pod.id == PodID(namespace: "default", name: "web"))
    #expect(pod.spec.requests == [.cpu: 100])
    #expect(pod.spec.hostPorts.isEmpty)
    #expect(pod.spec.images == ["ubuntu:18.04"])
    #expect(notices.map(\.kind) == [.defaulted])
  }

  @Test func directivesStandAtTheTop() throws {
    let windows = try image("# syntax=docker/dockerfile:1\n#ESCAPE = `\nFROM a\nENV X `\n  C:\\dir\nLABEL x=$X\n")
    #expect(windows.labels == ["x": "C:\\dir"])
    let late = try image("# a comment\n# escape=`\nFROM a\nENV X=\\\nb\nLABEL x=$X")
    #expect(late.labels == ["x": "b"])
    let unknown = try image("# mode=x\n# escape=`\nFROM a\nENV X=\\\nb\nLABEL x=$X")
    #expect(unknown.labels == ["x": "b"])
    _ = try image("#check=skip=all;error=true\nFROM a")
  }

  @Test func continuationsSkipCommentsAndEmptyLines() throws {
    let image = try image("FROM a\nLABEL a=1 \\\n# no\n\n   # no\n  b=2 \\  \nc=3\nLABEL d=\"x\\\\\"\nLABEL e=4")
    #expect(image.labels == ["a": "1", "b": "2", "c": "3", "d": "x\\", "e": "4"])
  }

  @Test func carriageReturnsAndByteOrderMarkAreTaken() throws {
    #expect(try image("\u{FEFF}FROM a\r\nLABEL a=1 \\\r\n b=2\r\n").labels == ["a": "1", "b": "2"])
  }

  @Test func argumentsBeforeFromAreGlobal() throws {
    let text = "ARG V=1\nARG B=alpine:${V}\nFROM $B\nLABEL a=\"$V\"\nARG V\nLABEL b=$V\nARG W=${V}2\nLABEL c=$W"
    let plain = try image(text)
    #expect(plain.baseImage == "alpine:1")
    #expect(plain.labels == ["a": "", "b": "1", "c": "12"])
    #expect(try image(text, arguments: ["V": "9"]).baseImage == "alpine:9")
  }

  @Test(arguments: [
    ("${X:-d}", "d"), ("${X-d}", ""), ("${U-d}", "d"), ("${V:+y}", "y"), ("${V+y}", "y"), ("${X:+y}", ""),
    ("${X+y}", "y"), ("${U:+y}", ""), ("${P#*/}", "b/c.tar.gz"), ("${P##*/}", "c.tar.gz"), ("${P%.*}", "a/b/c.tar"),
    ("${P%%.*}", "a/b/c"), ("${P/\\//-}", "a-b/c.tar.gz"), ("${P//\\//-}", "a-b-c.tar.gz"), ("\\$V", "$V"),
    ("'$V'", "$V"), ("\"$V'\"", "v'"), ("${U:-${V:-z}}", "v"), ("$V-$V", "v-v"), ("a$", "a$"), ("$(x)", "$(x)"),
    ("${V:?no}", "v"), ("${P#z}", "a/b/c.tar.gz"),
  ])
  func variablesExpand(_ word: String, _ value: String) throws {
    let words = DockerfileWords(escape: "\\")
    #expect(try words.expanded(word, ["V": "v", "X": "", "P": "a/b/c.tar.gz"]) == value)
  }

  @Test func stagesResolveToTheirBase() throws {
    let text = """
      FROM --platform=linux/arm64 golang:1.22 AS Build
      USER 1000
      EXPOSE 8080/udp
      FROM scratch AS empty
      COPY --from=build /a /a
      COPY --from=0 /a /a
      COPY --from=nginx:latest /a /a
      FROM build
      HEALTHCHECK NONE
      """
    let last = try image(text)
    #expect(last.baseImage == "golang:1.22")
    #expect(last.platform == "linux/arm64")
    #expect(last.user == "1000")
    #expect(last.ports == [.init(first: 8080, last: 8080, protocol: "UDP")])
    #expect(last.healthcheck?.isDisabled == true)
    #expect(last.stages.map(\.parent) == [nil, nil, 0])
    let empty = try image(text, target: "EMPTY")
    #expect(empty.baseImage == "scratch")
    #expect(empty.platform == nil)
    #expect(try image(text, target: "0").target == 0)
  }

  @Test func platformsBecomeNodeSelectors() throws {
    func selector(_ text: String) throws -> [String: String] {
      var notices: [Notice] = []
      return try image(text).pod(named: "x", notices: &notices).spec.nodeSelector
    }
    #expect(
      try selector("FROM --platform=linux/x86_64 a") == ["kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"])
    #expect(try selector("FROM --platform=$BUILDPLATFORM a") == [:])
    #expect(try selector("FROM --platform=$TARGETPLATFORM a AS b\nFROM b") == [:])
    #expect(
      try selector("FROM mcr.microsoft.com/windows/servercore:ltsc2022") == ["kubernetes.io/os": "windows"])
    #expect(try image("FROM --platform=wasi/wasm a").notices.map(\.kind) == [.notHonoured])
  }

  @Test func heredocsAreTakenWhole() throws {
    let image = try image(
      """
      FROM a
      RUN <<EOF cat <<-'END' > /x
      FROM nowhere
      EOF
      	indented
      	END
      COPY <<"F" /f
      $untouched \\
      F
      RUN echo "<<NOT" && cat <<<word && echo $((1 << 2))
      RUN 3<<EOT
      EOT
      ONBUILD RUN <<E
      BOGUS
      E
      USER me
      """)
    #expect(image.user == "me")
    let lexer = DockerfileLexer("FROM a\nRUN <<A cat <<-\"B\"\n1\nA\n\t2\n\tB\n", file: "f")
    #expect(
      lexer.instructions[1].heredocs == [
        .init(name: "A", content: "1\n", isLiteral: false), .init(name: "B", content: "2\n", isLiteral: true),
      ])
  }

  @Test func metadataOfTheLastInstructionCounts() throws {
    let image = try image(
      """
      from a
      maintainer Jane Doe <jane@example.org>
      env GREETING hello to all
      ENV A=1 B="two words" C=th\\ ree
      LABEL maintainer Jane Doe
      LABEL "com.example.a"="x y" bayplan.cpu=0.25 bayplan.memory=1.5Gi
      ARG PORTS="90 91/udp"
      EXPOSE 80 443/tcp 8000-8010/UDP $PORTS
      STOPSIGNAL SIGQUIT
      SHELL ["/bin/bash", "-c"]
      VOLUME /a "/b"
      VOLUME ["/c"]
      WORKDIR /with space
      ENTRYPOINT exec top -b
      HEALTHCHECK CMD old
      HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=5s --start-interval=1s --retries=4 CMD ["a", "b"]
      CMD [ 'not', 'json' ]
      USER ${WHO:-nobody}:nogroup
      """)
    #expect(image.labels["com.example.a"] == "x y")
    #expect(image.labels["maintainer"] == "Jane Doe")
    #expect(image.ports.map(\.first) == [80, 443, 8000, 90, 91])
    #expect(image.ports[2].last == 8010)
    #expect(image.ports[2].protocol == "UDP")
    #expect(image.stopSignal == "SIGQUIT")
    #expect(image.entrypoint == .shell("exec top -b"))
    #expect(image.command == .shell("[ 'not', 'json' ]"))
    #expect(image.user == "nobody:nogroup")
    #expect(
      image.healthcheck
        == Healthcheck(
          test: ["CMD", "a", "b"], interval: 90_000, timeout: 500, startPeriod: 5000, startInterval: 1000, retries: 4))
    var notices: [Notice] = []
    let pod = try image.pod(named: "x", notices: &notices)
    #expect(pod.spec.requests == [.cpu: 250, .memory: 1_610_612_736])
  }

  @Test(arguments: [
    ("web/Dockerfile", "web"), ("docs.Dockerfile", "docs"), ("a/Dockerfile.pilot", "pilot"),
    ("Dockerfile", "dockerfile"),
    ("/x/My_App/dockerfile", "my-app"), ("../Containerfile", "dockerfile"), ("a/b/alt", "b"),
  ])
  func workloadsAreNamedAfterTheirFile(_ path: String, _ name: String) {
    #expect(DockerfileImage.workloadName(path: path) == name)
  }

  @Test func filesAreRecognizedByName() {
    for name in ["Dockerfile", "Dockerfile.web", "web.dockerfile", "Containerfile"] {
      #expect(DockerfileReader.recognizes(fileName: name))
    }
    for name in ["Dockerfile.md", "compose.yaml", "mydockerfile", ".dockerignore"] {
      #expect(!DockerfileReader.recognizes(fileName: name))
    }
  }

  @Test func unknownFlagsAreNoticed() throws {
    let image = try image("FROM a\nCOPY --user=me x /y\nCMD --doit -- [ ]")
    #expect(image.notices.count == 2)
    #expect(image.command == .exec([]))
  }
}
