/// The shell of a report: one file that needs no network, works without scripts, and says so to the browser.
public struct HTMLPage {
  public typealias Body = (inout HTMLWriter) -> Void

  public struct Section {
    let id: String
    let title: String
    let body: Body

    /// - Parameter id: unique in the page; letters and hyphens.
    public init(_ id: StaticString, _ title: String, body: @escaping Body) {
      self.id = "\(id)"
      self.title = title
      self.body = body
    }

    /// Of several that the input names.
    init(numbered number: Int, _ title: String, body: @escaping Body) {
      id = "part-\(number)"
      self.title = title
      self.body = body
    }
  }

  /// Of the tab and of the heading.
  public var title: String
  /// What kind of page it is: `Bay plan`.
  public var kind: String
  /// How it came about, in a line below the heading.
  public var details: [String]
  /// Before the sections: tiles, gauges.
  public var lead: Body
  public var sections: [Section]
  /// Beside those that every page has.
  public var scripts: [HTMLScript]

  public init(
    title: String, kind: String, details: [String], scripts: [HTMLScript] = [], lead: @escaping Body,
    sections: [Section]
  ) {
    self.title = title
    self.kind = kind
    self.details = details
    self.scripts = scripts
    self.lead = lead
    self.sections = sections
  }

  private var allScripts: [HTMLScript] { [PageScript.script, TableScript.script] + scripts }

  /// Nothing is loaded from anywhere, and only these scripts are run. Positions in charts are styles of elements.
  private var policy: String {
    let hashes = allScripts.map { "'sha256-\($0.digest)'" }.joined(separator: " ")
    return "default-src 'none'; style-src 'unsafe-inline'; script-src \(hashes); img-src data:; base-uri 'none'; "
      + "form-action 'none'"
  }

  public func html() -> String {
    var page = HTMLWriter()
    page.markup("<!DOCTYPE html>\n")
    page.element("html", .init("lang", "en")) { html in
      html.markup("\n<head>\n<meta charset=\"utf-8\" />\n")
      html.empty("meta", .init("http-equiv", "Content-Security-Policy"), .init("content", policy))
      html.markup("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
      html.markup("<meta name=\"color-scheme\" content=\"light dark\" />\n<meta name=\"referrer\" ")
      html.markup("content=\"no-referrer\" />\n<link rel=\"icon\" href=\"data:,\" />\n")
      html.element("title", text: "\(title) · \(kind)")
      html.markup("\n<style>\n")
      Stylesheet.write(into: &html)
      html.markup("</style>\n</head>\n")
      html.element("body") { body in
        self.body(&body)
        for script in allScripts {
          body.markup("<script>\n")
          body.markup(script.source)
          body.markup("</script>\n")
        }
      }
      html.markup("\n")
    }
    page.markup("\n")
    return page.html
  }

  private func body(_ body: inout HTMLWriter) {
    body.markup("\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n")
    body.element("header", .class("top")) { header in
      header.element("p", .class("kind"), text: kind)
      header.element("h1", text: title)
      let details = details.filter { !$0.isEmpty }
      if !details.isEmpty { header.element("p", .class("details"), text: details.joined(separator: " · ")) }
      header.markup("<button type=\"button\" id=\"theme\" class=\"script\">Dark</button>\n")
      if sections.count > 1 {
        header.element("nav", .label("Sections")) { nav in
          for section in sections { nav.element("a", .init("href", "#\(section.id)"), text: section.title) }
        }
      }
    }
    body.markup("\n")
    body.element("main", .id("main")) { main in
      main.markup("\n")
      lead(&main)
      for section in sections {
        main.markup("\n")
        main.element("section", .id(section.id), .init("aria-labelledby", "\(section.id)-title")) { part in
          part.element("h2", .id("\(section.id)-title"), text: section.title)
          part.markup("\n")
          section.body(&part)
        }
      }
      main.markup("\n")
    }
    body.markup("\n<div id=\"tip\" role=\"tooltip\" hidden=\"hidden\"></div>\n")
    body.markup("<div id=\"said\" aria-live=\"polite\"></div>\n")
    body.markup("<footer>Made by Bayplan. This file is complete: it loads nothing and sends nothing.</footer>\n")
  }
}
