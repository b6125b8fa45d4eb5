/// Hides aliases from the parser.
///
/// Yams puts the very node of an anchor where its alias stands. To find keys that stand twice it hashes each key, all
/// that is shared in it included: exponential time. And values nested through aliases are freed recursively, however
/// deep they nest together. So the `*` of aliases gives way to a character that stands nowhere else in the text: what
/// was an alias becomes a plain scalar that begins with the mark, which `YAMLConversion` replaces.
enum YAMLAliases {
  /// The text to parse, and what stands for `*` in it; nil where nothing is hidden.
  static func hidden(in text: String) -> (text: String, mark: Unicode.Scalar?) {
    // Without an anchor no alias means anything, and the parser says so.
    guard text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: "*")),
      let mark = unusedScalar(in: text)
    else { return (text, nil) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + text.utf8.count / 16)
    let replacement = Array(String(mark).utf8)
    for byte in text.utf8 {
      if byte == UInt8(ascii: "*") { bytes += replacement } else { bytes.append(byte) }
    }
    return (String(decoding: bytes, as: UTF8.self), mark)
  }

  /// A character for private use. Lines and columns count characters, so they stay right.
  private static func unusedScalar(in text: String) -> Unicode.Scalar? {
    let candidates: ClosedRange<UInt32> = 0xF0000...0xFFFFD
    var used = Set<UInt32>()
    for scalar in text.unicodeScalars where candidates.contains(scalar.value) { used.insert(scalar.value) }
    return candidates.first { !used.contains($0) }.flatMap(Unicode.Scalar.init)
  }

  /// Whether a name may follow `&` and `*`, in the eyes of libyaml.
  static func isName(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
