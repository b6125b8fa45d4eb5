/// A shell pattern with `*`, `?` and escapes, as `${name#pattern}` and `${name/pattern/…}` use it.
struct ShellPattern {
  private enum Piece: Equatable {
    case character(Character)
    case any
    case many
  }

  private let pieces: [Piece]

  init(_ text: String) {
    var pieces: [Piece] = []
    var isEscaped = false
    for character in text {
      if isEscaped {
        pieces.append(.character(character))
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "*" {
        if pieces.last != .many { pieces.append(.many) }
      } else {
        pieces.append(character == "?" ? .any : .character(character))
      }
    }
    self.pieces = pieces
  }

  /// The ends of all matches that begin at `start`, ascending. Takes length of text × length of pattern.
  private func ends(in text: [Character], from start: Int) -> [Int] {
    // reachable[i]: the pieces so far match text[start..<start + i].
    var reachable = [Bool](repeating: false, count: text.count - start + 1)
    reachable[0] = true
    for piece in pieces {
      var next = [Bool](repeating: false, count: reachable.count)
      for index in reachable.indices {
        switch piece {
        case .many: next[index] = reachable[index] || (index > 0 && next[index - 1])
        case .any: next[index] = index > 0 && reachable[index - 1]
        case .character(let character):
          next[index] = index > 0 && reachable[index - 1] && text[start + index - 1] == character
        }
      }
      reachable = next
    }
    return reachable.indices.filter { reachable[$0] }.map { start + $0 }
  }

  /// Without the shortest (or longest) prefix or suffix that matches.
  func removing(from value: String, prefix: Bool, greedy: Bool) -> String {
    let text = Array(value)
    guard isSmall(text) else { return value }
    if prefix {
      let ends = ends(in: text, from: 0)
      guard let end = greedy ? ends.last : ends.first else { return value }
      return String(text[end...])
    }
    let starts = greedy ? Array(0...text.count) : Array((0...text.count).reversed())
    for start in starts where ends(in: text, from: start).last == text.count { return String(text[..<start]) }
    return value
  }

  /// With the longest match at the first place (or at every place) replaced.
  func replacing(in value: String, with replacement: String, everywhere: Bool) -> String {
    let text = Array(value)
    guard !pieces.isEmpty, isSmall(text) else { return value }
    var result = ""
    var index = 0
    var isDone = false
    while index < text.count {
      if !isDone, let end = ends(in: text, from: index).last, end > index {
        result += replacement
        index = end
        isDone = !everywhere
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// Longer values are left as they are, which bounds the quadratic search.
  private func isSmall(_ text: [Character]) -> Bool { text.count <= 1024 && pieces.count <= 64 }
}
