#!/usr/bin/env python3
"""Prints a cluster as `kubectl get nodes,pods,… -A -o json` would: 60 nodes in three zones, 400 pods, some pending.

usage: snapshot.py [SEED] > cluster.json

Invented, with the habits of real clusters: DaemonSets on every node, pools with taints, replicas by the dozen, claims
that sit in a zone, disruption budgets, requests far from use, and pods that wait for a different reason each.
"""
import json
import random
import sys

rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
ZONES = ["eu-a", "eu-b", "eu-c"]
GIB = 1024
items = []
free = {}
nodes = {}


def node(name, pool, zone, cpu, memory, gpus=0, taint=None):
    labels = {
        "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": zone, "topology.kubernetes.io/region": "eu", "pool": pool,
        "node.kubernetes.io/instance-type": {"general": "m8", "memory": "r8", "gpu": "g16", "spot": "m4"}[pool],
    }
    capacity = {"cpu": str(cpu), "memory": f"{memory * GIB * 1024}Ki", "ephemeral-storage": "103079215104", "pods": "110"}
    allocatable = {"cpu": f"{cpu * 1000 - 80}m", "memory": f"{(memory * GIB - 1100) * 1024}Ki",
                   "ephemeral-storage": "94489280512", "pods": "110"}
    if gpus:
        capacity["nvidia.com/gpu"] = allocatable["nvidia.com/gpu"] = str(gpus)
    spec = {"providerID": f"example:///{zone}/{name}"}
    if taint:
        spec["taints"] = [taint]
    items.append({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels, "uid": f"node-{name}", "creationTimestamp": "2026-05-01T08:00:00Z"},
        "spec": spec,
        "status": {"allocatable": allocatable, "capacity": capacity,
                   "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
                   "images": [{"names": [f"registry.example.com/{i}:1"], "sizeBytes": size << 20}
                              for i, size in (("web", 180), ("agent", 60), ("cuda", 4200)) if i != "cuda" or gpus],
                   "nodeInfo": {"kubeletVersion": "v1.34.1", "osImage": "Debian GNU/Linux 12", "architecture": "amd64"}}})
    nodes[name] = labels | {"taint": taint["value"] if taint else None}
    free[name] = {"cpu": cpu * 1000 - 80, "memory": memory * GIB - 1100, "gpu": gpus}


for index in range(36):
    node(f"general-{index:02d}", "general", ZONES[index % 3], 8, 32)
for index in range(12):
    node(f"memory-{index:02d}", "memory", ZONES[index % 3], 8, 64,
         taint={"key": "pool", "value": "memory", "effect": "NoSchedule"})
for index in range(4):
    node(f"gpu-{index:02d}", "gpu", ZONES[index % 2], 16, 64, gpus=4,
         taint={"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"})
for index in range(8):
    node(f"spot-{index:02d}", "spot", ZONES[index % 3], 4, 16,
         taint={"key": "spot", "value": "true", "effect": "PreferNoSchedule"})

pod_count = 0


def pod(namespace, name, owner, labels, cpu, memory, on=None, priority=0, gpu=0, rules=None, claims=()):
    """Appends a pod; `on` is its node, or nothing for a pending one."""
    global pod_count
    pod_count += 1
    requests = {"cpu": f"{cpu}m", "memory": f"{memory}Mi"}
    if gpu:
        requests["nvidia.com/gpu"] = str(gpu)
    container = {"name": "main", "image": f"registry.example.com/{labels['app']}:1",
                 "resources": {"requests": requests, "limits": {"memory": f"{memory * 2}Mi"} | (
                     {"nvidia.com/gpu": str(gpu)} if gpu else {})}}
    spec = {"containers": [container], "schedulerName": "default-scheduler", "serviceAccountName": "default"}
    spec |= json.loads(json.dumps(rules or {}))
    if priority:
        spec |= {"priority": priority,
                 "priorityClassName": "system-node-critical" if priority > 10**9 else "important"}
    if claims:
        spec["volumes"] = [{"name": c, "persistentVolumeClaim": {"claimName": c}} for c in claims]
    metadata = {"name": name, "namespace": namespace, "labels": labels, "uid": f"pod-{pod_count}",
                "creationTimestamp": "2026-11-20T10:00:00Z"}
    if owner:
        metadata["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "controller": True,
                                        "uid": f"uid-{owner[1]}"}]
    status = {"phase": "Pending"}
    if on:
        spec["nodeName"] = on
        status = {"phase": "Running", "startTime": f"2026-11-2{pod_count % 6}T10:{pod_count % 60:02d}:00Z",
                  "conditions": [{"type": "Ready", "status": "True"}]}
        free[on]["cpu"] -= cpu
        free[on]["memory"] -= memory
        free[on]["gpu"] -= gpu
    items.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status})


