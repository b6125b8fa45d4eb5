#if CommandLine
  import Bayplan
  import Foundation

  /// What the surroundings of the process allow: colours, characters, width.
  enum Terminal {
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Colours only on a terminal and without `NO_COLOR`; block characters only in a UTF-8 locale.
    static func style(isASCII: Bool, isComplete: Bool, isFile: Bool) -> TextStyle {
      let environment = ProcessInfo.processInfo.environment
      let isTerminal = !isFile && isatty(STDOUT_FILENO) == 1
      let allowsColor = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
      return TextStyle(
        isColored: isTerminal && allowsColor, isUnicode: !isASCII && isUTF8(environment),
        width: width(environment, isTerminal: isTerminal), isComplete: isComplete)
    }

    private static func isUTF8(_ environment: [String: String]) -> Bool {
      // The first of these that is set and not empty decides (POSIX).
      let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
      let name = locale.lowercased()
      return name.contains("utf-8") || name.contains("utf8")
    }

    private static func width(_ environment: [String: String], isTerminal: Bool) -> Int {
      if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return min(columns, 500) }
      var size = winsize()
      if isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
      return 120
    }
  }
#endif
