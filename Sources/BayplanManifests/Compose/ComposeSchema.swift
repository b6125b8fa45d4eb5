/// The keys of the Compose Specification and the forms their values take.
enum ComposeSchema {
  struct Form: OptionSet, Sendable {
    let rawValue: Int
    /// Text only: a number or a bool is a slip.
    static let string = Form(rawValue: 1)
    /// Text, number or bool.
    static let scalar = Form(rawValue: 3)
    static let list = Form(rawValue: 4)
    static let mapping = Form(rawValue: 8)

    var description: String {
      var names: [String] = []
      if isSuperset(of: .scalar) { names.append("a value") } else if contains(.string) { names.append("a string") }
      if contains(.list) { names.append("a list") }
      if contains(.mapping) { names.append("a mapping") }
      return names.joined(separator: " or ")
    }

    func accepts(_ value: ComposeValue) -> Bool {
      switch value.content {
      case .null: true
      case .string: contains(.string)
      case .number, .bool: isSuperset(of: .scalar)
      case .list: contains(.list)
      case .mapping: contains(.mapping)
      }
    }
  }

  static let topLevel: [String: Form] = [
    "version": .scalar, "name": .string, "include": .list, "services": .mapping, "models": .mapping,
    "networks": .mapping, "volumes": .mapping, "secrets": .mapping, "configs": .mapping,
  ]

  static let service: [String: Form] = [
    "annotations": [.list, .mapping], "attach": .scalar, "blkio_config": .mapping, "build": [.string, .mapping],
    "cap_add": .list, "cap_drop": .list, "cgroup": .string, "cgroup_parent": .string, "command": [.scalar, .list],
    "configs": .list, "container_name": .string, "cpu_count": .scalar, "cpu_percent": .scalar,
    "cpu_period": .scalar, "cpu_quota": .scalar, "cpu_rt_period": .scalar, "cpu_rt_runtime": .scalar,
    "cpu_shares": .scalar, "cpus": .scalar, "cpuset": .scalar, "credential_spec": .mapping,
    "depends_on": [.list, .mapping], "deploy": .mapping, "develop": .mapping, "device_cgroup_rules": .list,
    "devices": .list, "dns": [.string, .list], "dns_opt": .list, "dns_search": [.string, .list],
    "domainname": .string, "entrypoint": [.scalar, .list], "env_file": [.string, .list],
    "environment": [.list, .mapping], "expose": .list, "extends": [.string, .mapping], "external_links": .list,
    "extra_hosts": [.list, .mapping], "gpus": [.string, .list], "group_add": .list, "healthcheck": .mapping,
    "hostname": .scalar, "image": .string, "init": .scalar, "ipc": .string, "isolation": .string,
    "label_file": [.string, .list], "labels": [.list, .mapping], "links": .list, "logging": .mapping,
    "mac_address": .string, "mem_limit": .scalar, "mem_reservation": .scalar, "mem_swappiness": .scalar,
    "memswap_limit": .scalar, "models": [.list, .mapping], "network_mode": .string, "networks": [.list, .mapping],
    "oom_kill_disable": .scalar, "oom_score_adj": .scalar, "pid": .string, "pids_limit": .scalar,
    "platform": .string, "ports": .list, "post_start": .list, "pre_start": .list, "pre_stop": .list,
    "privileged": .scalar, "profiles": .list, "provider": .mapping, "pull_policy": .string,
    "pull_refresh_after": .string, "read_only": .scalar, "restart": .scalar, "runtime": .string, "scale": .scalar,
    "secrets": .list, "security_opt": .list, "shm_size": .scalar, "stdin_open": .scalar,
    "stop_grace_period": .scalar, "stop_signal": .scalar, "storage_opt": .mapping, "sysctls": [.list, .mapping],
    "tmpfs": [.string, .list], "tty": .scalar, "ulimits": .mapping, "use_api_socket": .scalar, "user": .scalar,
    "userns_mode": .string, "uts": .string, "volumes": .list, "volumes_from": .list, "working_dir": .string,
  ]

  static let deploy: [String: Form] = [
    "mode": .string, "endpoint_mode": .string, "replicas": .scalar, "labels": [.list, .mapping],
    "rollback_config": .mapping, "update_config": .mapping, "resources": .mapping, "restart_policy": .mapping,
    "placement": .mapping,
  ]

  static let resources: [String: Form] = ["limits": .mapping, "reservations": .mapping]
  static let limits: [String: Form] = ["cpus": .scalar, "memory": .scalar, "pids": .scalar]
  static let reservations: [String: Form] = [
    "cpus": .scalar, "memory": .scalar, "pids": .scalar, "devices": .list, "generic_resources": .list,
  ]
  static let placement: [String: Form] = [
    "constraints": .list, "preferences": .list, "max_replicas_per_node": .scalar,
  ]
  static let healthcheck: [String: Form] = [
    "disable": .scalar, "interval": .scalar, "retries": .scalar, "test": [.string, .list], "timeout": .scalar,
    "start_period": .scalar, "start_interval": .scalar,
  ]

  /// Keys that change where or how a container may run and that Bayplan does not take into account.
  static let notHonoured: Set<String> = [
    "blkio_config", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime",
    "cpu_shares", "cpuset", "devices", "isolation",
  ]

  /// Checks a mapping's keys and the forms of their values; a wrong value is taken out.
  static func check(
    _ value: inout ComposeValue, _ forms: [String: Form], _ object: String, _ diagnostics: inout ComposeDiagnostics
  ) {
    guard case .mapping(let pairs) = value.content else { return }
    var kept: [ComposeValue.Pair] = []
    for pair in pairs {
      if pair.key.hasPrefix("x-") { continue }
      guard let form = forms[pair.key] else {
        diagnostics.note(
          .warning, "The Compose Specification has no key '\(pair.key)' here: it is ignored.", at: pair.value.location,
          object)
        continue
      }
      if form.accepts(pair.value) {
        kept.append(pair)
      } else {
        diagnostics.refuse(
          pair.value, object, "\(pair.key) is \(pair.value.kindDescription), not \(form.description)",
          fix: form == .string && pair.value.text != nil ? "Put it into quotes." : "Check its indentation and form.")
      }
    }
    value.content = .mapping(kept)
  }
}