def place(cpu, memory, pools, zone=None, gpu=0, apart=()):
    """A node with room: among three at random the emptiest, as clusters that grew look."""
    able = [n for n, f in free.items() if nodes[n]["pool"] in pools and f["cpu"] >= cpu and f["memory"] >= memory
            and f["gpu"] >= gpu and n not in apart and (zone is None or nodes[n]["topology.kubernetes.io/zone"] == zone)]
    return max(rng.sample(able, min(3, len(able))), key=lambda n: free[n]["cpu"])


def suffix():
    return "".join(rng.choice("bcdfghjklmnpqrstvwxz2456789") for _ in range(5))


for name in nodes:  # DaemonSets
    tolerations = {"tolerations": [{"operator": "Exists"}], "affinity": {"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]}]}]}}}}
    pod("kube-system", f"cni-{suffix()}", ("DaemonSet", "cni"), {"app": "cni"}, 100, 128, name, 2000001000, rules=tolerations)
    pod("monitoring", f"node-exporter-{suffix()}", ("DaemonSet", "node-exporter"), {"app": "node-exporter"}, 50, 64, name,
        rules=tolerations)

ZONE_SPREAD = "topology.kubernetes.io/zone"


def spread(app, hard):
    return {"topologySpreadConstraints": [{
        "maxSkew": 1, "topologyKey": ZONE_SPREAD, "whenUnsatisfiable": "DoNotSchedule" if hard else "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app": app}}}]}


def apart(app):
    return {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": "kubernetes.io/hostname"}]}}}


SPOT = {"tolerations": [{"key": "spot", "operator": "Exists"}]}
MEMORY = {"tolerations": [{"key": "pool", "value": "memory", "effect": "NoSchedule"}], "nodeSelector": {"pool": "memory"}}
GPU = {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}

# namespace, app, replicas, cpu, memory, rules, pools
deployments = [
    ("shop", "cart", 12, 500, 768, spread("cart", True), ["general"]),
    ("shop", "catalogue", 15, 750, 1024, spread("catalogue", True), ["general"]),
    ("shop", "checkout", 9, 500, 1024, apart("checkout"), ["general"]),
    ("shop", "frontend", 18, 250, 512, spread("frontend", False), ["general", "spot"]),
    ("shop", "payments", 6, 1000, 2048, apart("payments"), ["general"]),
    ("shop", "search", 9, 1500, 4096, {}, ["general"]),
    ("shop", "recommendations", 8, 1200, 3072, SPOT, ["general", "spot"]),
    ("shop", "mailer", 3, 100, 256, {}, ["general"]),
    ("data", "ingest", 10, 2000, 4096, {}, ["general"]),
    ("data", "transform", 8, 1500, 6144, SPOT, ["general", "spot"]),
    ("data", "gateway", 6, 500, 512, spread("gateway", True), ["general"]),
    ("data", "dashboards", 4, 400, 1024, {}, ["general"]),
    ("ml", "features", 6, 1000, 4096, {}, ["general"]),
    ("ml", "inference", 8, 3000, 8192, GPU, ["gpu"]),
    ("ci", "runner", 14, 1000, 2048, SPOT, ["spot", "general"]),
    ("monitoring", "grafana", 2, 250, 512, {}, ["general"]),
    ("monitoring", "alertmanager", 3, 100, 256, apart("alertmanager"), ["general"]),
    ("ingress", "nginx", 9, 500, 512, apart("nginx"), ["general"]),
    ("kube-system", "coredns", 3, 100, 128, apart("coredns"), ["general"]),
    ("kube-system", "metrics-server", 2, 100, 256, {}, ["general"]),
    ("auth", "login", 6, 400, 768, spread("login", True), ["general"]),
    ("auth", "tokens", 4, 300, 512, apart("tokens"), ["general"]),
]
small = [("tools", f"tool-{i:02d}", rng.randint(2, 4), rng.choice([50, 100, 200]), rng.choice([128, 256, 512]), {},
          ["general", "spot"]) for i in range(20)]
for namespace, app, replicas, cpu, memory, rules, pools in deployments + small:
    hashed = f"{app}-{suffix()}"
    used = []
    gpu = 1 if app == "inference" else 0
    for number in range(replicas):
        zone = ZONES[number % 3] if "topologySpreadConstraints" in rules else None
        on = place(cpu, memory, pools, zone, gpu, used if "affinity" in rules else ())
        used.append(on)
        pod(namespace, f"{hashed}-{suffix()}", ("ReplicaSet", hashed), {"app": app, "pod-template-hash": hashed[-5:]}, cpu,
            memory, on, gpu=gpu, rules=rules, priority=1000 if app in ("payments", "nginx", "coredns") else 0)
    items.append({"apiVersion": "apps/v1", "kind": "ReplicaSet",
                  "metadata": {"name": hashed, "namespace": namespace, "uid": f"uid-{hashed}", "ownerReferences": [
                      {"apiVersion": "apps/v1", "kind": "Deployment", "name": app, "controller": True, "uid": f"uid-{app}"}]},
                  "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": app}},
                           "template": {"metadata": {"labels": {"app": app}},
                                        "spec": {"containers": [{"name": "main", "image": f"registry.example.com/{app}:1"}]}}},
                  "status": {"replicas": replicas}})
    items.append({"apiVersion": "v1", "kind": "Service", "metadata": {"name": app, "namespace": namespace},
                  "spec": {"selector": {"app": app}, "ports": [{"port": 80}]}})

items.append({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "zonal-ssd"},
              "provisioner": "disk.example.com", "volumeBindingMode": "WaitForFirstConsumer"})


def stateful(namespace, app, replicas, cpu, memory, size):
    used = []
    for number in range(replicas):
        zone = ZONES[number % 3]
        on = place(cpu, memory, ["memory"], zone, apart=used)
        used.append(on)
        claim, volume = f"data-{app}-{number}", f"pv-{namespace}-{app}-{number}"
        items.append({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume},
                      "spec": {"capacity": {"storage": f"{size}Gi"}, "accessModes": ["ReadWriteOnce"],
                               "storageClassName": "zonal-ssd", "claimRef": {"namespace": namespace, "name": claim},
                               "csi": {"driver": "disk.example.com", "volumeHandle": volume},
                               "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                                   {"key": ZONE_SPREAD, "operator": "In", "values": [zone]}]}]}}},
                      "status": {"phase": "Bound"}})
        items.append({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {
            "name": claim, "namespace": namespace, "annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": f"{size}Gi"}},
                     "storageClassName": "zonal-ssd", "volumeName": volume}, "status": {"phase": "Bound"}})
        pod(namespace, f"{app}-{number}", ("StatefulSet", app), {"app": app}, cpu, memory, on, priority=1000,
            rules=MEMORY | apart(app), claims=[claim])
    items.append({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": app, "namespace": namespace},
                  "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": app}}},
                  "status": {"disruptionsAllowed": 1, "currentHealthy": replicas, "desiredHealthy": replicas - 1,
                             "expectedPods": replicas}})


stateful("shop", "orders-db", 3, 3000, 24576, 200)
stateful("data", "kafka", 5, 2000, 16384, 500)
stateful("data", "warehouse", 3, 3500, 32768, 1000)
stateful("auth", "users-db", 3, 1000, 8192, 50)
for name, labels in nodes.items():
    items.append({"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": name},
                  "spec": {"drivers": [{"name": "disk.example.com", "nodeID": name, "topologyKeys": [ZONE_SPREAD],
                                        "allocatable": {"count": 25}}]}})
for namespace, app, least in (("shop", "cart", "75%"), ("shop", "payments", 5), ("ingress", "nginx", "66%")):
    replicas = next(d[2] for d in deployments if d[1] == app)
    desired = least if isinstance(least, int) else -(-replicas * int(least[:-1]) // 100)
    items.append({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": app, "namespace": namespace},
                  "spec": {"minAvailable": least, "selector": {"matchLabels": {"app": app}}},
                  "status": {"disruptionsAllowed": replicas - desired, "currentHealthy": replicas,
                             "desiredHealthy": desired, "expectedPods": replicas}})

# What waits.
pod("ml", "train-large-0", ("Job", "train-large"), {"app": "train"}, 8000, 16384, gpu=4, rules=GPU)
pod("ml", "train-small-0", ("Job", "train-small"), {"app": "train"}, 2000, 8192, gpu=1, rules=GPU)
pod("data", "report-0", ("Job", "report"), {"app": "report"}, 6000, 8192)
pod("shop", "payments-canary", None, {"app": "payments"}, 1000, 2048, priority=1000,
    rules=apart("payments") | {"nodeSelector": {"pool": "general"}})
pod("data", "query-0", ("StatefulSet", "query"), {"app": "query"}, 4000, 49152, rules=MEMORY)
pod("ci", "build-arm-0", ("Job", "build-arm"), {"app": "build"}, 1000, 1024, rules={"nodeSelector": {"kubernetes.io/arch": "arm64"}})
while pod_count < 400:
    pod("ci", f"build-{pod_count}", ("Job", f"build-{pod_count}"), {"app": "build"}, rng.choice([500, 1000, 2000]),
        rng.choice([1024, 2048, 4096]), rules=SPOT)
json.dump({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items},
          sys.stdout, indent=None, separators=(",", ":"))
print()
